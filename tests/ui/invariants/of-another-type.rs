//! The function takes something else than the field's type.

use guarded_state::guarded;

fn small(n: &u64) -> bool {
    *n < 10
}

#[guarded]
struct Shop {
    #[guarded(invariant = small)]
    stock: Vec<u32>,
}

fn main() {}
