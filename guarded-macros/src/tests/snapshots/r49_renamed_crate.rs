struct S {
    a: ::renamed::__private::Guarded<
        u8,
        ::renamed::__private::Rw,
        ::renamed::__private::At<Self, 12638187200555641996u64>,
    >,
}
const _: () = {
    static CLASS: ::renamed::__private::Class = ::renamed::__private::Class::new(
        "S",
        "a",
        "rw",
        ::renamed::__private::file!(),
        ::renamed::__private::line!(),
    );
    impl ::renamed::__private::FieldSite<12638187200555641996u64> for S {
        const INFO: &'static ::renamed::__private::SiteInfo = &::renamed::__private::SiteInfo::new(
            &CLASS,
        );
    }
};
const _: () = {
    ::renamed::__private::assert_shareable_rw::<
        u8,
        { ::renamed::__private::sends::<u8>() },
    >();
};
