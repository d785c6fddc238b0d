//! Only who owns the struct needs no lock.

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

fn change(inv: &Inventory) {
    inv.journal.get_mut().clear();
}

fn main() {
    let inv = Inventory::default();
    change(&inv);
}
