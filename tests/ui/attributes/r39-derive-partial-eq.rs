//! What may change while it is read cannot be compared.

use guarded_state::guarded;

#[guarded]
#[derive(Debug, PartialEq)]
struct S {
    #[guarded]
    count: u32,
}

fn main() {}
