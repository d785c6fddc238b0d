//! The path is used in other places than where it is written.

use guarded_state::guarded;

#[guarded(crate = guarded_state)]
struct S {
    #[guarded]
    count: u32,
}

fn main() {}
