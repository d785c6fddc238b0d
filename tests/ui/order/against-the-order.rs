//! What is declared above is locked first.

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
    inventory.journal.under(&mut key).with_write(|journal, key| {
        inventory.stock.under(key).with_write(|stock, _| stock.len() + journal.len())
    });
}
