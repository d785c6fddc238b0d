//! With guards, with many locks, twice in a group, and without a function.

use guarded_state::guarded;
use std::collections::HashMap;

fn sound<T>(_: &T) -> bool {
    true
}

#[guarded]
struct Shop {
    #[guarded(guards, invariant = sound)]
    stock: Vec<u32>,
    #[guarded(sharded, invariant = sound)]
    prices: HashMap<u32, u32>,
    #[guarded(group = books, invariant = sound)]
    entries: Vec<u32>,
    #[guarded(group = books, invariant = sound)]
    total: u32,
    #[guarded(invariant = 3)]
    limit: u32,
    #[guarded(invariant)]
    seen: u32,
}

fn main() {}
