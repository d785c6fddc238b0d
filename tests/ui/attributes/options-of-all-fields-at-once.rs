//! There is no such form: each field says its own.

use guarded_state::guarded;

#[guarded(mutex, on_panic = poison)]
struct S {
    a: u32,
    b: u32,
}

fn main() {}
