struct S {
    a: ::guarded_state::__private::Sharded<
        HashMap<u8, u8>,
        ::guarded_state::__private::Keep,
        ::guarded_state::__private::At<Self, 12638187200555641996u64>,
        0,
    >,
    b: ::guarded_state::__private::Sharded<
        HashMap<u8, u8>,
        ::guarded_state::__private::Poison,
        ::guarded_state::__private::At<Self, 12638190499090526629u64>,
        256,
    >,
    b2: ::guarded_state::__private::Sharded<
        HashMap<u8, u8>,
        ::guarded_state::__private::ReadMostly<::guarded_state::__private::Rollback>,
        ::guarded_state::__private::At<Self, 623192228613686165u64>,
        0,
    >,
    c: ::guarded_state::__private::Striped<
        String,
        ::guarded_state::__private::At<Self, 12638189399578898418u64>,
        0,
    >,
    d: ::guarded_state::__private::Striped<
        u64,
        ::guarded_state::__private::At<Self, 12638183902020757363u64>,
        16,
    >,
    e: ::guarded_state::__private::SingleFlight<
        HashMap<u8, u8>,
        ::guarded_state::__private::Flight<::guarded_state::__private::Propagate, 0, 0>,
        ::guarded_state::__private::At<Self, 12638182802509129152u64>,
    >,
    f: ::guarded_state::__private::SingleFlight<
        HashMap<u8, u8>,
        ::guarded_state::__private::Flight<
            ::guarded_state::__private::Handover,
            120000,
            500,
        >,
        ::guarded_state::__private::At<Self, 12638186101044013785u64>,
    >,
    g: ::guarded_state::__private::SingleFlight<
        HashMap<u8, u8>,
        ::guarded_state::__private::Plain<::guarded_state::__private::Propagate>,
        ::guarded_state::__private::At<Self, 12638185001532385574u64>,
    >,
    h: ::guarded_state::__private::Lazy<
        String,
        ::guarded_state::__private::At<Self, 12638197096160295895u64>,
    >,
    i: ::guarded_state::__private::Versioned<
        String,
        ::guarded_state::__private::At<Self, 12638195996648667684u64>,
        0,
    >,
    j: ::guarded_state::__private::Versioned<
        BTreeMap<u8, u8>,
        ::guarded_state::__private::At<Self, 12638199295183552317u64>,
        32,
    >,
}
const _: () = {
    static CLASS: ::guarded_state::__private::Class = ::guarded_state::__private::Class::new(
        "S",
        "a",
        "sharded",
        ::guarded_state::__private::file!(),
        ::guarded_state::__private::line!(),
    );
    impl ::guarded_state::__private::FieldSite<12638187200555641996u64> for S {
        const INFO: &'static ::guarded_state::__private::SiteInfo = &::guarded_state::__private::SiteInfo::new(
            &CLASS,
        );
    }
};
const _: () = {
    static CLASS: ::guarded_state::__private::Class = ::guarded_state::__private::Class::new(
        "S",
        "b",
        "sharded",
        ::guarded_state::__private::file!(),
        ::guarded_state::__private::line!(),
    );
    impl ::guarded_state::__private::FieldSite<12638190499090526629u64> for S {
        const INFO: &'static ::guarded_state::__private::SiteInfo = &::guarded_state::__private::SiteInfo::new(
                &CLASS,
            )
            .leaf();
    }
};
const _: () = {
    static CLASS: ::guarded_state::__private::Class = ::guarded_state::__private::Class::new(
        "S",
        "b2",
        "sharded",
        ::guarded_state::__private::file!(),
        ::guarded_state::__private::line!(),
    );
    impl ::guarded_state::__private::FieldSite<623192228613686165u64> for S {
        const INFO: &'static ::guarded_state::__private::SiteInfo = &::guarded_state::__private::SiteInfo::new(
            &CLASS,
        );
    }
};
const _: () = {
    static CLASS: ::guarded_state::__private::Class = ::guarded_state::__private::Class::new(
        "S",
        "c",
        "striped",
        ::guarded_state::__private::file!(),
        ::guarded_state::__private::line!(),
    );
    impl ::guarded_state::__private::FieldSite<12638189399578898418u64> for S {
        const INFO: &'static ::guarded_state::__private::SiteInfo = &::guarded_state::__private::SiteInfo::new(
            &CLASS,
        );
    }
};
const _: () = {
    static CLASS: ::guarded_state::__private::Class = ::guarded_state::__private::Class::new(
        "S",
        "d",
        "striped",
        ::guarded_state::__private::file!(),
        ::guarded_state::__private::line!(),
    );
    impl ::guarded_state::__private::FieldSite<12638183902020757363u64> for S {
        const INFO: &'static ::guarded_state::__private::SiteInfo = &::guarded_state::__private::SiteInfo::new(
            &CLASS,
        );
    }
};
const _: () = {
    static CLASS: ::guarded_state::__private::Class = ::guarded_state::__private::Class::new(
        "S",
        "e",
        "single_flight",
        ::guarded_state::__private::file!(),
        ::guarded_state::__private::line!(),
    );
    impl ::guarded_state::__private::FieldSite<12638182802509129152u64> for S {
        const INFO: &'static ::guarded_state::__private::SiteInfo = &::guarded_state::__private::SiteInfo::new(
            &CLASS,
        );
    }
};
const _: () = {
    static CLASS: ::guarded_state::__private::Class = ::guarded_state::__private::Class::new(
        "S",
        "f",
        "single_flight",
        ::guarded_state::__private::file!(),
        ::guarded_state::__private::line!(),
    );
    impl ::guarded_state::__private::FieldSite<12638186101044013785u64> for S {
        const INFO: &'static ::guarded_state::__private::SiteInfo = &::guarded_state::__private::SiteInfo::new(
            &CLASS,
        );
    }
};
const _: () = {
    static CLASS: ::guarded_state::__private::Class = ::guarded_state::__private::Class::new(
        "S",
        "g",
        "single_flight",
        ::guarded_state::__private::file!(),
        ::guarded_state::__private::line!(),
    );
    impl ::guarded_state::__private::FieldSite<12638185001532385574u64> for S {
        const INFO: &'static ::guarded_state::__private::SiteInfo = &::guarded_state::__private::SiteInfo::new(
            &CLASS,
        );
    }
};
const _: () = {
    static CLASS: ::guarded_state::__private::Class = ::guarded_state::__private::Class::new(
        "S",
        "h",
        "lazy",
        ::guarded_state::__private::file!(),
        ::guarded_state::__private::line!(),
    );
    impl ::guarded_state::__private::FieldSite<12638197096160295895u64> for S {
        const INFO: &'static ::guarded_state::__private::SiteInfo = &::guarded_state::__private::SiteInfo::new(
            &CLASS,
        );
    }
};
const _: () = {
    static CLASS: ::guarded_state::__private::Class = ::guarded_state::__private::Class::new(
        "S",
        "i",
        "versioned",
        ::guarded_state::__private::file!(),
        ::guarded_state::__private::line!(),
    );
    impl ::guarded_state::__private::FieldSite<12638195996648667684u64> for S {
        const INFO: &'static ::guarded_state::__private::SiteInfo = &::guarded_state::__private::SiteInfo::new(
            &CLASS,
        );
    }
};
const _: () = {
    static CLASS: ::guarded_state::__private::Class = ::guarded_state::__private::Class::new(
        "S",
        "j",
        "versioned",
        ::guarded_state::__private::file!(),
        ::guarded_state::__private::line!(),
    );
    impl ::guarded_state::__private::FieldSite<12638199295183552317u64> for S {
        const INFO: &'static ::guarded_state::__private::SiteInfo = &::guarded_state::__private::SiteInfo::new(
                &CLASS,
            )
            .unobserved();
    }
};
