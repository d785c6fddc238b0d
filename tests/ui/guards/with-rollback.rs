//! A leaked guard would never restore.

use guarded_state::{Guarded, guarded};

#[guarded]
struct Shop {
    #[guarded(guards, on_panic = rollback)]
    stock: Vec<u32>,
}

fn main() {
    let shop = Shop { stock: Guarded::new(vec![]) };
    shop.stock.write().push(1);
}
