//! `after` needs `ordered`, a struct and a field.

use guarded_state::guarded;

#[guarded(ordered)]
struct S {
    #[guarded(after)]
    a: u32,
    #[guarded(after = a)]
    b: u32,
    #[guarded(after = Self::a)]
    c: u32,
    #[guarded(guards)]
    d: u32,
}

#[guarded]
struct Plain {
    #[guarded(after = S::a)]
    a: u32,
    #[guarded(ordered)]
    b: u32,
}

fn main() {}
