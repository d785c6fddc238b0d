//! A path to a crate has no arguments.

use guarded_state::guarded;

#[guarded(crate = ::guarded_state<u8>)]
struct S {
    #[guarded]
    count: u32,
}

fn main() {}
