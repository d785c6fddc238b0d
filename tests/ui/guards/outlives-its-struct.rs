//! A guard borrows the cell.

use guarded_state::{Guarded, guarded};

#[guarded]
struct Shop {
    #[guarded(guards)]
    stock: Vec<u32>,
    #[guarded]
    orders: Vec<u32>,
}

fn main() {
    let guard;
    {
        let shop = Shop { stock: Guarded::new(vec![]), orders: Guarded::new(vec![]) };
        guard = shop.stock.read();
    }
    println!("{}", guard.len());
}
