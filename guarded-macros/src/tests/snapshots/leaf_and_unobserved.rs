struct S<T> {
    a: ::guarded_state::__private::Guarded<
        A,
        ::guarded_state::__private::Rw,
        ::guarded_state::__private::At<Self, 12638187200555641996u64>,
    >,
    b: ::guarded_state::__private::Guarded<
        T,
        ::guarded_state::__private::Rw,
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
    impl<T> ::guarded_state::__private::FieldSite<12638187200555641996u64> for S<T> {
        const INFO: &'static ::guarded_state::__private::SiteInfo = &::guarded_state::__private::SiteInfo::new(
                &CLASS,
            )
            .instantiation(::guarded_state::__private::type_name::<Self>)
            .leaf();
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
    impl<T> ::guarded_state::__private::FieldSite<12638190499090526629u64> for S<T> {
        const INFO: &'static ::guarded_state::__private::SiteInfo = &::guarded_state::__private::SiteInfo::new(
                &CLASS,
            )
            .instantiation(::guarded_state::__private::type_name::<Self>)
            .leaf()
            .unobserved();
    }
};
const _: () = {
    ::guarded_state::__private::assert_shareable_rw::<
        A,
        { ::guarded_state::__private::sends::<A>() },
    >();
};
