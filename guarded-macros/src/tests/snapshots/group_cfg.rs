struct S<T> {
    #[cfg(any(unix, unix))]
    /// Behind one lock: `a`, `b`.
    g: ::guarded_state::__private::Guarded<
        SG<T>,
        ::guarded_state::__private::Rw<::guarded_state::__private::Poison>,
        ::guarded_state::__private::At<Self, 12638185001532385574u64>,
    >,
    #[cfg(any(all(a, b), any(not(x), y)))]
    /// Behind one lock: `c`, `d`.
    h: ::guarded_state::__private::Guarded<
        SH,
        ::guarded_state::__private::Rw<::guarded_state::__private::Poison>,
        ::guarded_state::__private::At<Self, 12638197096160295895u64>,
    >,
    /// Behind one lock: `e`, `f`.
    i: ::guarded_state::__private::Guarded<
        SI,
        ::guarded_state::__private::Rw<::guarded_state::__private::Poison>,
        ::guarded_state::__private::At<Self, 12638195996648667684u64>,
    >,
}
#[cfg(any(unix, unix))]
/// The fields of [`S`] behind its lock `g`.
struct SG<T> {
    #[cfg(unix)]
    a: T,
    #[cfg(unix)]
    b: u8,
}
#[cfg(any(all(a, b), any(not(x), y)))]
/// The fields of [`S`] behind its lock `h`.
struct SH {
    #[cfg(a)]
    #[cfg(b)]
    c: u8,
    #[cfg_attr(x, cfg(y))]
    d: u8,
}
/// The fields of [`S`] behind its lock `i`.
struct SI {
    #[cfg(z)]
    e: u8,
    f: u8,
}
const _: () = {
    static CLASS: ::guarded_state::__private::Class = ::guarded_state::__private::Class::new(
        "S",
        "g",
        "rw",
        ::guarded_state::__private::file!(),
        ::guarded_state::__private::line!(),
    );
    impl<T> ::guarded_state::__private::FieldSite<12638185001532385574u64> for S<T> {
        const INFO: &'static ::guarded_state::__private::SiteInfo = &::guarded_state::__private::SiteInfo::new(
                &CLASS,
            )
            .instantiation(::guarded_state::__private::type_name::<Self>);
    }
};
const _: () = {
    static CLASS: ::guarded_state::__private::Class = ::guarded_state::__private::Class::new(
        "S",
        "h",
        "rw",
        ::guarded_state::__private::file!(),
        ::guarded_state::__private::line!(),
    );
    impl<T> ::guarded_state::__private::FieldSite<12638197096160295895u64> for S<T> {
        const INFO: &'static ::guarded_state::__private::SiteInfo = &::guarded_state::__private::SiteInfo::new(
                &CLASS,
            )
            .instantiation(::guarded_state::__private::type_name::<Self>);
    }
};
const _: () = {
    static CLASS: ::guarded_state::__private::Class = ::guarded_state::__private::Class::new(
        "S",
        "i",
        "rw",
        ::guarded_state::__private::file!(),
        ::guarded_state::__private::line!(),
    );
    impl<T> ::guarded_state::__private::FieldSite<12638195996648667684u64> for S<T> {
        const INFO: &'static ::guarded_state::__private::SiteInfo = &::guarded_state::__private::SiteInfo::new(
                &CLASS,
            )
            .instantiation(::guarded_state::__private::type_name::<Self>);
    }
};
#[cfg(unix)]
const _: () = {
    ::guarded_state::__private::assert_shareable_rw::<
        u8,
        { ::guarded_state::__private::sends::<u8>() },
    >();
};
#[cfg(a)]
#[cfg(b)]
const _: () = {
    ::guarded_state::__private::assert_shareable_rw::<
        u8,
        { ::guarded_state::__private::sends::<u8>() },
    >();
};
#[cfg(any(not(x), y))]
const _: () = {
    ::guarded_state::__private::assert_shareable_rw::<
        u8,
        { ::guarded_state::__private::sends::<u8>() },
    >();
};
#[cfg(z)]
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
