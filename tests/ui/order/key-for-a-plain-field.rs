//! A key is for fields with a place in an order.

use guarded_state::{Key, guarded};
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
    let mut key = Key::claim().unwrap();
    inv.stock.under(&mut key).with_read(|stock, _| stock.len());
}
