//! A ring of `after` is told step by step.

use guarded_state::guarded;

#[guarded(ordered)]
struct A {
    #[guarded(after = C::z)]
    x: u32,
}

#[guarded(ordered)]
struct B {
    #[guarded(after = A::x)]
    y: u32,
}

#[guarded(ordered)]
struct C {
    #[guarded(after = B::y)]
    z: u32,
}

fn main() {}
