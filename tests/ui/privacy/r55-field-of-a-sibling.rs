//! A guarded field is as private as a plain one.

mod shop {
    use guarded_state::guarded;

    #[guarded]
    #[derive(Default)]
    pub struct Shop {
        #[guarded]
        stock: Vec<u32>,
        #[guarded]
        pub(crate) orders: Vec<u32>,
        #[guarded(group = totals)]
        sum: u32,
    }
}

fn main() {
    let shop = shop::Shop::default();
    shop.orders.with_read(|orders| orders.len());
    shop.stock.with_read(|stock| stock.len());
    shop.totals.with_read(|totals| totals.sum);
}
