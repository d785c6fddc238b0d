//! The value of a keyed scope, returned.

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
    let _kept: &Vec<u32> = pair.first.under(&mut key).with_read(|first, _| first);
}
