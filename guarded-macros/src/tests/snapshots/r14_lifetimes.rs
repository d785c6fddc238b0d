struct S<'a, 'b: 'a, '__a> {
    a: ::guarded_state::__private::Guarded<
        &'a str,
        ::guarded_state::__private::Rw,
        ::guarded_state::__private::At<Self, 12638187200555641996u64>,
    >,
    b: ::guarded_state::__private::Guarded<
        Cow<'b, str>,
        ::guarded_state::__private::Rw,
        ::guarded_state::__private::At<Self, 12638190499090526629u64>,
    >,
    c: &'__a u8,
}
const _: () = {
    static CLASS: ::guarded_state::__private::Class = ::guarded_state::__private::Class::new(
        "S",
        "a",
        "rw",
        ::guarded_state::__private::file!(),
        ::guarded_state::__private::line!(),
    );
    impl<'a, 'b: 'a, '__a> ::guarded_state::__private::FieldSite<12638187200555641996u64>
    for S<'a, 'b, '__a> {
        const INFO: &'static ::guarded_state::__private::SiteInfo = &::guarded_state::__private::SiteInfo::new(
            &CLASS,
        );
    }
};
const _: () = {
    static CLASS: ::guarded_state::__private::Class = ::guarded_state::__private::Class::new(
        "S",
        "b",
        "rw",
        ::guarded_state::__private::file!(),
        ::guarded_state::__private::line!(),
    );
    impl<'a, 'b: 'a, '__a> ::guarded_state::__private::FieldSite<12638190499090526629u64>
    for S<'a, 'b, '__a> {
        const INFO: &'static ::guarded_state::__private::SiteInfo = &::guarded_state::__private::SiteInfo::new(
            &CLASS,
        );
    }
};
