//! A copy would have locks of its own.

use guarded_state::guarded;

#[guarded]
#[derive(Clone)]
struct S {
    #[guarded]
    count: u32,
}

fn main() {}
