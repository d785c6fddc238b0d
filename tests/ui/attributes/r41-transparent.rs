//! A cell has not the layout of its value.

use guarded_state::guarded;

#[guarded]
#[repr(transparent)]
struct S {
    #[guarded]
    count: u32,
}

fn main() {}
