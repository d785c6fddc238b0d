//! `after` names a field of another ordered struct.

use guarded_state::guarded;

struct Plain;

#[guarded(ordered)]
struct Other {
    #[guarded(leaf)]
    last: u32,
}

#[guarded(ordered)]
struct S {
    #[guarded(after = Other::missing)]
    a: u32,
    #[guarded(after = Plain::x)]
    b: u32,
}

#[guarded(ordered)]
struct AfterALeaf {
    #[guarded(after = Other::last)]
    a: u32,
}

fn main() {}
