//! Guards are handed out where the field says so.

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
    let _orders = shop.orders.write();
}
