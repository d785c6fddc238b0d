//! The write scope inside ends before the scope around it.

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
    let _sum = inv.stock.with_upgradable(|stock| {
        let kept = stock.upgrade(|stock| stock.values_mut());
        kept.count()
    });
}
