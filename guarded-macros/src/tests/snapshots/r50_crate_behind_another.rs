struct S<T> {
    a: crate::vendored::guarded_state::__private::Guarded<
        T,
        crate::vendored::guarded_state::__private::Rw<
            crate::vendored::guarded_state::__private::Keep,
            crate::vendored::guarded_state::__private::Guards,
        >,
        crate::vendored::guarded_state::__private::At<Self, 12638187200555641996u64>,
    >,
}
const _: () = {
    static CLASS: crate::vendored::guarded_state::__private::Class = crate::vendored::guarded_state::__private::Class::new(
        "S",
        "a",
        "rw",
        crate::vendored::guarded_state::__private::file!(),
        crate::vendored::guarded_state::__private::line!(),
    );
    impl<T> crate::vendored::guarded_state::__private::FieldSite<12638187200555641996u64>
    for S<T> {
        const INFO: &'static crate::vendored::guarded_state::__private::SiteInfo = &crate::vendored::guarded_state::__private::SiteInfo::new(
                &CLASS,
            )
            .instantiation(crate::vendored::guarded_state::__private::type_name::<Self>);
    }
};
