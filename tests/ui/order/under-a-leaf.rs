//! Nothing comes after a leaf.

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
    inventory.hits.under(&mut key).with_write(|_, key| inventory.stock.under(key).with_read(|stock, _| stock.len()));
}
