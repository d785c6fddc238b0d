struct S<T: Clone> {
    /// Behind one lock: `a`, `b`.
    g: ::guarded_state::__private::Guarded<
        SG<T>,
        ::guarded_state::__private::Rw<::guarded_state::__private::Rollback>,
        ::guarded_state::__private::At<Self, 12638185001532385574u64>,
    >,
}
/// The fields of [`S`] behind its lock `g`.
#[derive(::guarded_state::__private::Clone)]
struct SG<T: Clone> {
    a: Vec<T>,
    b: u8,
}
const _: () = {
    static CLASS: ::guarded_state::__private::Class = ::guarded_state::__private::Class::new(
        "S",
        "g",
        "rw",
        ::guarded_state::__private::file!(),
        ::guarded_state::__private::line!(),
    );
    impl<T: Clone> ::guarded_state::__private::FieldSite<12638185001532385574u64>
    for S<T> {
        const INFO: &'static ::guarded_state::__private::SiteInfo = &::guarded_state::__private::SiteInfo::new(
                &CLASS,
            )
            .instantiation(::guarded_state::__private::type_name::<Self>);
    }
};
const _: () = {
    ::guarded_state::__private::assert_shareable_rw::<
        u8,
        { ::guarded_state::__private::sends::<u8>() },
    >();
};
