//! The lock is released by the thread that took it.

use guarded_state::{Guarded, guarded};

#[guarded]
struct Shop {
    #[guarded(guards)]
    stock: Vec<u32>,
    #[guarded]
    orders: Vec<u32>,
}

static SHOP: Shop = Shop { stock: Guarded::new(Vec::new()), orders: Guarded::new(Vec::new()) };

fn main() {
    let guard = SHOP.stock.read();
    std::thread::spawn(move || println!("{}", guard.len()));
}
