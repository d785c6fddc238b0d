//! A guard that is not bound protects nothing.

#![deny(unused_must_use)]

use guarded_state::{Guarded, guarded};

#[guarded]
struct Shop {
    #[guarded(guards)]
    stock: Vec<u32>,
    #[guarded]
    orders: Vec<u32>,
}

fn main() {
    let shop = Shop { stock: Guarded::new(vec![]), orders: Guarded::new(vec![]) };
    shop.stock.write();
}
