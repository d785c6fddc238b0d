//! A task may go on on another thread than the one that took the lock.

use guarded_state::{Guarded, guarded};

#[guarded]
struct Shop {
    #[guarded(guards)]
    stock: Vec<u32>,
    #[guarded]
    orders: Vec<u32>,
}

async fn work(shop: &'static Shop) {
    let mut stock = shop.stock.write();
    tokio::task::yield_now().await;
    stock.push(1);
}

static SHOP: Shop = Shop { stock: Guarded::new(Vec::new()), orders: Guarded::new(Vec::new()) };

#[tokio::main]
async fn main() {
    tokio::spawn(work(&SHOP));
}
