//! A default of the type as written does not fit the cell.

use guarded_state::guarded;

#[guarded]
struct S {
    #[guarded]
    count: u32 = 3,
}

fn main() {}
