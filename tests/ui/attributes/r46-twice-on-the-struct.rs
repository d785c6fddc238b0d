//! One attribute a struct.

use guarded_state::guarded;

#[guarded]
#[guarded]
struct S {
    #[guarded]
    count: u32,
}

fn main() {}
