//! A snapshot clones.

use guarded_state::Guarded;

struct Opaque;

#[derive(Guarded)]
struct Book {
    #[guarded]
    copies: Opaque,
}

fn main() {}
