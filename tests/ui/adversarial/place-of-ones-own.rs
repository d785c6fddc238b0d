//! A place in the order, given by hand.

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

use guarded_state::{Level, MayTake, Nothing, Ranks, Declared};
struct Mine;
impl Level for Mine {
    type Name = Mine;
    type Claim = ();
}
impl MayTake<Nothing> for Nothing {}
impl Ranks<Mine> for Declared {
    type Rank = ();
}

fn main() {}
