//! A set says how each cell is to be locked.

use guarded_state::{guarded, with_all, write};
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
    with_all((write(&inv.stock), &inv.journal), |(stock, journal)| stock.insert(journal.concat(), 1));
}
