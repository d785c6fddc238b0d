struct S<T> {
    /// Behind one lock: `next`, `n`.
    g: ::guarded_state::__private::Guarded<
        SG<T>,
        ::guarded_state::__private::Rw<::guarded_state::__private::Poison>,
        ::guarded_state::__private::At<Self, 12638185001532385574u64>,
    >,
    /// Behind one lock: `o`.
    h: ::guarded_state::__private::Guarded<
        SH<T>,
        ::guarded_state::__private::Rw<::guarded_state::__private::Poison>,
        ::guarded_state::__private::At<Self, 12638197096160295895u64>,
    >,
    t: T,
}
/// The fields of [`S`] behind its lock `g`.
struct SG<T> {
    next: Option<Box<S<T>>>,
    n: [u8; <S<T>>::N],
}
/// The fields of [`S`] behind its lock `h`.
struct SH<T> {
    o: <S<T> as Tr>::Out,
}
const _: () = {
    static CLASS: ::guarded_state::__private::Class = ::guarded_state::__private::Class::new(
        "S",
        "g",
        "rw",
        ::guarded_state::__private::file!(),
        ::guarded_state::__private::line!(),
    );
    impl<T> ::guarded_state::__private::FieldSite<12638185001532385574u64> for S<T> {
        const INFO: &'static ::guarded_state::__private::SiteInfo = &::guarded_state::__private::SiteInfo::new(
                &CLASS,
            )
            .instantiation(::guarded_state::__private::type_name::<Self>);
    }
};
const _: () = {
    static CLASS: ::guarded_state::__private::Class = ::guarded_state::__private::Class::new(
        "S",
        "h",
        "rw",
        ::guarded_state::__private::file!(),
        ::guarded_state::__private::line!(),
    );
    impl<T> ::guarded_state::__private::FieldSite<12638197096160295895u64> for S<T> {
        const INFO: &'static ::guarded_state::__private::SiteInfo = &::guarded_state::__private::SiteInfo::new(
                &CLASS,
            )
            .instantiation(::guarded_state::__private::type_name::<Self>);
    }
};
