//! A value that was asked for reading, written.

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
    let a: Guarded<Vec<u32>> = Guarded::new(vec![]);
    with_all((read(&a),), |(a,)| a.push(1));
    with_all([read(&a)], |[a]| a.clear());
}
