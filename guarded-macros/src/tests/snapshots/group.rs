#[derive(Debug)]
pub struct Inventory {
    first: u8,
    /// Behind one lock: `in_transit`, `reserved`.
    pub totals: ::guarded_state::__private::Guarded<
        InventoryTotals,
        ::guarded_state::__private::Rw<::guarded_state::__private::Poison>,
        ::guarded_state::__private::At<Self, 1212485305590165066u64>,
    >,
    between: u8,
}
/// The fields of [`Inventory`] behind its lock `totals`.
#[derive(Debug)]
pub struct InventoryTotals {
    /// On the way.
    pub in_transit: u64,
    /// Promised.
    pub reserved: u64,
}
const _: () = {
    static CLASS: ::guarded_state::__private::Class = ::guarded_state::__private::Class::new(
        "Inventory",
        "totals",
        "rw",
        ::guarded_state::__private::file!(),
        ::guarded_state::__private::line!(),
    );
    impl ::guarded_state::__private::FieldSite<1212485305590165066u64> for Inventory {
        const INFO: &'static ::guarded_state::__private::SiteInfo = &::guarded_state::__private::SiteInfo::new(
            &CLASS,
        );
    }
};
const _: () = {
    ::guarded_state::__private::assert_shareable_rw::<
        u64,
        { ::guarded_state::__private::sends::<u64>() },
    >();
};
const _: () = {
    ::guarded_state::__private::assert_shareable_rw::<
        u64,
        { ::guarded_state::__private::sends::<u64>() },
    >();
};
