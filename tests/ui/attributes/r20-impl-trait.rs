//! rustc says so as well.

use guarded_state::guarded;

#[guarded]
struct S {
    #[guarded]
    f: impl Fn(u32),
}

fn main() {}
