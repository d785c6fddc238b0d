/// The guarded twin of [`S`]: made from it by `From`, read back by `snapshot`.
struct Together<'a, T: Tr, const N: usize>
where
    S<'a, T, N>: Sized,
{
    a: ::renamed::__private::Guarded<
        [T; N],
        ::renamed::__private::Rw,
        ::renamed::__private::At<Self, 12638187200555641996u64>,
    >,
    b: ::renamed::__private::Guarded<
        &'a str,
        ::renamed::__private::Rw,
        ::renamed::__private::At<Self, 12638190499090526629u64>,
    >,
    c: Option<Box<S<'a, T, N>>>,
    /// Behind one lock: `d`, `e`.
    g: ::renamed::__private::Guarded<
        TogetherG<T>,
        ::renamed::__private::Rw<::renamed::__private::Poison>,
        ::renamed::__private::At<Self, 12638185001532385574u64>,
    >,
}
/// The fields of [`Together`] behind its lock `g`.
struct TogetherG<T: Tr> {
    d: T::Out,
    e: u8,
}
const _: () = {
    static CLASS: ::renamed::__private::Class = ::renamed::__private::Class::new(
        "Together",
        "a",
        "rw",
        ::renamed::__private::file!(),
        ::renamed::__private::line!(),
    );
    impl<
        'a,
        T: Tr,
        const N: usize,
    > ::renamed::__private::FieldSite<12638187200555641996u64> for Together<'a, T, N>
    where
        S<'a, T, N>: Sized,
    {
        const INFO: &'static ::renamed::__private::SiteInfo = &::renamed::__private::SiteInfo::new(
                &CLASS,
            )
            .instantiation(::renamed::__private::type_name::<Self>);
    }
};
const _: () = {
    static CLASS: ::renamed::__private::Class = ::renamed::__private::Class::new(
        "Together",
        "b",
        "rw",
        ::renamed::__private::file!(),
        ::renamed::__private::line!(),
    );
    impl<
        'a,
        T: Tr,
        const N: usize,
    > ::renamed::__private::FieldSite<12638190499090526629u64> for Together<'a, T, N>
    where
        S<'a, T, N>: Sized,
    {
        const INFO: &'static ::renamed::__private::SiteInfo = &::renamed::__private::SiteInfo::new(
                &CLASS,
            )
            .instantiation(::renamed::__private::type_name::<Self>);
    }
};
const _: () = {
    static CLASS: ::renamed::__private::Class = ::renamed::__private::Class::new(
        "Together",
        "g",
        "rw",
        ::renamed::__private::file!(),
        ::renamed::__private::line!(),
    );
    impl<
        'a,
        T: Tr,
        const N: usize,
    > ::renamed::__private::FieldSite<12638185001532385574u64> for Together<'a, T, N>
    where
        S<'a, T, N>: Sized,
    {
        const INFO: &'static ::renamed::__private::SiteInfo = &::renamed::__private::SiteInfo::new(
                &CLASS,
            )
            .instantiation(::renamed::__private::type_name::<Self>);
    }
};
const _: () = {
    ::renamed::__private::assert_shareable_rw::<
        u8,
        { ::renamed::__private::sends::<u8>() },
    >();
};
const _: () = {
    impl<'a, T: Tr, const N: usize> ::renamed::__private::From<S<'a, T, N>>
    for Together<'a, T, N>
    where
        S<'a, T, N>: Sized,
    {
        fn from(plain: S<'a, T, N>) -> Self {
            Self {
                a: ::renamed::__private::Guarded::new(plain.a),
                b: ::renamed::__private::Guarded::new(plain.b),
                c: plain.c,
                g: ::renamed::__private::Guarded::new(TogetherG {
                    d: plain.d,
                    e: plain.e,
                }),
            }
        }
    }
};
const _: () = {
    impl<'a, T: Tr, const N: usize> ::renamed::__private::From<Together<'a, T, N>>
    for S<'a, T, N>
    where
        S<'a, T, N>: Sized,
    {
        fn from(twin: Together<'a, T, N>) -> Self {
            let group_0 = ::renamed::__private::Guarded::into_inner(twin.g);
            Self {
                a: ::renamed::__private::Guarded::into_inner(twin.a),
                b: ::renamed::__private::Guarded::into_inner(twin.b),
                c: twin.c,
                d: group_0.d,
                e: group_0.e,
            }
        }
    }
};
const _: () = {
    impl<'a, T: Tr, const N: usize> Together<'a, T, N>
    where
        S<'a, T, N>: Sized,
        [T; N]: ::renamed::__private::Clone,
        Option<Box<S<'a, T, N>>>: ::renamed::__private::Clone,
        T::Out: ::renamed::__private::Clone,
    {
        /// All of it as it is at one moment, as a plain [`S`]: every lock is held for reading while the guarded fields are cloned.
        #[must_use]
        fn snapshot(&self) -> S<'a, T, N> {
            let cell_2 = ::renamed::__private::Clone::clone(&self.c);
            ::renamed::__private::with_all(
                (
                    ::renamed::__private::read(&self.a),
                    (
                        ::renamed::__private::read(&self.b),
                        (::renamed::__private::read(&self.g), ()),
                    ),
                ),
                |(cell_0, (cell_1, (cell_3, ())))| S {
                    a: ::renamed::__private::Clone::clone(cell_0),
                    b: ::renamed::__private::Clone::clone(cell_1),
                    c: cell_2,
                    d: ::renamed::__private::Clone::clone(&cell_3.d),
                    e: ::renamed::__private::Clone::clone(&cell_3.e),
                },
            )
        }
    }
};
