//! Options are divided by commas.

use guarded_state::guarded;

#[guarded]
struct S {
    #[guarded(mutex guards)]
    a: u32,
    #[guarded(mutex,, leaf)]
    b: u32,
}

fn main() {}
