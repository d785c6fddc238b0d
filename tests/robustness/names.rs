//! Names and visibilities around the struct.

mod r48_user_types_of_familiar_names {
    #[derive(Debug, Default)]
    pub(super) struct Result(pub(super) u8);
    #[derive(Debug, Default)]
    pub(super) struct Option(pub(super) u8);
    #[derive(Debug, Default)]
    pub(super) struct Send;
    #[derive(Debug, Default)]
    pub(super) struct Guarded;
    #[derive(Debug, Default)]
    pub(super) struct Rw;
    #[derive(Debug, Default)]
    pub(super) struct At;
    pub(super) mod core {
        #[derive(Debug, Default)]
        pub(crate) struct Core;
    }
    pub(super) mod std {
        #[derive(Debug, Default)]
        pub(crate) struct Std;
    }
    pub(super) mod guarded_state {}
    #[expect(unused_macros, reason = "only their names matter")]
    macro_rules! line {
        () => {
            compile_error!("not this one")
        };
    }
    #[expect(unused_macros, reason = "only their names matter")]
    macro_rules! file {
        () => {
            compile_error!("not this one")
        };
    }

    #[::guarded_state::guarded]
    #[derive(Debug, Default)]
    struct Familiar {
        #[guarded]
        result: Result,
        #[guarded(mutex)]
        option: Option,
        #[guarded(monitor)]
        send: Send,
        #[guarded(guards)]
        guarded: Guarded,
        #[guarded]
        rw: Rw,
        #[guarded]
        at: At,
        #[guarded]
        core: core::Core,
        #[guarded(group = rest)]
        std: std::Std,
    }

    #[test]
    fn do_not_matter() {
        let familiar = Familiar::default();
        familiar.result.with_write(|result| result.0 += 1);
        assert_eq!(
            familiar.result.with_read(|result| result.0) + familiar.option.with_read(|option| option.0),
            1
        );
        assert!(format!("{familiar:?}").contains("Std"));
        let _: (Send, Rw, At) = (familiar.send.take(), familiar.rw.take(), familiar.at.take());
        let _: core::Core = familiar.core.take();
        familiar.rest.with_read(|rest| assert!(format!("{:?}", rest.std) == "Std"));
        let _: &Guarded = &familiar.guarded.read();
    }
}

mod twins {
    #[guarded_state::guarded]
    #[derive(Default)]
    #[expect(non_camel_case_types, reason = "the name of the module, too")]
    pub(super) struct twins {
        #[guarded]
        pub(super) value: u32,
    }
    pub(super) mod inner {
        pub(in super::super) const SEVEN: u32 = 7;
    }
}
use twins::twins as of_one_name;

#[test]
fn r52_module_and_struct_of_one_name() {
    let both = of_one_name::default();
    both.value.set(twins::inner::SEVEN);
    assert_eq!(both.value.cloned(), 7);
}

mod r53_visibilities {
    mod deep {
        use guarded_state::guarded;

        #[guarded]
        #[derive(Default)]
        pub(in crate::names) struct Visible {
            #[guarded]
            private: u32,
            #[guarded]
            pub(super) above: u32,
            #[guarded(mutex)]
            pub(crate) everywhere: u32,
            #[guarded(group = g)]
            pub(in crate::names::r53_visibilities) member: u32,
            #[guarded]
            pub wide: u32,
        }
        impl Visible {
            pub(super) fn private(&self) -> u32 {
                self.private.cloned()
            }
        }
        /// A pub field in a private struct.
        #[guarded]
        #[derive(Default)]
        struct Private {
            #[guarded]
            pub field: u32,
        }
        pub(super) fn private() -> u32 {
            Private::default().field.cloned()
        }
    }

    #[test]
    fn are_kept() {
        let visible = deep::Visible::default();
        visible.above.set(1);
        visible.everywhere.set(2);
        visible.wide.set(3);
        visible.g.with_write(|g| g.member = visible.above.cloned());
        assert_eq!(visible.private() + deep::private() + visible.g.with_read(|g| g.member), 1);
    }
}

pub(crate) mod r54_private_type_in_a_public_struct {
    #![deny(private_interfaces, private_bounds)]

    #[derive(Debug, Default)]
    struct Hidden(u32);

    #[guarded_state::guarded]
    #[derive(Debug, Default)]
    pub(crate) struct Public {
        #[guarded]
        hidden: Hidden,
        #[guarded(group = g)]
        member: Vec<Hidden>,
    }

    #[test]
    fn is_fine() {
        let public = Public::default();
        public.hidden.with_write(|hidden| hidden.0 = 1);
        public.g.with_write(|g| g.member.push(public.hidden.take()));
        assert_eq!(public.g.with_read(|g| g.member[0].0), 1);
    }
}
