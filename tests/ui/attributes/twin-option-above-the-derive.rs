//! The option stands below the derive.

use guarded_state::{Guarded, guarded};

#[guarded(twin = Shared)]
#[derive(Guarded)]
struct Book {
    #[guarded]
    copies: u32,
}

fn main() {}
