//! A cell holds its value in place.

use guarded_state::guarded;

#[guarded]
struct S<T: ?Sized> {
    count: u32,
    #[guarded]
    rest: T,
}

#[guarded]
struct Bytes {
    #[guarded]
    rest: [u8],
}

fn main() {}
