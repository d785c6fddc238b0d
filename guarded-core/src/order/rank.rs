//! Places in a declared order, as types: numbers of 16 bits whose comparison is a trait that nobody else can implement.
//!
//! A comparison of types fails in `cargo check`, and with a message of ours; one of constants would wait for
//! `cargo build`. The numbers themselves are constants ([`position`]), so that `after` reaches through any number of
//! structs and crates without a chain of types, which would end at the compiler's recursion limit; and a ring of
//! `after` is a cycle of constants, which rustc prints step by step.

use std::marker::PhantomData;

/// A bit, and the less significant ones behind it; `()` ends it.
#[derive(Debug)]
pub struct Bit<const B: bool, Rest>(PhantomData<Rest>);

/// Before all: nothing is held yet.
#[derive(Debug)]
pub struct Bottom(());

/// After all, and nothing after it: a `leaf`.
#[derive(Debug)]
pub struct Top(());

mod sealed {
    pub trait Sealed {}
    impl<const B: bool, Rest> Sealed for super::Bit<B, Rest> {}
    impl Sealed for super::Bottom {}
    impl Sealed for super::Top {}
    impl Sealed for () {}
}

/// `Self` comes before `Other`.
pub trait Less<Other>: sealed::Sealed {}
impl<Rest, Others> Less<Bit<true, Others>> for Bit<false, Rest> {}
impl<Rest: Less<Others>, Others> Less<Bit<false, Others>> for Bit<false, Rest> {}
impl<Rest: Less<Others>, Others> Less<Bit<true, Others>> for Bit<true, Rest> {}
impl<const B: bool, Rest> Less<Bit<B, Rest>> for Bottom {}
impl Less<Top> for Bottom {}
impl<const B: bool, Rest> Less<Top> for Bit<B, Rest> {}

/// The place of a field that stands `offset` places (at least one) behind the last of those it comes after.
///
/// # Panics
/// If there are more places than 65535; at compile time.
#[must_use]
pub const fn position(after: &[u16], offset: u16) -> u16 {
    let (mut last, mut at) = (0, 0);
    while at < after.len() {
        if after[at] > last {
            last = after[at];
        }
        at += 1;
    }
    match last.checked_add(offset) {
        Some(position) => position,
        None => panic!("more than 65535 places in one declared order"),
    }
}

/// What a `leaf` says to those who would come after it; at compile time.
///
/// # Panics
/// Always.
#[must_use]
pub const fn nothing_after_a_leaf() -> u16 {
    panic!("nothing can come after a `leaf` field")
}

/// Bit `at` of a position.
#[must_use]
pub const fn bit(position: u16, at: u32) -> bool {
    position >> at & 1 == 1
}

/// The rank at a position, from its most significant bit on.
#[rustfmt::skip]
pub type Place<
    const B15: bool, const B14: bool, const B13: bool, const B12: bool,
    const B11: bool, const B10: bool, const B9: bool, const B8: bool,
    const B7: bool, const B6: bool, const B5: bool, const B4: bool,
    const B3: bool, const B2: bool, const B1: bool, const B0: bool,
> = Bit<B15, Bit<B14, Bit<B13, Bit<B12,
    Bit<B11, Bit<B10, Bit<B9, Bit<B8,
    Bit<B7, Bit<B6, Bit<B5, Bit<B4,
    Bit<B3, Bit<B2, Bit<B1, Bit<B0, ()>>>>>>>>>>>>>>>>;
