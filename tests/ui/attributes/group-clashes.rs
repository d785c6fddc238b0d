//! A group needs a free name, one visibility, one lock.

use guarded_state::guarded;

#[guarded]
struct S {
    #[guarded(group = name)]
    a: u32,
    name: String,
    #[guarded(group = two)]
    pub b: u32,
    #[guarded(group = two)]
    c: u32,
    #[guarded(group = three, mutex)]
    d: u32,
    #[guarded(group = three, rw)]
    e: u32,
    #[guarded(group = four, on_panic = keep)]
    f: u32,
    #[guarded(group = four, on_panic = poison)]
    g: u32,
}

fn main() {}
