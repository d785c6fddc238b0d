struct S<T>
where
    for<'x> &'x T: IntoIterator,
    T: Iterator<Item = u8>,
    Self: Sized,
{
    a: ::guarded_state::__private::Guarded<
        T::Item,
        ::guarded_state::__private::Rw<::guarded_state::__private::Rollback>,
        ::guarded_state::__private::At<Self, 12638187200555641996u64>,
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
    impl<T> ::guarded_state::__private::FieldSite<12638187200555641996u64> for S<T>
    where
        for<'x> &'x T: IntoIterator,
        T: Iterator<Item = u8>,
        Self: Sized,
    {
        const INFO: &'static ::guarded_state::__private::SiteInfo = &::guarded_state::__private::SiteInfo::new(
                &CLASS,
            )
            .instantiation(::guarded_state::__private::type_name::<Self>);
    }
};
const _: () = {
    const fn restorable<T>(_: &S<T>)
    where
        for<'x> &'x T: IntoIterator,
        T: Iterator<Item = u8>,
        S<T>: Sized,
    {
        ::guarded_state::__private::assert_restorable::<T::Item>();
    }
};
