struct S<'x, T: Tr<U>, U = Vec<T>, const N: usize = 3>
where
    T: Send,
    U: From<T>,
{
    /// Behind one lock: `a`.
    g: ::guarded_state::__private::Guarded<
        SG<T, N>,
        ::guarded_state::__private::Rw<::guarded_state::__private::Poison>,
        ::guarded_state::__private::At<Self, 12638185001532385574u64>,
    >,
    b: ::guarded_state::__private::Guarded<
        &'x U,
        ::guarded_state::__private::Rw,
        ::guarded_state::__private::At<Self, 12638190499090526629u64>,
    >,
}
/// The fields of [`S`] behind its lock `g`.
struct SG<T, const N: usize = 3>
where
    T: Send,
{
    a: [T; N],
}
const _: () = {
    static CLASS: ::guarded_state::__private::Class = ::guarded_state::__private::Class::new(
        "S",
        "g",
        "rw",
        ::guarded_state::__private::file!(),
        ::guarded_state::__private::line!(),
    );
    impl<
        'x,
        T: Tr<U>,
        U,
        const N: usize,
    > ::guarded_state::__private::FieldSite<12638185001532385574u64> for S<'x, T, U, N>
    where
        T: Send,
        U: From<T>,
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
        "rw",
        ::guarded_state::__private::file!(),
        ::guarded_state::__private::line!(),
    );
    impl<
        'x,
        T: Tr<U>,
        U,
        const N: usize,
    > ::guarded_state::__private::FieldSite<12638190499090526629u64> for S<'x, T, U, N>
    where
        T: Send,
        U: From<T>,
    {
        const INFO: &'static ::guarded_state::__private::SiteInfo = &::guarded_state::__private::SiteInfo::new(
                &CLASS,
            )
            .instantiation(::guarded_state::__private::type_name::<Self>);
    }
};
