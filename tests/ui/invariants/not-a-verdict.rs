//! The function returns a number.

use guarded_state::guarded;

fn size(list: &[u32]) -> usize {
    list.len()
}

#[guarded]
struct Shop {
    #[guarded(invariant = size)]
    stock: Vec<u32>,
}

fn main() {}
