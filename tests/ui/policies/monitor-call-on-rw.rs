//! Only a monitor can be waited at.

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
    inv.stock.with_write_when(|stock| !stock.is_empty(), |stock| stock.clear());
}
