//! The inner key, assigned outwards.

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

use guarded_state::field;
fn main() {
    let pair = Pair::default();
    let mut key = Key::claim().unwrap();
    let mut kept: Option<&mut Key<field!(Pair::first)>> = None;
    pair.first.under(&mut key).with_write(|_, key| kept = Some(key));
    drop(kept);
}
