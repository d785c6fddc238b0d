//! Cases 40, 47 and 50: no prelude, other attributes around ours, and the attribute behind another crate's macro.
#![no_implicit_prelude]
#![deny(warnings)]

#[cfg(test)]
mod tests {
    use ::guarded_state::{Guarded, guarded};
    use ::std::{assert_eq, vec};

    #[guarded]
    #[derive(::std::fmt::Debug, ::std::default::Default)]
    struct Bare<T: ::std::clone::Clone> {
        #[guarded]
        list: ::std::vec::Vec<T>,
        #[guarded(mutex, on_panic = rollback)]
        kept: ::std::option::Option<T>,
        #[guarded(group = both, on_panic = rollback)]
        a: u32,
        #[guarded(group = both)]
        b: u32,
    }

    #[derive(::std::clone::Clone, ::std::fmt::Debug, ::std::cmp::PartialEq, Guarded)]
    struct Plain {
        #[guarded]
        count: u32,
        #[guarded(group = both)]
        a: u32,
    }

    #[::std::prelude::v1::test]
    fn r47_no_implicit_prelude() {
        let bare = <Bare<u32> as ::std::default::Default>::default();
        bare.list.with_write(|list| list.push(1));
        bare.kept.set(::std::option::Option::Some(2));
        bare.both.with_write(|both| both.a = both.b + 1);
        assert_eq!(bare.list.with_read(::std::vec::Vec::len), 1);
        assert_eq!(bare.both.with_read(|both| both.a), 1);
        let plain = Plain { count: 1, a: 2 };
        let shared: SharedPlain = ::std::convert::From::from(::std::clone::Clone::clone(&plain));
        assert_eq!(shared.snapshot(), plain);
    }

    ::test_vendor::shared! { pub(super) struct Behind { list: ::std::vec::Vec<u8>, count: u32 } }

    #[::std::prelude::v1::test]
    fn r50_behind_another_crate() {
        let behind = Behind::new(vec![1], 2);
        behind.list.with_write(|list| list.push(2));
        assert_eq!(behind.list.with_read(::std::vec::Vec::len), 2);
        assert_eq!(behind.count.cloned(), 2);
    }

    #[::test_hostile::identity]
    #[guarded]
    #[::test_hostile::identity]
    #[derive(::std::default::Default)]
    #[::test_hostile::identity]
    struct Around {
        #[guarded]
        value: u32,
    }
    #[::test_hostile::regroup]
    #[guarded]
    #[derive(::std::default::Default)]
    struct Regrouped {
        #[guarded(mutex, on_panic = rollback)]
        value: ::std::vec::Vec<u8>,
        #[guarded(group = g)]
        member: u32,
    }

    #[::std::prelude::v1::test]
    fn r40_other_attributes_before_and_after() {
        let around = <Around as ::std::default::Default>::default();
        around.value.set(1);
        assert_eq!(around.value.cloned(), 1);
        let regrouped = <Regrouped as ::std::default::Default>::default();
        regrouped.value.with_write(|value| value.push(1));
        assert_eq!(regrouped.g.with_read(|g| g.member), 0);
    }
}
