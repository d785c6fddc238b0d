pub struct Inventory {
    stock: ::guarded_state::__private::Guarded<
        u8,
        ::guarded_state::__private::Rw,
        ::guarded_state::__private::OrderedAt<Self, 4981349169778920693u64>,
    >,
    journal: ::guarded_state::__private::Guarded<
        u8,
        ::guarded_state::__private::Mutex,
        ::guarded_state::__private::OrderedAt<Self, 4037056951678083352u64>,
    >,
    /// Behind one lock: `sold`, `returned`.
    totals: ::guarded_state::__private::Guarded<
        InventoryTotals,
        ::guarded_state::__private::Rw<::guarded_state::__private::Poison>,
        ::guarded_state::__private::OrderedAt<Self, 1212485305590165066u64>,
    >,
    hits: ::guarded_state::__private::Guarded<
        u8,
        ::guarded_state::__private::Rw,
        ::guarded_state::__private::OrderedAt<Self, 8299566544506908859u64>,
    >,
}
/// The fields of [`Inventory`] behind its lock `totals`.
pub struct InventoryTotals {
    sold: u8,
    returned: u8,
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
    pub enum Inventory·stock {}
    const Inventory·stock: ::guarded_state::__private::u16 = ::guarded_state::__private::position(
        &[],
        1,
    );
    impl ::guarded_state::__private::OrderedSite<4981349169778920693u64> for Inventory {
        type Name = Inventory·stock;
        type Rank = ::guarded_state::__private::Place<
            { ::guarded_state::__private::bit(Inventory·stock, 15) },
            { ::guarded_state::__private::bit(Inventory·stock, 14) },
            { ::guarded_state::__private::bit(Inventory·stock, 13) },
            { ::guarded_state::__private::bit(Inventory·stock, 12) },
            { ::guarded_state::__private::bit(Inventory·stock, 11) },
            { ::guarded_state::__private::bit(Inventory·stock, 10) },
            { ::guarded_state::__private::bit(Inventory·stock, 9) },
            { ::guarded_state::__private::bit(Inventory·stock, 8) },
            { ::guarded_state::__private::bit(Inventory·stock, 7) },
            { ::guarded_state::__private::bit(Inventory·stock, 6) },
            { ::guarded_state::__private::bit(Inventory·stock, 5) },
            { ::guarded_state::__private::bit(Inventory·stock, 4) },
            { ::guarded_state::__private::bit(Inventory·stock, 3) },
            { ::guarded_state::__private::bit(Inventory·stock, 2) },
            { ::guarded_state::__private::bit(Inventory·stock, 1) },
            { ::guarded_state::__private::bit(Inventory·stock, 0) },
        >;
        const POSITION: ::guarded_state::__private::u16 = Inventory·stock;
        fn info() -> &'static ::guarded_state::__private::SiteInfo {
            <Self as ::guarded_state::__private::FieldSite<4981349169778920693u64>>::INFO
        }
    }
};
const _: () = {
    static CLASS: ::guarded_state::__private::Class = ::guarded_state::__private::Class::new(
        "Inventory",
        "journal",
        "mutex",
        ::guarded_state::__private::file!(),
        ::guarded_state::__private::line!(),
    );
    impl ::guarded_state::__private::FieldSite<4037056951678083352u64> for Inventory {
        const INFO: &'static ::guarded_state::__private::SiteInfo = &::guarded_state::__private::SiteInfo::new(
                &CLASS,
            )
            .after(
                &[
                    <Self as ::guarded_state::__private::OrderedSite<
                        4981349169778920693u64,
                    >>::info,
                    <other::Ledger as ::guarded_state::__private::OrderedSite<
                        14245632378885481043u64,
                    >>::info,
                ],
            );
    }
    pub enum Inventory·journal {}
    const Inventory·journal: ::guarded_state::__private::u16 = ::guarded_state::__private::position(
        &[
            <other::Ledger as ::guarded_state::__private::OrderedSite<
                14245632378885481043u64,
            >>::POSITION,
        ],
        2,
    );
    impl ::guarded_state::__private::OrderedSite<4037056951678083352u64> for Inventory {
        type Name = Inventory·journal;
        type Rank = ::guarded_state::__private::Place<
            { ::guarded_state::__private::bit(Inventory·journal, 15) },
            { ::guarded_state::__private::bit(Inventory·journal, 14) },
            { ::guarded_state::__private::bit(Inventory·journal, 13) },
            { ::guarded_state::__private::bit(Inventory·journal, 12) },
            { ::guarded_state::__private::bit(Inventory·journal, 11) },
            { ::guarded_state::__private::bit(Inventory·journal, 10) },
            { ::guarded_state::__private::bit(Inventory·journal, 9) },
            { ::guarded_state::__private::bit(Inventory·journal, 8) },
            { ::guarded_state::__private::bit(Inventory·journal, 7) },
            { ::guarded_state::__private::bit(Inventory·journal, 6) },
            { ::guarded_state::__private::bit(Inventory·journal, 5) },
            { ::guarded_state::__private::bit(Inventory·journal, 4) },
            { ::guarded_state::__private::bit(Inventory·journal, 3) },
            { ::guarded_state::__private::bit(Inventory·journal, 2) },
            { ::guarded_state::__private::bit(Inventory·journal, 1) },
            { ::guarded_state::__private::bit(Inventory·journal, 0) },
        >;
        const POSITION: ::guarded_state::__private::u16 = Inventory·journal;
        fn info() -> &'static ::guarded_state::__private::SiteInfo {
            <Self as ::guarded_state::__private::FieldSite<4037056951678083352u64>>::INFO
        }
    }
};
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
            )
            .after(
                &[
                    <Self as ::guarded_state::__private::OrderedSite<
                        4037056951678083352u64,
                    >>::info,
                    <Self2<
                        u8,
                    > as ::guarded_state::__private::OrderedSite<
                        12638187200555641996u64,
                    >>::info,
                    <Pair as ::guarded_state::__private::OrderedSite<
                        12638135523509116079u64,
                    >>::info,
                ],
            );
    }
    pub enum Inventory·totals {}
    const Inventory·totals: ::guarded_state::__private::u16 = ::guarded_state::__private::position(
        &[
            <other::Ledger as ::guarded_state::__private::OrderedSite<
                14245632378885481043u64,
            >>::POSITION,
            <Self2<
                u8,
            > as ::guarded_state::__private::OrderedSite<
                12638187200555641996u64,
            >>::POSITION,
            <Pair as ::guarded_state::__private::OrderedSite<
                12638135523509116079u64,
            >>::POSITION,
        ],
        3,
    );
    impl ::guarded_state::__private::OrderedSite<1212485305590165066u64> for Inventory {
        type Name = Inventory·totals;
        type Rank = ::guarded_state::__private::Place<
            { ::guarded_state::__private::bit(Inventory·totals, 15) },
            { ::guarded_state::__private::bit(Inventory·totals, 14) },
            { ::guarded_state::__private::bit(Inventory·totals, 13) },
            { ::guarded_state::__private::bit(Inventory·totals, 12) },
            { ::guarded_state::__private::bit(Inventory·totals, 11) },
            { ::guarded_state::__private::bit(Inventory·totals, 10) },
            { ::guarded_state::__private::bit(Inventory·totals, 9) },
            { ::guarded_state::__private::bit(Inventory·totals, 8) },
            { ::guarded_state::__private::bit(Inventory·totals, 7) },
            { ::guarded_state::__private::bit(Inventory·totals, 6) },
            { ::guarded_state::__private::bit(Inventory·totals, 5) },
            { ::guarded_state::__private::bit(Inventory·totals, 4) },
            { ::guarded_state::__private::bit(Inventory·totals, 3) },
            { ::guarded_state::__private::bit(Inventory·totals, 2) },
            { ::guarded_state::__private::bit(Inventory·totals, 1) },
            { ::guarded_state::__private::bit(Inventory·totals, 0) },
        >;
        const POSITION: ::guarded_state::__private::u16 = Inventory·totals;
        fn info() -> &'static ::guarded_state::__private::SiteInfo {
            <Self as ::guarded_state::__private::FieldSite<1212485305590165066u64>>::INFO
        }
    }
};
const _: () = {
    static CLASS: ::guarded_state::__private::Class = ::guarded_state::__private::Class::new(
        "Inventory",
        "hits",
        "rw",
        ::guarded_state::__private::file!(),
        ::guarded_state::__private::line!(),
    );
    impl ::guarded_state::__private::FieldSite<8299566544506908859u64> for Inventory {
        const INFO: &'static ::guarded_state::__private::SiteInfo = &::guarded_state::__private::SiteInfo::new(
                &CLASS,
            )
            .leaf()
            .after(
                &[
                    <Self as ::guarded_state::__private::OrderedSite<
                        1212485305590165066u64,
                    >>::info,
                ],
            );
    }
    pub enum Inventory·hits {}
    impl ::guarded_state::__private::OrderedSite<8299566544506908859u64> for Inventory {
        type Name = Inventory·hits;
        type Rank = ::guarded_state::__private::Top;
        const POSITION: ::guarded_state::__private::u16 = ::guarded_state::__private::nothing_after_a_leaf();
        fn info() -> &'static ::guarded_state::__private::SiteInfo {
            <Self as ::guarded_state::__private::FieldSite<8299566544506908859u64>>::INFO
        }
    }
};
const _: () = {
    ::guarded_state::__private::assert_shareable_rw::<
        u8,
        { ::guarded_state::__private::sends::<u8>() },
    >();
};
const _: () = {
    ::guarded_state::__private::assert_shareable_mutex::<u8>();
};
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
const _: () = {
    ::guarded_state::__private::assert_shareable_rw::<
        u8,
        { ::guarded_state::__private::sends::<u8>() },
    >();
};
