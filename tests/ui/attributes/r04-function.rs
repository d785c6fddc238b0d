//! A struct is wanted.

use guarded_state::guarded;

#[guarded]
fn f() {}

fn main() {}
