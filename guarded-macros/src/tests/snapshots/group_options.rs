struct S {
    /// Behind one lock: `a`, `b`, `c`.
    g: ::guarded_state::__private::Guarded<
        SG,
        ::guarded_state::__private::Mutex<
            ::guarded_state::__private::Keep,
            ::guarded_state::__private::Guards,
        >,
        ::guarded_state::__private::At<Self, 12638185001532385574u64>,
    >,
}
/// The fields of [`S`] behind its lock `g`.
struct SG {
    a: u8,
    b: u8,
    c: u8,
}
const _: () = {
    static CLASS: ::guarded_state::__private::Class = ::guarded_state::__private::Class::new(
        "S",
        "g",
        "mutex",
        ::guarded_state::__private::file!(),
        ::guarded_state::__private::line!(),
    );
    impl ::guarded_state::__private::FieldSite<12638185001532385574u64> for S {
        const INFO: &'static ::guarded_state::__private::SiteInfo = &::guarded_state::__private::SiteInfo::new(
                &CLASS,
            )
            .leaf();
    }
};
const _: () = {
    ::guarded_state::__private::assert_shareable_mutex::<u8>();
};
const _: () = {
    ::guarded_state::__private::assert_shareable_mutex::<u8>();
};
const _: () = {
    ::guarded_state::__private::assert_shareable_mutex::<u8>();
};
