//! A packed lock could not be referred to.

use guarded_state::guarded;

#[guarded]
#[repr(C, packed)]
struct S {
    #[guarded]
    count: u32,
}

fn main() {}
