struct S<T>
where
    T: Ord,
{
    a: ::guarded_state::__private::Guarded<
        Vec<T>,
        ::guarded_state::__private::Rw<
            ::guarded_state::__private::Checked<
                ::guarded_state::__private::Keep,
                Self,
                12638187200555641996u64,
            >,
        >,
        ::guarded_state::__private::At<Self, 12638187200555641996u64>,
    >,
    #[cfg(x)]
    b: ::guarded_state::__private::Guarded<
        u8,
        ::guarded_state::__private::Mutex<
            ::guarded_state::__private::Checked<
                ::guarded_state::__private::Rollback,
                Self,
                12638190499090526629u64,
            >,
        >,
        ::guarded_state::__private::At<Self, 12638190499090526629u64>,
    >,
    /// Behind one lock: `c`, `d`.
    g: ::guarded_state::__private::Guarded<
        SG<T>,
        ::guarded_state::__private::Rw<
            ::guarded_state::__private::Checked<
                ::guarded_state::__private::Poison,
                Self,
                12638185001532385574u64,
            >,
        >,
        ::guarded_state::__private::At<Self, 12638185001532385574u64>,
    >,
}
/// The fields of [`S`] behind its lock `g`.
struct SG<T>
where
    T: Ord,
{
    c: T,
    d: u8,
}
const _: () = {
    static CLASS: ::guarded_state::__private::Class = ::guarded_state::__private::Class::new(
        "S",
        "a",
        "rw",
        ::guarded_state::__private::file!(),
        ::guarded_state::__private::line!(),
    );
    impl<T> ::guarded_state::__private::FieldSite<12638187200555641996u64> for S<T>
    where
        T: Ord,
    {
        const INFO: &'static ::guarded_state::__private::SiteInfo = &::guarded_state::__private::SiteInfo::new(
                &CLASS,
            )
            .instantiation(::guarded_state::__private::type_name::<Self>);
    }
};
const _: () = {
    static CLASS: ::guarded_state::__private::Class = ::guarded_state::__private::Class::new(
        "S",
        "b",
        "mutex",
        ::guarded_state::__private::file!(),
        ::guarded_state::__private::line!(),
    );
    impl<T> ::guarded_state::__private::FieldSite<12638190499090526629u64> for S<T>
    where
        T: Ord,
    {
        const INFO: &'static ::guarded_state::__private::SiteInfo = &::guarded_state::__private::SiteInfo::new(
                &CLASS,
            )
            .instantiation(::guarded_state::__private::type_name::<Self>);
    }
};
const _: () = {
    static CLASS: ::guarded_state::__private::Class = ::guarded_state::__private::Class::new(
        "S",
        "g",
        "rw",
        ::guarded_state::__private::file!(),
        ::guarded_state::__private::line!(),
    );
    impl<T> ::guarded_state::__private::FieldSite<12638185001532385574u64> for S<T>
    where
        T: Ord,
    {
        const INFO: &'static ::guarded_state::__private::SiteInfo = &::guarded_state::__private::SiteInfo::new(
                &CLASS,
            )
            .instantiation(::guarded_state::__private::type_name::<Self>);
    }
};
#[cfg(x)]
const _: () = {
    ::guarded_state::__private::assert_shareable_mutex::<u8>();
    ::guarded_state::__private::assert_restorable::<u8>();
};
const _: () = {
    ::guarded_state::__private::assert_shareable_rw::<
        u8,
        { ::guarded_state::__private::sends::<u8>() },
    >();
};
const _: () = {
    impl<T> ::guarded_state::__private::Invariant<12638187200555641996u64, Vec<T>>
    for S<T>
    where
        T: Ord,
    {
        const PATH: &'static ::guarded_state::__private::str = "sound";
        fn broken() -> impl ::guarded_state::__private::Fn(
            &Vec<T>,
        ) -> ::guarded_state::__private::Option<::guarded_state::__private::String> {
            ::guarded_state::__private::judging::<Vec<T>, _, _>(|value| sound(value))
        }
    }
};
#[cfg(x)]
const _: () = {
    impl<T> ::guarded_state::__private::Invariant<12638190499090526629u64, u8> for S<T>
    where
        T: Ord,
    {
        const PATH: &'static ::guarded_state::__private::str = "";
        fn broken() -> impl ::guarded_state::__private::Fn(
            &u8,
        ) -> ::guarded_state::__private::Option<::guarded_state::__private::String> {
            ::guarded_state::__private::judging::<u8, _, _>(|b| *b < 9)
        }
    }
};
const _: () = {
    impl<T> ::guarded_state::__private::Invariant<12638185001532385574u64, SG<T>>
    for S<T>
    where
        T: Ord,
    {
        const PATH: &'static ::guarded_state::__private::str = "Self::g";
        fn broken() -> impl ::guarded_state::__private::Fn(
            &SG<T>,
        ) -> ::guarded_state::__private::Option<::guarded_state::__private::String> {
            ::guarded_state::__private::judging::<SG<T>, _, _>(|value| Self::g(value))
        }
    }
};
