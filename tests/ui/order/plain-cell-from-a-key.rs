//! A key lends a field without its order only for as long as the key is in use: no second lock, no way out.

use guarded_state::{Guarded, Key, guarded};

#[guarded(ordered)]
#[derive(Default)]
struct Shop {
    #[guarded]
    stock: Vec<u32>,
    #[guarded(mutex)]
    journal: Vec<String>,
}

fn main() {
    let shop = Shop::default();
    let mut key = Key::claim().unwrap();

    let journal = shop.journal.under(&mut key);
    let journal: &Guarded<_, _, _> = &journal;
    journal.with_write(|_| shop.stock.under(&mut key).set(vec![]));
}

fn keep(shop: &Shop) -> &impl Sized {
    let mut key = Key::claim().unwrap();
    let kept: &Guarded<_, _, _> = &shop.stock.under(&mut key);
    kept.set(vec![]);
    kept
}
