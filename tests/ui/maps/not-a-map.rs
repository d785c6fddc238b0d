//! `sharded` spreads a `HashMap`, and nothing else.

use guarded_state::guarded;
use std::collections::BTreeMap;

#[guarded]
struct Shop {
    #[guarded(sharded)]
    stock: BTreeMap<String, u32>,
}

fn main() {}
