struct S {
    #[cfg(feature = "x")]
    #[cfg_attr(feature = "x", serde(skip))]
    a: ::guarded_state::__private::Guarded<
        u8,
        ::guarded_state::__private::Mutex,
        ::guarded_state::__private::At<Self, 12638187200555641996u64>,
    >,
    #[cfg(not(feature = "x"))]
    #[cfg_attr(feature = "x", serde(skip))]
    a: u8,
}
const _: () = {
    static CLASS: ::guarded_state::__private::Class = ::guarded_state::__private::Class::new(
        "S",
        "a",
        "mutex",
        ::guarded_state::__private::file!(),
        ::guarded_state::__private::line!(),
    );
    impl ::guarded_state::__private::FieldSite<12638187200555641996u64> for S {
        const INFO: &'static ::guarded_state::__private::SiteInfo = &::guarded_state::__private::SiteInfo::new(
            &CLASS,
        );
    }
};
#[cfg(feature = "x")]
const _: () = {
    ::guarded_state::__private::assert_shareable_mutex::<u8>();
};
