/// A plain book.
///
/// The guarded twin of [`Book`]: made from it by `From`, read back by `snapshot`.
pub struct SharedBook {
    /// How many.
    pub count: ::guarded_state::__private::Guarded<
        u64,
        ::guarded_state::__private::Rw,
        ::guarded_state::__private::At<Self, 12818901015042040436u64>,
    >,
    log: ::guarded_state::__private::Guarded<
        Vec<u8>,
        ::guarded_state::__private::Mutex,
        ::guarded_state::__private::At<Self, 1319681242528961585u64>,
    >,
    title: String,
}
const _: () = {
    static CLASS: ::guarded_state::__private::Class = ::guarded_state::__private::Class::new(
        "SharedBook",
        "count",
        "rw",
        ::guarded_state::__private::file!(),
        ::guarded_state::__private::line!(),
    );
    impl ::guarded_state::__private::FieldSite<12818901015042040436u64> for SharedBook {
        const INFO: &'static ::guarded_state::__private::SiteInfo = &::guarded_state::__private::SiteInfo::new(
            &CLASS,
        );
    }
};
const _: () = {
    static CLASS: ::guarded_state::__private::Class = ::guarded_state::__private::Class::new(
        "SharedBook",
        "log",
        "mutex",
        ::guarded_state::__private::file!(),
        ::guarded_state::__private::line!(),
    );
    impl ::guarded_state::__private::FieldSite<1319681242528961585u64> for SharedBook {
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
    ::guarded_state::__private::assert_shareable_mutex::<Vec<u8>>();
};
const _: () = {
    impl ::guarded_state::__private::From<Book> for SharedBook {
        fn from(plain: Book) -> Self {
            Self {
                count: ::guarded_state::__private::Guarded::new(plain.count),
                log: ::guarded_state::__private::Guarded::new(plain.log),
                title: plain.title,
            }
        }
    }
};
const _: () = {
    impl ::guarded_state::__private::From<SharedBook> for Book {
        fn from(twin: SharedBook) -> Self {
            Self {
                count: ::guarded_state::__private::Guarded::into_inner(twin.count),
                log: ::guarded_state::__private::Guarded::into_inner(twin.log),
                title: twin.title,
            }
        }
    }
};
const _: () = {
    impl SharedBook {
        /// All of it as it is at one moment, as a plain [`Book`]: every lock is held for reading while the guarded fields are cloned.
        #[must_use]
        pub fn snapshot(&self) -> Book {
            let cell_2 = ::guarded_state::__private::Clone::clone(&self.title);
            ::guarded_state::__private::with_all(
                (
                    ::guarded_state::__private::read(&self.count),
                    (::guarded_state::__private::read(&self.log), ()),
                ),
                |(cell_0, (cell_1, ()))| Book {
                    count: ::guarded_state::__private::Clone::clone(cell_0),
                    log: ::guarded_state::__private::Clone::clone(cell_1),
                    title: cell_2,
                },
            )
        }
    }
};
