//! What each option takes.

use guarded_state::guarded;

#[guarded]
struct S {
    #[guarded(mutex = 3)]
    a: u32,
    #[guarded(on_panic = "poison")]
    b: u32,
    #[guarded(on_panic = rolback)]
    c: u32,
    #[guarded(on_panic)]
    d: u32,
    #[guarded(group = 3)]
    e: u32,
}

fn main() {}
