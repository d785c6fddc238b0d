//! A misspelt field, a field of a plain struct, and two fields in the other order than their struct's.

use guarded_state::{guarded, lock_order};

#[guarded(ordered)]
struct Shop {
    #[guarded]
    stock: u32,
    #[guarded]
    journal: u32,
}

#[guarded(ordered)]
struct Till {
    #[guarded]
    cash: u32,
}

#[guarded]
struct Plain {
    #[guarded]
    list: u32,
}

lock_order! { pub Misspelt = [Shop::stock, Till::cahs]; }
lock_order! { pub NotOrdered = [Shop::stock, Plain::list]; }
lock_order! { pub Reversed = [Shop::journal, Till::cash, Shop::stock]; }
lock_order! { pub Right = [Shop::stock, Till::cash, Shop::journal]; }

fn main() {}
