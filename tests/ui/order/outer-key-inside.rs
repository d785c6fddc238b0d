//! Inside, the outer key is in use: the closure is given the next one.

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
    inventory.stock.under(&mut key).with_write(|_, _| inventory.journal.under(&mut key).with_read(|_, _| ()));
}
