//! A field that holds the union can be guarded.

use guarded_state::guarded;

#[guarded]
union U {
    a: u32,
}

fn main() {}
