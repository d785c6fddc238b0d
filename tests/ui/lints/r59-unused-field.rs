//! A field that nobody reads is still told.

#![deny(dead_code)]

use guarded_state::guarded;

#[guarded]
#[derive(Default)]
struct S {
    #[guarded]
    used: u32,
    #[guarded]
    forgotten: u32,
}

fn main() {
    S::default().used.with_read(|_| ());
}
