struct Row<'a, T: Tr>(
    ::guarded_state::__private::Guarded<
        &'a T,
        ::guarded_state::__private::Rw,
        ::guarded_state::__private::OrderedAt<Self, 12638135523509116079u64>,
    >,
    u8,
    ::guarded_state::__private::Guarded<
        u8,
        ::guarded_state::__private::Rw,
        ::guarded_state::__private::OrderedAt<Self, 12638137722532372501u64>,
    >,
);
const _: () = {
    static CLASS: ::guarded_state::__private::Class = ::guarded_state::__private::Class::new(
        "Row",
        "0",
        "rw",
        ::guarded_state::__private::file!(),
        ::guarded_state::__private::line!(),
    );
    impl<'a, T: Tr> ::guarded_state::__private::FieldSite<12638135523509116079u64>
    for Row<'a, T> {
        const INFO: &'static ::guarded_state::__private::SiteInfo = &::guarded_state::__private::SiteInfo::new(
                &CLASS,
            )
            .instantiation(::guarded_state::__private::type_name::<Self>);
    }
    pub enum Row·0 {}
    const Row·0: ::guarded_state::__private::u16 = ::guarded_state::__private::position(
        &[],
        1,
    );
    impl<'a, T: Tr> ::guarded_state::__private::OrderedSite<12638135523509116079u64>
    for Row<'a, T> {
        type Name = Row·0;
        type Rank = ::guarded_state::__private::Place<
            { ::guarded_state::__private::bit(Row·0, 15) },
            { ::guarded_state::__private::bit(Row·0, 14) },
            { ::guarded_state::__private::bit(Row·0, 13) },
            { ::guarded_state::__private::bit(Row·0, 12) },
            { ::guarded_state::__private::bit(Row·0, 11) },
            { ::guarded_state::__private::bit(Row·0, 10) },
            { ::guarded_state::__private::bit(Row·0, 9) },
            { ::guarded_state::__private::bit(Row·0, 8) },
            { ::guarded_state::__private::bit(Row·0, 7) },
            { ::guarded_state::__private::bit(Row·0, 6) },
            { ::guarded_state::__private::bit(Row·0, 5) },
            { ::guarded_state::__private::bit(Row·0, 4) },
            { ::guarded_state::__private::bit(Row·0, 3) },
            { ::guarded_state::__private::bit(Row·0, 2) },
            { ::guarded_state::__private::bit(Row·0, 1) },
            { ::guarded_state::__private::bit(Row·0, 0) },
        >;
        const POSITION: ::guarded_state::__private::u16 = Row·0;
        fn info() -> &'static ::guarded_state::__private::SiteInfo {
            <Self as ::guarded_state::__private::FieldSite<
                12638135523509116079u64,
            >>::INFO
        }
    }
};
const _: () = {
    static CLASS: ::guarded_state::__private::Class = ::guarded_state::__private::Class::new(
        "Row",
        "2",
        "rw",
        ::guarded_state::__private::file!(),
        ::guarded_state::__private::line!(),
    );
    impl<'a, T: Tr> ::guarded_state::__private::FieldSite<12638137722532372501u64>
    for Row<'a, T> {
        const INFO: &'static ::guarded_state::__private::SiteInfo = &::guarded_state::__private::SiteInfo::new(
                &CLASS,
            )
            .instantiation(::guarded_state::__private::type_name::<Self>)
            .after(
                &[
                    <Self as ::guarded_state::__private::OrderedSite<
                        12638135523509116079u64,
                    >>::info,
                ],
            );
    }
    pub enum Row·2 {}
    const Row·2: ::guarded_state::__private::u16 = ::guarded_state::__private::position(
        &[],
        2,
    );
    impl<'a, T: Tr> ::guarded_state::__private::OrderedSite<12638137722532372501u64>
    for Row<'a, T> {
        type Name = Row·2;
        type Rank = ::guarded_state::__private::Place<
            { ::guarded_state::__private::bit(Row·2, 15) },
            { ::guarded_state::__private::bit(Row·2, 14) },
            { ::guarded_state::__private::bit(Row·2, 13) },
            { ::guarded_state::__private::bit(Row·2, 12) },
            { ::guarded_state::__private::bit(Row·2, 11) },
            { ::guarded_state::__private::bit(Row·2, 10) },
            { ::guarded_state::__private::bit(Row·2, 9) },
            { ::guarded_state::__private::bit(Row·2, 8) },
            { ::guarded_state::__private::bit(Row·2, 7) },
            { ::guarded_state::__private::bit(Row·2, 6) },
            { ::guarded_state::__private::bit(Row·2, 5) },
            { ::guarded_state::__private::bit(Row·2, 4) },
            { ::guarded_state::__private::bit(Row·2, 3) },
            { ::guarded_state::__private::bit(Row·2, 2) },
            { ::guarded_state::__private::bit(Row·2, 1) },
            { ::guarded_state::__private::bit(Row·2, 0) },
        >;
        const POSITION: ::guarded_state::__private::u16 = Row·2;
        fn info() -> &'static ::guarded_state::__private::SiteInfo {
            <Self as ::guarded_state::__private::FieldSite<
                12638137722532372501u64,
            >>::INFO
        }
    }
};
const _: () = {
    ::guarded_state::__private::assert_shareable_rw::<
        u8,
        { ::guarded_state::__private::sends::<u8>() },
    >();
};
