struct r#match<r#type> {
    r#fn: ::guarded_state::__private::Guarded<
        r#type,
        ::guarded_state::__private::Rw,
        ::guarded_state::__private::At<Self, 619343937915704565u64>,
    >,
    /// Behind one lock: `if`.
    r#loop: ::guarded_state::__private::Guarded<
        matchLoop,
        ::guarded_state::__private::Rw<::guarded_state::__private::Poison>,
        ::guarded_state::__private::At<Self, 14838486305852456427u64>,
    >,
}
/// The fields of [`r#match`] behind its lock `loop`.
struct matchLoop {
    r#if: u8,
}
const _: () = {
    static CLASS: ::guarded_state::__private::Class = ::guarded_state::__private::Class::new(
        "match",
        "fn",
        "rw",
        ::guarded_state::__private::file!(),
        ::guarded_state::__private::line!(),
    );
    impl<r#type> ::guarded_state::__private::FieldSite<619343937915704565u64>
    for r#match<r#type> {
        const INFO: &'static ::guarded_state::__private::SiteInfo = &::guarded_state::__private::SiteInfo::new(
                &CLASS,
            )
            .instantiation(::guarded_state::__private::type_name::<Self>);
    }
};
const _: () = {
    static CLASS: ::guarded_state::__private::Class = ::guarded_state::__private::Class::new(
        "match",
        "loop",
        "rw",
        ::guarded_state::__private::file!(),
        ::guarded_state::__private::line!(),
    );
    impl<r#type> ::guarded_state::__private::FieldSite<14838486305852456427u64>
    for r#match<r#type> {
        const INFO: &'static ::guarded_state::__private::SiteInfo = &::guarded_state::__private::SiteInfo::new(
                &CLASS,
            )
            .instantiation(::guarded_state::__private::type_name::<Self>);
    }
};
const _: () = {
    ::guarded_state::__private::assert_shareable_rw::<
        u8,
        { ::guarded_state::__private::sends::<u8>() },
    >();
};
