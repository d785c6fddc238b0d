//! Options stand in parentheses.

use guarded_state::guarded;

#[guarded]
struct S {
    #[guarded[mutex]]
    a: u32,
    #[guarded = "mutex"]
    b: u32,
    #[guarded { mutex }]
    c: u32,
}

fn main() {}
