//! What one writes to a `Condvar`.

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
}

fn main() {
    let inv = Inventory::default();
    inv.orders.wait();
    inv.orders.wait_while(|orders: &mut Vec<u32>| orders.is_empty());
}
