struct Pair(
    pub ::guarded_state::__private::Guarded<
        u8,
        ::guarded_state::__private::Rw,
        ::guarded_state::__private::At<Self, 12638135523509116079u64>,
    >,
    String,
    ::guarded_state::__private::Guarded<
        Vec<u8>,
        ::guarded_state::__private::Mutex,
        ::guarded_state::__private::At<Self, 12638137722532372501u64>,
    >,
);
const _: () = {
    static CLASS: ::guarded_state::__private::Class = ::guarded_state::__private::Class::new(
        "Pair",
        "0",
        "rw",
        ::guarded_state::__private::file!(),
        ::guarded_state::__private::line!(),
    );
    impl ::guarded_state::__private::FieldSite<12638135523509116079u64> for Pair {
        const INFO: &'static ::guarded_state::__private::SiteInfo = &::guarded_state::__private::SiteInfo::new(
            &CLASS,
        );
    }
};
const _: () = {
    static CLASS: ::guarded_state::__private::Class = ::guarded_state::__private::Class::new(
        "Pair",
        "2",
        "mutex",
        ::guarded_state::__private::file!(),
        ::guarded_state::__private::line!(),
    );
    impl ::guarded_state::__private::FieldSite<12638137722532372501u64> for Pair {
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
    ::guarded_state::__private::assert_shareable_mutex::<Vec<u8>>();
};
