struct S<'a> {
    a: ::guarded_state::__private::Guarded<
        fn(&u8) -> u8,
        ::guarded_state::__private::Rw,
        ::guarded_state::__private::At<Self, 12638187200555641996u64>,
    >,
    b: ::guarded_state::__private::Guarded<
        Box<dyn Tr + Send + 'a>,
        ::guarded_state::__private::Mutex,
        ::guarded_state::__private::At<Self, 12638190499090526629u64>,
    >,
    c: ::guarded_state::__private::Guarded<
        &'a dyn Tr,
        ::guarded_state::__private::Rw,
        ::guarded_state::__private::At<Self, 12638189399578898418u64>,
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
    impl<'a> ::guarded_state::__private::FieldSite<12638187200555641996u64> for S<'a> {
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
    impl<'a> ::guarded_state::__private::FieldSite<12638190499090526629u64> for S<'a> {
        const INFO: &'static ::guarded_state::__private::SiteInfo = &::guarded_state::__private::SiteInfo::new(
            &CLASS,
        );
    }
};
const _: () = {
    static CLASS: ::guarded_state::__private::Class = ::guarded_state::__private::Class::new(
        "S",
        "c",
        "rw",
        ::guarded_state::__private::file!(),
        ::guarded_state::__private::line!(),
    );
    impl<'a> ::guarded_state::__private::FieldSite<12638189399578898418u64> for S<'a> {
        const INFO: &'static ::guarded_state::__private::SiteInfo = &::guarded_state::__private::SiteInfo::new(
            &CLASS,
        );
    }
};
const _: () = {
    ::guarded_state::__private::assert_shareable_rw::<
        fn(&u8) -> u8,
        { ::guarded_state::__private::sends::<fn(&u8) -> u8>() },
    >();
};
