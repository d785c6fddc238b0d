//! Keys of two levels, swapped.

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
    pair.first.under(&mut key).with_write(|_, outer| {
        pair.second.under(outer).with_write(|_, inner| std::mem::swap(inner, outer));
    });
}
