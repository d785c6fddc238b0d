//! There is nothing to guard.

use guarded_state::guarded;

#[guarded]
struct S;

fn main() {}
