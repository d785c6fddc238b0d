//! A field attribute by itself does nothing.

use guarded_state::guarded;

struct S {
    #[guarded]
    a: u32,
}

fn main() {}
