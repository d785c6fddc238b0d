//! No lock holds a sharded map as a whole.

use guarded_state::guarded;
use std::collections::HashMap;

#[guarded]
#[derive(Default)]
struct Shop {
    #[guarded(sharded)]
    stock: HashMap<String, u32>,
}

fn main() {
    let shop = Shop::default();
    shop.stock.with_write(|stock| stock.clear());
    shop.stock.with_read(|stock| stock.len());
    shop.stock.set(HashMap::new());
}
