//! Above the attribute we do not see the derive; rustc refuses it.

use guarded_state::guarded;

#[derive(Clone)]
#[guarded]
struct S {
    #[guarded]
    count: u32,
}

fn main() {}
