//! Whoever releases the lock asks the condition, on its own thread.

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
    let enough = std::rc::Rc::new(3);
    inv.orders.with_write_when(|orders| orders.len() > *enough, |orders| orders.clear());
}
