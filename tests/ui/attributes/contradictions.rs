//! Each underlined from the one to the other.

use guarded_state::guarded;

#[guarded]
struct S {
    #[guarded(rw, monitor)]
    a: u32,
    #[guarded(with = x::Cell, on_panic = poison)]
    b: u32,
    #[guarded(with = x::Cell, guards)]
    c: u32,
}

fn main() {}
