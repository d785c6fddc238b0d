//! Only a monitor has waiters.

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
    println!("{}", inv.stock.waiters());
}
