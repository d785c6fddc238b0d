//! Two instances of one field have one place: `with_all` takes both.

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
    let (a, b) = (Inventory::default(), Inventory::default());
    let mut key = Key::claim().unwrap();
    a.stock.under(&mut key).with_write(|_, key| b.stock.under(key).with_read(|stock, _| stock.len()));
}
