//! A twin has a name of its own and cells of ours.

use guarded_state::Guarded;

#[derive(Clone, Guarded)]
#[guarded(twin = Book)]
struct Book {
    #[guarded]
    copies: u32,
}

#[derive(Clone, Guarded)]
struct Page {
    #[guarded(with = x::Cell)]
    text: String,
}

fn main() {}
