struct S {
    #[cfg(unix)]
    a: ::guarded_state::__private::Guarded<
        u8,
        ::guarded_state::__private::Rw,
        ::guarded_state::__private::At<Self, 12638187200555641996u64>,
    >,
    #[cfg(not(unix))]
    a: ::guarded_state::__private::Guarded<
        u16,
        ::guarded_state::__private::Mutex,
        ::guarded_state::__private::At<Self, 12638187200555641996u64>,
    >,
}
#[cfg(all(unix))]
const _: () = {
    static CLASS: ::guarded_state::__private::Class = ::guarded_state::__private::Class::new(
        "S",
        "a",
        "rw",
        ::guarded_state::__private::file!(),
        ::guarded_state::__private::line!(),
    );
    impl ::guarded_state::__private::FieldSite<12638187200555641996u64> for S {
        const INFO: &'static ::guarded_state::__private::SiteInfo = &::guarded_state::__private::SiteInfo::new(
            &CLASS,
        );
    }
};
#[cfg(not(any(all(unix))))]
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
            )
            .leaf();
    }
};
#[cfg(unix)]
const _: () = {
    ::guarded_state::__private::assert_shareable_rw::<
        u8,
        { ::guarded_state::__private::sends::<u8>() },
    >();
};
#[cfg(not(unix))]
const _: () = {
    ::guarded_state::__private::assert_shareable_mutex::<u16>();
};
