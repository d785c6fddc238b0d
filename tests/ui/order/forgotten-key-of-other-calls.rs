//! Whatever waits for the lock of an ordered field needs a key.

use guarded_state::guarded;
use std::time::Duration;

#[guarded(ordered)]
#[derive(Default)]
struct Shop {
    #[guarded]
    stock: Vec<u32>,
    #[guarded(monitor)]
    orders: Vec<u32>,
}

fn main() {
    let shop = Shop::default();
    shop.stock.set(vec![]);
    shop.stock.cloned();
    shop.stock.transact(|stock| stock.pop().ok_or("empty"));
    shop.stock.try_with_write_for(Duration::from_secs(1), Vec::clear);
    shop.orders.with_write_when(|orders| !orders.is_empty(), |orders| orders.pop());
}
