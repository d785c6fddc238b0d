//! A reader cannot become a writer: two of them would wait for each other.

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
    inv.stock.with_read(|stock| stock.upgrade(|stock| stock.clear()));
}
