struct S {
    #[cfg(unix)]
    a: ::guarded_state::__private::Guarded<
        u8,
        ::guarded_state::__private::Mutex,
        ::guarded_state::__private::At<Self, 12638187200555641996u64>,
    >,
    /// Behind one lock: `a`, `b`.
    g: ::guarded_state::__private::Guarded<
        SG,
        ::guarded_state::__private::Rw<::guarded_state::__private::Poison>,
        ::guarded_state::__private::At<Self, 12638185001532385574u64>,
    >,
    #[cfg(not(any(unix, not(unix))))]
    a: u8,
}
/// The fields of [`S`] behind its lock `g`.
struct SG {
    #[cfg(all(not(unix), not(any(unix))))]
    a: u8,
    b: u8,
}
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
        );
    }
};
const _: () = {
    static CLASS: ::guarded_state::__private::Class = ::guarded_state::__private::Class::new(
        "S",
        "g",
        "rw",
        ::guarded_state::__private::file!(),
        ::guarded_state::__private::line!(),
    );
    impl ::guarded_state::__private::FieldSite<12638185001532385574u64> for S {
        const INFO: &'static ::guarded_state::__private::SiteInfo = &::guarded_state::__private::SiteInfo::new(
            &CLASS,
        );
    }
};
#[cfg(unix)]
const _: () = {
    ::guarded_state::__private::assert_shareable_mutex::<u8>();
};
#[cfg(all(not(unix), not(any(unix))))]
const _: () = {
    ::guarded_state::__private::assert_shareable_rw::<
        u8,
        { ::guarded_state::__private::sends::<u8>() },
    >();
};
const _: () = {
    ::guarded_state::__private::assert_shareable_rw::<
        u8,
        { ::guarded_state::__private::sends::<u8>() },
    >();
};
