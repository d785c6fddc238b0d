//! A literal builds the cell.

use guarded_state::guarded;

#[guarded]
struct S {
    #[guarded]
    count: u32,
}

fn main() {
    let _s = S { count: 1 };
}
