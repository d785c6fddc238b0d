struct S {
    #[cfg(all(unix, feature = "x"))]
    #[cfg_attr(unix, doc = "d")]
    a: ::guarded_state::__private::Guarded<
        u8,
        ::guarded_state::__private::Monitor,
        ::guarded_state::__private::At<Self, 12638187200555641996u64>,
    >,
    #[cfg(not(all(unix, feature = "x")))]
    #[cfg_attr(unix, doc = "d")]
    a: u8,
}
const _: () = {
    static CLASS: ::guarded_state::__private::Class = ::guarded_state::__private::Class::new(
        "S",
        "a",
        "monitor",
        ::guarded_state::__private::file!(),
        ::guarded_state::__private::line!(),
    );
    impl ::guarded_state::__private::FieldSite<12638187200555641996u64> for S {
        const INFO: &'static ::guarded_state::__private::SiteInfo = &::guarded_state::__private::SiteInfo::new(
            &CLASS,
        );
    }
};
#[cfg(all(unix, feature = "x"))]
const _: () = {
    ::guarded_state::__private::assert_shareable_mutex::<u8>();
};
