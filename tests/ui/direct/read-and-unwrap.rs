//! What one writes to an `RwLock`.

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
    let _units = inv.stock.read().unwrap().len();
}
