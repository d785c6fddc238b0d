//! The closure says whether it succeeded.

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
    inv.journal.transact(|journal| journal.push("a".to_owned()));
}
