//! Nothing of an entry leaves its scope.

use guarded_state::guarded;
use std::collections::HashMap;

#[guarded]
#[derive(Default)]
struct Shop {
    #[guarded(sharded)]
    stock: HashMap<String, Vec<u32>>,
    #[guarded]
    prices: HashMap<String, Vec<u32>>,
}

fn main() {
    let shop = Shop::default();
    shop.stock.with_read_key("bolt", |bolts| bolts);
    shop.stock.with_write_key("bolt".into(), |entry| entry.or_default());
    shop.prices.with_write_key("bolt".into(), |entry| entry);
    shop.prices.with_write_many(["bolt".into()], |many| many);
    let mut kept = None;
    shop.prices.for_each(|_, prices| kept = Some(prices));
}
