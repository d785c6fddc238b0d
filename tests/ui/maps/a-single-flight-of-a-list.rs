//! A single flight is asked by key.

use guarded_state::guarded;

#[guarded]
struct Shop {
    #[guarded(single_flight)]
    quotes: Vec<u32>,
}

fn main() {}
