//! All of them are reported in one run.

use guarded_state::guarded;

#[guarded]
struct S {
    #[guarded(mutx)]
    a: u32,
    #[guarded(leaf, leaf)]
    b: u32,
    #[guarded(rw, mutex)]
    c: u32,
}

fn main() {}
