//! Declared order is not an option here: the order is learned.

use guarded_state::guarded;

#[guarded]
struct S {
    #[guarded(level = 3)]
    a: u32,
    #[guarded(after = a)]
    b: u32,
    #[guarded(leaf, leaf)]
    c: u32,
}

fn main() {}
