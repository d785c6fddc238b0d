//! What may change while it is read has no hash.

use guarded_state::guarded;

#[guarded]
#[derive(Hash)]
struct S {
    #[guarded]
    count: u32,
}

fn main() {}
