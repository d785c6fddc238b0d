//! It would look guarded and not be.

use guarded_state::guarded;

#[guarded]
struct S {
    count: u32,
}

fn main() {}
