//! A struct is wanted.

use guarded_state::guarded;

struct S;

#[guarded]
impl S {}

#[guarded]
mod m {}

fn main() {}
