struct S<const N: usize = { 1 + 1 }> {
    a: ::guarded_state::__private::Guarded<
        [u8; N],
        ::guarded_state::__private::Mutex,
        ::guarded_state::__private::At<Self, 12638187200555641996u64>,
    >,
}
const _: () = {
    static CLASS: ::guarded_state::__private::Class = ::guarded_state::__private::Class::new(
        "S",
        "a",
        "mutex",
        ::guarded_state::__private::file!(),
        ::guarded_state::__private::line!(),
    );
    impl<const N: usize> ::guarded_state::__private::FieldSite<12638187200555641996u64>
    for S<N> {
        const INFO: &'static ::guarded_state::__private::SiteInfo = &::guarded_state::__private::SiteInfo::new(
                &CLASS,
            )
            .instantiation(::guarded_state::__private::type_name::<Self>);
    }
};
