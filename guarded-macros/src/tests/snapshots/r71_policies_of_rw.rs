struct S {
    a: ::guarded_state::__private::Guarded<
        A,
        ::guarded_state::__private::Rw,
        ::guarded_state::__private::At<Self, 12638187200555641996u64>,
    >,
    b: ::guarded_state::__private::Guarded<
        B,
        ::guarded_state::__private::Rw<::guarded_state::__private::Poison>,
        ::guarded_state::__private::At<Self, 12638190499090526629u64>,
    >,
    c: ::guarded_state::__private::Guarded<
        C,
        ::guarded_state::__private::Rw<::guarded_state::__private::Rollback>,
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
        "rw",
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
    static CLASS: ::guarded_state::__private::Class = ::guarded_state::__private::Class::new(
        "S",
        "c",
        "rw",
        ::guarded_state::__private::file!(),
        ::guarded_state::__private::line!(),
    );
    impl ::guarded_state::__private::FieldSite<12638189399578898418u64> for S {
        const INFO: &'static ::guarded_state::__private::SiteInfo = &::guarded_state::__private::SiteInfo::new(
            &CLASS,
        );
    }
};
const _: () = {
    ::guarded_state::__private::assert_shareable_rw::<
        A,
        { ::guarded_state::__private::sends::<A>() },
    >();
};
const _: () = {
    ::guarded_state::__private::assert_shareable_rw::<
        B,
        { ::guarded_state::__private::sends::<B>() },
    >();
};
const _: () = {
    ::guarded_state::__private::assert_shareable_rw::<
        C,
        { ::guarded_state::__private::sends::<C>() },
    >();
    ::guarded_state::__private::assert_restorable::<C>();
};
