//! Options of the struct and of its fields.

use guarded_state::guarded;

#[guarded(mutex)]
struct S {
    #[guarded(twin = T)]
    a: u32,
    #[guarded(poison)]
    b: u32,
}

fn main() {}
