//! The value of a keyed scope, assigned outwards.

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
    let pair = Pair::default();
    let mut key = Key::claim().unwrap();
    let mut kept: Option<&mut Vec<u32>> = None;
    pair.first.under(&mut key).with_write(|first, _| kept = Some(first));
    drop(kept);
}
