//! Ranks alone decide: the order cannot be implemented.

use guarded_state::guarded;

#[guarded(ordered)]
#[derive(Default)]
struct Inventory {
    #[guarded]
    stock: Vec<u32>,
    #[guarded(mutex)]
    journal: Vec<String>,
    #[guarded(leaf)]
    hits: u64,
}

struct Mine;
impl guarded_state::Before<Mine, (), ()> for Mine {}

fn main() {}
