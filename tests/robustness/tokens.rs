//! Tokens as macros and unusual sources hand them over.

use guarded_state::{Guarded, guarded};

#[guarded]
#[derive(Default)]
#[allow(non_camel_case_types, reason = "keywords are lower case")]
struct r#struct<r#type> {
    #[guarded]
    r#match: Vec<r#type>,
    #[guarded(group = r#loop)]
    r#in: u32,
    #[guarded(group = r#loop)]
    r#fn: u32,
}

#[test]
fn r21_raw_identifiers() {
    let raw = r#struct::<u8>::default();
    raw.r#match.with_write(|list| list.push(1));
    raw.r#loop.with_write(|group| (group.r#in, group.r#fn) = (1, 2));
    assert_eq!(raw.r#loop.with_read(|group| group.r#in + group.r#fn), 3);
}

macro_rules! grouped {
    ($(#[$meta:meta])* $vis:vis struct $name:ident<$lt:lifetime> { #[$mark:meta] $field:ident: $ty:ty, #[$other:meta] $array:ident: [u8; $len:expr] }) => {
        #[guarded]
        $(#[$meta])*
        $vis struct $name<$lt> { #[$mark] $vis $field: $ty, #[$other] $array: [u8; $len], tail: Option<&$lt u8> }
    };
}
grouped! {
    #[derive(Debug)]
    pub(crate) struct Grouped<'a> { #[guarded(mutex)] list: Vec<&'a str>, #[guarded(on_panic = rollback)] array: [u8; 1 + 1] }
}

#[test]
fn r22_invisible_groups() {
    let grouped = Grouped { list: Guarded::new(vec!["a"]), array: Guarded::new([1, 2]), tail: None };
    grouped.list.with_write(|list| list.push("b"));
    assert_eq!(grouped.list.with_read(Vec::len) + grouped.array.with_read(|array| array.len()), 4);
    assert!(grouped.tail.is_none());
}

macro_rules! with_options {
    ($word:ident, $policy:ident, $group:ident) => {
        #[guarded]
        #[derive(Default)]
        struct WithOptions {
            #[guarded($word, on_panic = $policy)]
            value: u32,
            #[guarded(group = $group)]
            member: u32,
        }
    };
}
with_options!(mutex, poison, fellows);

#[test]
fn r22_options_from_a_macro() {
    let with = WithOptions::default();
    assert!(!with.value.is_poisoned());
    assert_eq!(with.fellows.with_read(|fellows| fellows.member), 0);
}

#[derive(Debug, Default, PartialEq)]
pub(crate) struct Kept(u8);

macro_rules! dollar_crate {
    ($name:ident) => {
        #[guarded]
        #[derive(Default)]
        struct $name {
            #[guarded]
            kept: $crate::tokens::Kept,
            #[guarded(mutex)]
            many: Vec<$crate::tokens::Kept>,
        }
    };
}
dollar_crate!(Dollar);

#[test]
fn r23_dollar_crate_in_a_field_type() {
    let dollar = Dollar::default();
    dollar.many.with_write(|many| many.push(dollar.kept.take()));
    assert_eq!(dollar.many.with_read(|many| many[0].0), 0);
}

macro_rules! whole {
    ($name:ident { $($field:ident: $ty:ty = $value:expr),* $(,)? }) => {
        #[guarded]
        #[derive(Debug)]
        struct $name { $(#[guarded] $field: $ty),* }
        impl Default for $name {
            fn default() -> Self { Self { $($field: Guarded::new($value)),* } }
        }
    };
}
whole!(Whole { a: u32 = 1, b: Vec<u32> = vec![2] });

#[test]
fn r24_all_from_macro_rules() {
    let whole = Whole::default();
    whole.b.with_write(|b| b.push(whole.a.cloned()));
    assert_eq!(whole.b.cloned(), [2, 1]);
}

const UNIX: bool = cfg!(unix);

#[test]
fn r25_array_lengths() {
    #[guarded]
    struct Lengths {
        #[guarded]
        block: [u8; {
            const HALF: usize = 2;
            HALF * 2
        }],
        #[guarded(mutex)]
        branch: [u8; if UNIX { 3 } else { 3 }],
        #[guarded(monitor, on_panic = rollback)]
        matched: [u8; match UNIX {
            true => 2,
            false => 2,
        }],
    }
    let lengths =
        Lengths { block: Guarded::new([0; 4]), branch: Guarded::new([0; 3]), matched: Guarded::new([0; 2]) };
    lengths.block.with_write(|block| block[3] = 1);
    assert_eq!(lengths.branch.cloned().len() + lengths.matched.cloned().len(), 5);
}

macro_rules! list_of {
    ($ty:ty) => { Vec<$ty> };
}

#[test]
fn r26_macro_as_type() {
    #[guarded]
    #[derive(Default)]
    struct Typed {
        #[guarded]
        list: list_of!(u32),
        #[guarded(mutex, on_panic = rollback)]
        nested: Option<list_of![list_of!(u8)]>,
    }
    let typed = Typed::default();
    typed.list.with_write(|list| list.push(1));
    assert!(typed.nested.with_read(Option::is_none));
    assert_eq!(typed.list.with_read(Vec::len), 1);
}

/// A struct.
#[doc = "With docs of every form."]
#[guarded]
#[derive(Default)]
#[doc = include_str!("../ui/leaks/return-a-part.stderr")]
struct Documented {
    /// Three slashes.
    #[doc = concat!("and", " more")]
    #[guarded]
    /// After it, too.
    value: u32,
    #[doc = include_str!("../ui/leaks/return-a-part.stderr")]
    #[guarded(group = g)]
    /** A block. */
    member: u32,
}

#[test]
fn r28_docs() {
    let documented = Documented::default();
    documented.value.set(documented.g.with_read(|g| g.member));
}

mod r29_unicode_and_odd_names {
    #![deny(nonstandard_style, warnings)]
    use guarded_state::guarded;

    #[guarded]
    #[derive(Default)]
    struct Größe {
        #[guarded]
        größe: u32,
        #[guarded(group = maß)]
        länge: u32,
        #[guarded(group = maß)]
        breite: u32,
        #[guarded]
        数: u32,
        #[guarded]
        größe_2: u32,
    }

    #[test]
    fn are_reached() {
        let size = Größe::default();
        size.größe.set(1);
        size.maß.with_write(|maß| (maß.länge, maß.breite) = (2, 3));
        size.数.set(4);
        size.größe_2.set(5);
        assert_eq!(size.maß.with_read(|maß| maß.länge + maß.breite), 5);
        assert_eq!(size.größe.cloned() + size.数.cloned() + size.größe_2.cloned(), 10);
    }
}

#[guarded]
#[derive(Default)]
#[allow(non_snake_case)]
struct Ours<R, T, S, K> {
    #[guarded]
    new: R,
    #[guarded]
    drop: T,
    #[guarded]
    read: S,
    #[guarded]
    self_: K,
    #[guarded]
    R: u8,
    #[guarded]
    f: u8,
    #[guarded]
    plain: u8,
    #[guarded]
    CLASS: u8,
    #[guarded]
    INFO: u8,
}

#[test]
fn r30_names_of_ours() {
    let ours = Ours::<u8, u8, u8, u8>::default();
    ours.new.set(1);
    ours.drop.set(2);
    ours.read.set(3);
    ours.self_.set(4);
    ours.R.set(5);
    ours.f.set(6);
    let sum = ours.new.cloned() + ours.drop.cloned() + ours.read.cloned() + ours.self_.cloned();
    let rest =
        ours.R.cloned() + ours.f.cloned() + ours.plain.cloned() + ours.CLASS.cloned() + ours.INFO.cloned();
    assert_eq!(sum + rest, 21);
}
