//! A field is not its value.

use guarded_state::guarded;
use std::collections::HashMap;

#[guarded]
#[derive(Default)]
struct Inventory {
    #[guarded]
    stock: HashMap<String, u32>,
    #[guarded(mutex)]
    journal: Vec<String>,
    #[guarded(monitor)]
    orders: Vec<u32>,
    #[guarded(on_panic = poison)]
    prices: Vec<u32>,
}

fn main() {
    let inv = Inventory::default();
    inv.prices.insert(0, 5);
    inv.journal.len();
}
