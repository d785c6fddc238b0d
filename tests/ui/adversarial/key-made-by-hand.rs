//! A key, made without a claim.

#![allow(unused_imports)]

use guarded_state::{Guarded, Key, guarded, read, with_all, write};

#[guarded(ordered)]
#[derive(Default)]
struct Pair {
    #[guarded]
    first: Vec<u32>,
    #[guarded(mutex)]
    second: Vec<u32>,
}

fn main() {
    let _key: Key = Key { claim: (), _order: std::marker::PhantomData };
    let _other: Key = Default::default();
    let key = Key::claim().unwrap();
    let _twice = key.clone();
}
