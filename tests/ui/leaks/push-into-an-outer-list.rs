//! The list outlives the scope.

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
    let mut kept: Vec<&String> = Vec::new();
    inv.journal.with_read(|journal| kept.extend(journal.iter()));
    println!("{kept:?}");
}
