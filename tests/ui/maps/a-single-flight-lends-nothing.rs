//! What a single flight keeps is cloned, never lent.

use guarded_state::guarded;
use std::collections::HashMap;

#[guarded]
#[derive(Default)]
struct Shop {
    #[guarded(single_flight(ttl = 60s))]
    quotes: HashMap<String, u32>,
    #[guarded(single_flight(plain))]
    totals: HashMap<String, u32>,
}

fn main() {
    let shop = Shop::default();
    shop.quotes.with_read(|quotes| quotes.len());
    shop.quotes.with_write_key(String::from("ACME"), |entry| *entry.or_default() += 1);
    shop.totals.get_cloned("ACME");
    let at_most_a_page = String::from("ACME");
    shop.quotes.get_or_load(at_most_a_page, |_| 42);
}
