//! A scope of an ordered field needs a key.

use guarded_state::guarded;

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
    inventory.stock.with_write(|stock| stock.push(1));
    inventory.journal.with_read(|journal| journal.len());
}
