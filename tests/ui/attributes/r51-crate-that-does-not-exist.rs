//! Absolute, but nothing is there.

use guarded_state::guarded;

#[guarded(crate = ::nowhere)]
struct S {
    #[guarded]
    count: u32,
}

fn main() {}
