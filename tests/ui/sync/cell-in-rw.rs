//! Readers see it at once; a mutex would do.

use guarded_state::guarded;

use std::cell::Cell;

#[guarded]
struct S {
    #[guarded]
    count: Cell<u32>,
    #[guarded(mutex)]
    fine: Cell<u32>,
}

fn main() {}
