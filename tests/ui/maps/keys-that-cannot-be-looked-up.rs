//! A key is looked up by its own type, or by what it borrows as.

use guarded_state::guarded;
use std::collections::HashMap;

#[guarded]
#[derive(Default)]
struct Shop {
    #[guarded(sharded)]
    stock: HashMap<String, u32>,
    #[guarded]
    prices: HashMap<u64, u32>,
}

fn main() {
    let shop = Shop::default();
    shop.stock.get_cloned(&7);
    shop.prices.remove("bolt");
}
