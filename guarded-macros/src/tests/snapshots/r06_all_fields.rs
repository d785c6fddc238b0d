struct All {
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
    c: ::guarded_state::__private::Guarded<
        u8,
        ::guarded_state::__private::Monitor,
        ::guarded_state::__private::At<Self, 12638189399578898418u64>,
    >,
}
const _: () = {
    static CLASS: ::guarded_state::__private::Class = ::guarded_state::__private::Class::new(
        "All",
        "a",
        "rw",
        ::guarded_state::__private::file!(),
        ::guarded_state::__private::line!(),
    );
    impl ::guarded_state::__private::FieldSite<12638187200555641996u64> for All {
        const INFO: &'static ::guarded_state::__private::SiteInfo = &::guarded_state::__private::SiteInfo::new(
            &CLASS,
        );
    }
};
const _: () = {
    static CLASS: ::guarded_state::__private::Class = ::guarded_state::__private::Class::new(
        "All",
        "b",
        "mutex",
        ::guarded_state::__private::file!(),
        ::guarded_state::__private::line!(),
    );
    impl ::guarded_state::__private::FieldSite<12638190499090526629u64> for All {
        const INFO: &'static ::guarded_state::__private::SiteInfo = &::guarded_state::__private::SiteInfo::new(
            &CLASS,
        );
    }
};
const _: () = {
    static CLASS: ::guarded_state::__private::Class = ::guarded_state::__private::Class::new(
        "All",
        "c",
        "monitor",
        ::guarded_state::__private::file!(),
        ::guarded_state::__private::line!(),
    );
    impl ::guarded_state::__private::FieldSite<12638189399578898418u64> for All {
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
const _: () = {
    ::guarded_state::__private::assert_shareable_mutex::<u8>();
};
