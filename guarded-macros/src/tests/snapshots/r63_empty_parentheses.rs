struct S {
    a: ::guarded_state::__private::Guarded<
        u8,
        ::guarded_state::__private::Rw,
        ::guarded_state::__private::At<Self, 12638187200555641996u64>,
    >,
    b: ::guarded_state::__private::Guarded<
        u8,
        ::guarded_state::__private::Mutex,
        ::guarded_state::__private::At<Self, 12638190499090526629u64>,
    >,
}
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
const _: () = {
    static CLASS: ::guarded_state::__private::Class = ::guarded_state::__private::Class::new(
        "S",
        "b",
        "mutex",
        ::guarded_state::__private::file!(),
        ::guarded_state::__private::line!(),
    );
    impl ::guarded_state::__private::FieldSite<12638190499090526629u64> for S {
        const INFO: &'static ::guarded_state::__private::SiteInfo = &::guarded_state::__private::SiteInfo::new(
            &CLASS,
        );
    }
};
const _: () = {
    ::guarded_state::__private::assert_shareable_rw::<
        u8,
        { ::guarded_state::__private::sends::<u8>() },
    >();
};
const _: () = {
    ::guarded_state::__private::assert_shareable_mutex::<u8>();
};
