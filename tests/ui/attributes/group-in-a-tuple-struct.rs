//! Members are reached by name.

use guarded_state::guarded;

#[guarded]
struct S(#[guarded(group = g)] u32, #[guarded(group = g)] u32);

fn main() {}
