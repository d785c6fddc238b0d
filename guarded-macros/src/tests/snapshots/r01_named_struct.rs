#[derive(Debug, Default)]
pub struct Inventory {
    /// Units on hand.
    stock: ::guarded_state::__private::Guarded<
        HashMap<Sku, u32>,
        ::guarded_state::__private::Rw,
        ::guarded_state::__private::At<Self, 4981349169778920693u64>,
    >,
    name: String,
}
const _: () = {
    static CLASS: ::guarded_state::__private::Class = ::guarded_state::__private::Class::new(
        "Inventory",
        "stock",
        "rw",
        ::guarded_state::__private::file!(),
        ::guarded_state::__private::line!(),
    );
    impl ::guarded_state::__private::FieldSite<4981349169778920693u64> for Inventory {
        const INFO: &'static ::guarded_state::__private::SiteInfo = &::guarded_state::__private::SiteInfo::new(
            &CLASS,
        );
    }
};
const _: () = {
    ::guarded_state::__private::assert_shareable_rw::<
        HashMap<Sku, u32>,
        { ::guarded_state::__private::sends::<HashMap<Sku, u32>>() },
    >();
};
