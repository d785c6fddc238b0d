//! Derives and other attributes around ours.

use guarded_state::{Guarded, guarded};

#[guarded]
#[derive(Debug, Default)]
struct Below {
    #[guarded]
    value: u32,
    #[guarded(group = both)]
    a: u32,
    #[guarded(group = both)]
    b: u32,
}

#[derive(Debug, Default)]
#[guarded]
struct Above {
    #[guarded]
    value: u32,
}

#[test]
fn r37_derives_below() {
    let below = Below::default();
    below.value.set(below.both.with_read(|both| both.a + both.b) + 3);
    let shown = format!("{below:?}");
    assert!(shown.contains("value: ") && shown.contains('3') && shown.contains("both: "), "{shown}");
    let held = below.value.with_write(|_| format!("{below:?}"));
    assert!(held.contains("<locked>"), "{held}");
}

#[test]
fn r38_derives_above() {
    let above = Above::default();
    above.value.set(3);
    assert!(format!("{above:?}").contains('3'));
}

#[cfg(feature = "serde")]
mod serde_both_ways {
    use guarded_state::guarded;

    #[guarded]
    #[derive(serde::Serialize, serde::Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Below {
        #[guarded]
        #[serde(rename = "units")]
        in_stock: u32,
        #[guarded(mutex)]
        #[serde(default)]
        long_log: Vec<String>,
        #[guarded(group = both)]
        first_part: u32,
        #[guarded(group = both)]
        #[serde(default)]
        second_part: u32,
    }

    #[test]
    fn r37_r45_serde_below_with_helpers() {
        let below: Below = serde_json::from_str(r#"{"units":3,"both":{"firstPart":1}}"#).unwrap();
        below.long_log.with_write(|log| log.push("a".to_owned()));
        below.both.with_write(|both| both.second_part = both.first_part + 1);
        let written = serde_json::to_string(&below).unwrap();
        assert_eq!(written, r#"{"units":3,"longLog":["a"],"both":{"firstPart":1,"secondPart":2}}"#);
        assert_eq!(below.in_stock.cloned(), 3);
    }

    #[derive(serde::Serialize)]
    #[guarded]
    struct Above {
        #[guarded]
        #[serde(rename = "units")]
        in_stock: u32,
    }

    #[test]
    fn r38_serialize_above() {
        let above = Above { in_stock: 4.into() };
        assert_eq!(serde_json::to_string(&above).unwrap(), r#"{"units":4}"#);
        assert_eq!(above.in_stock.cloned(), 4);
    }
}

#[test]
fn r39_a_clone_by_hand_is_the_users_choice() {
    #[guarded]
    struct Counter {
        #[guarded]
        count: u32,
    }
    impl Clone for Counter {
        fn clone(&self) -> Self {
            Self { count: Guarded::new(self.count.cloned()) }
        }
    }
    let counter = Counter { count: Guarded::new(1) };
    let copy = counter.clone();
    copy.count.set(2);
    assert_eq!(counter.count.cloned(), 1);
}

#[test]
fn r41_repr_c_and_align() {
    #[guarded]
    #[repr(C, align(128))]
    struct Aligned {
        #[guarded(mutex)]
        a: u8,
        #[guarded]
        b: u8,
    }
    let aligned = Aligned { a: Guarded::new(1), b: Guarded::new(2) };
    assert_eq!(align_of::<Aligned>(), 128);
    assert!(std::ptr::from_ref(&aligned.a).addr() < std::ptr::from_ref(&aligned.b).addr());
    assert_eq!(aligned.a.cloned() + aligned.b.cloned(), 3);
}

mod r42_deprecated {
    #![deny(deprecated)]
    use guarded_state::guarded;

    #[guarded]
    #[derive(Default)]
    pub(super) struct Old {
        #[guarded]
        #[deprecated]
        pub(super) field: u32,
        #[guarded(group = g)]
        #[deprecated]
        pub(super) member: u32,
    }

    #[deprecated]
    #[guarded]
    pub(super) struct Older<T: Clone> {
        #[guarded(on_panic = rollback)]
        pub(super) field: Vec<T>,
    }

    #[test]
    #[expect(deprecated, reason = "only the use is told")]
    fn only_uses_are_told() {
        let old = Old::default();
        old.field.set(old.g.with_read(|g| g.member));
        let older = Older { field: vec![1].into() };
        assert_eq!(older.field.with_read(Vec::len), 1);
    }
}

mod r43_lint_levels_on_a_field {
    #![deny(dead_code, missing_docs)]
    use guarded_state::guarded;

    #[guarded]
    #[derive(Default)]
    struct Levels {
        #[allow(dead_code)]
        #[guarded]
        unread: u32,
        #[guarded]
        read: u32,
        #[guarded(group = g)]
        #[expect(dead_code)]
        member: u32,
    }

    #[test]
    fn survive() {
        let levels = Levels::default();
        levels.g.with_read(|_| levels.read.set(1));
        assert_eq!(levels.read.cloned(), 1);
    }
}

mod r44_must_use_and_non_exhaustive {
    use guarded_state::{Guarded, guarded};

    #[must_use = "so it is"]
    #[guarded]
    #[non_exhaustive]
    #[derive(Debug)]
    pub(super) struct Marked {
        #[guarded]
        pub(super) value: u32,
    }

    fn make() -> Marked {
        Marked { value: Guarded::new(1) }
    }

    #[test]
    #[expect(unused_must_use, reason = "it is kept, so this is told")]
    fn are_kept() {
        make();
    }

    #[test]
    fn is_used() {
        assert_eq!(make().value.into_inner(), 1);
    }
}

/// The twin of the derive: both ways, snapshot, every derive on the plain side.
#[test]
fn r46_one_derive_and_its_attribute() {
    #[derive(Clone, Debug, PartialEq, Eq, Hash, Guarded)]
    #[guarded(twin = Shared)]
    struct Book {
        #[guarded]
        copies: u32,
        #[guarded(mutex)]
        log: Vec<String>,
        #[guarded(group = place)]
        shelf: u8,
        #[guarded(group = place)]
        row: u8,
        title: String,
    }
    let book = Book { copies: 1, log: vec![], shelf: 2, row: 3, title: "t".to_owned() };
    let shared = Shared::from(book.clone());
    assert_eq!(shared.snapshot(), book);
    shared.copies.with_write(|copies| *copies += 1);
    shared.place.with_write(|place| std::mem::swap(&mut place.shelf, &mut place.row));
    shared.log.with_write(|log| log.push("moved".to_owned()));
    let back: Book = shared.into();
    assert_eq!((back.copies, back.shelf, back.row, back.log.len()), (2, 3, 2, 1));
    assert_eq!(back.title, "t");
}
