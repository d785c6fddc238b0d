//! A condition looks only: it runs on any thread that leaves the monitor.

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
    inv.orders.with_write_when(|orders| orders.pop().is_some(), |orders| orders.len());
}
