/// The guarded twin of [`P`]: made from it by `From`, read back by `snapshot`.
struct SharedP {
    #[deprecated]
    a: ::guarded_state::__private::Guarded<
        u8,
        ::guarded_state::__private::Rw,
        ::guarded_state::__private::At<Self, 12638187200555641996u64>,
    >,
    b: ::guarded_state::__private::Guarded<
        u8,
        ::guarded_state::__private::Rw<::guarded_state::__private::Rollback>,
        ::guarded_state::__private::At<Self, 12638190499090526629u64>,
    >,
}
#[allow(deprecated)]
const _: () = {
    static CLASS: ::guarded_state::__private::Class = ::guarded_state::__private::Class::new(
        "SharedP",
        "a",
        "rw",
        ::guarded_state::__private::file!(),
        ::guarded_state::__private::line!(),
    );
    impl ::guarded_state::__private::FieldSite<12638187200555641996u64> for SharedP {
        const INFO: &'static ::guarded_state::__private::SiteInfo = &::guarded_state::__private::SiteInfo::new(
            &CLASS,
        );
    }
};
#[allow(deprecated)]
const _: () = {
    static CLASS: ::guarded_state::__private::Class = ::guarded_state::__private::Class::new(
        "SharedP",
        "b",
        "rw",
        ::guarded_state::__private::file!(),
        ::guarded_state::__private::line!(),
    );
    impl ::guarded_state::__private::FieldSite<12638190499090526629u64> for SharedP {
        const INFO: &'static ::guarded_state::__private::SiteInfo = &::guarded_state::__private::SiteInfo::new(
            &CLASS,
        );
    }
};
#[allow(deprecated)]
const _: () = {
    ::guarded_state::__private::assert_shareable_rw::<
        u8,
        { ::guarded_state::__private::sends::<u8>() },
    >();
};
#[allow(deprecated)]
const _: () = {
    ::guarded_state::__private::assert_shareable_rw::<
        u8,
        { ::guarded_state::__private::sends::<u8>() },
    >();
    ::guarded_state::__private::assert_restorable::<u8>();
};
#[allow(deprecated)]
const _: () = {
    impl ::guarded_state::__private::From<P> for SharedP {
        fn from(plain: P) -> Self {
            Self {
                a: ::guarded_state::__private::Guarded::new(plain.a),
                b: ::guarded_state::__private::Guarded::new(plain.b),
            }
        }
    }
};
#[allow(deprecated)]
const _: () = {
    impl ::guarded_state::__private::From<SharedP> for P {
        fn from(twin: SharedP) -> Self {
            Self {
                a: ::guarded_state::__private::Guarded::into_inner(twin.a),
                b: ::guarded_state::__private::Guarded::into_inner(twin.b),
            }
        }
    }
};
#[allow(deprecated)]
const _: () = {
    impl SharedP {
        /// All of it as it is at one moment, as a plain [`P`]: every lock is held for reading while the guarded fields are cloned.
        #[must_use]
        fn snapshot(&self) -> P {
            ::guarded_state::__private::with_all(
                (
                    ::guarded_state::__private::read(&self.a),
                    (::guarded_state::__private::read(&self.b), ()),
                ),
                |(cell_0, (cell_1, ()))| P {
                    a: ::guarded_state::__private::Clone::clone(cell_0),
                    b: ::guarded_state::__private::Clone::clone(cell_1),
                },
            )
        }
    }
};
