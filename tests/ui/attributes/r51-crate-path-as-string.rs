//! Not a string.

use guarded_state::guarded;

#[guarded(crate = "guarded_state")]
struct S {
    #[guarded]
    count: u32,
}

fn main() {}
