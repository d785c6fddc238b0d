//! A root key in the place of an inner one.

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
    pair.first.under(&mut key).with_write(|_, inner| {
        *inner = Key::claim().unwrap();
    });
}
