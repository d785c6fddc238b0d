//! With the nearest known one.

use guarded_state::guarded;

#[guarded]
struct S {
    #[guarded(onpanic = poison)]
    a: u32,
    #[guarded(padded)]
    b: u32,
}

fn main() {}
