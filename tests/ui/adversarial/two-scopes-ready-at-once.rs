//! Two locks made ready under one key.

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
    let first = pair.first.under(&mut key);
    let second = pair.second.under(&mut key);
    second.with_write(|_, _| first.with_write(|_, _| ()));
}
