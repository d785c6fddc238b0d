//! A key is lent for the scope.

use guarded_state::{Key, guarded};

#[guarded(ordered)]
#[derive(Default)]
struct Inventory {
    #[guarded]
    stock: Vec<u32>,
    #[guarded(mutex)]
    journal: Vec<String>,
    #[guarded(leaf)]
    hits: u64,
}

fn main() {
    let inventory = Inventory::default();
    let mut key = Key::claim().unwrap();
    let _late = inventory.stock.under(&mut key).with_write(|_, key| key);
}
