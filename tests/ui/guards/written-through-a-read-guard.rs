//! Readers do not write.

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
    let mut stock = shop.stock.read();
    stock.push(1);
}
