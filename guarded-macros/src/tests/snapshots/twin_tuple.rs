/// The guarded twin of [`P`]: made from it by `From`, read back by `snapshot`.
struct SharedP(
    pub ::guarded_state::__private::Guarded<
        u8,
        ::guarded_state::__private::Rw,
        ::guarded_state::__private::At<Self, 12638135523509116079u64>,
    >,
    String,
);
const _: () = {
    static CLASS: ::guarded_state::__private::Class = ::guarded_state::__private::Class::new(
        "SharedP",
        "0",
        "rw",
        ::guarded_state::__private::file!(),
        ::guarded_state::__private::line!(),
    );
    impl ::guarded_state::__private::FieldSite<12638135523509116079u64> for SharedP {
        const INFO: &'static ::guarded_state::__private::SiteInfo = &::guarded_state::__private::SiteInfo::new(
            &CLASS,
        );
    }
};
const _: () = {
    ::guarded_state::__private::assert_shareable_rw::<
        u8,
        { ::guarded_state::__private::sends::<u8>() },
    >();
};
const _: () = {
    impl ::guarded_state::__private::From<P> for SharedP {
        fn from(plain: P) -> Self {
            Self {
                0: ::guarded_state::__private::Guarded::new(plain.0),
                1: plain.1,
            }
        }
    }
};
const _: () = {
    impl ::guarded_state::__private::From<SharedP> for P {
        fn from(twin: SharedP) -> Self {
            Self {
                0: ::guarded_state::__private::Guarded::into_inner(twin.0),
                1: twin.1,
            }
        }
    }
};
const _: () = {
    impl SharedP {
        /// All of it as it is at one moment, as a plain [`P`]: every lock is held for reading while the guarded fields are cloned.
        #[must_use]
        fn snapshot(&self) -> P {
            let cell_1 = ::guarded_state::__private::Clone::clone(&self.1);
            ::guarded_state::__private::with_all(
                (::guarded_state::__private::read(&self.0), ()),
                |(cell_0, ())| P {
                    0: ::guarded_state::__private::Clone::clone(cell_0),
                    1: cell_1,
                },
            )
        }
    }
};
