//! One lock a field.

use guarded_state::guarded;

#[guarded]
struct S {
    #[guarded]
    #[guarded(mutex)]
    count: u32,
}

fn main() {}
