//! The call that uses the value takes the lock.

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
    inv.journal.lock().unwrap().push("late".to_owned());
    inv.stock.lock().insert("bolt".to_owned(), 5);
    if let Ok(mut orders) = inv.orders.try_lock() {
        orders.clear();
    }
}
