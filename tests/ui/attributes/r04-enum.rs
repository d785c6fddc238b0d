//! A field that holds the enum can be guarded.

use guarded_state::guarded;

#[guarded]
enum E {
    A(u32),
}

fn main() {}
