//! The struct stays while a field is typed.

use guarded_state::guarded;

#[guarded]
struct S {
    #[guarded]
    a: u32,
    #[guarded]
    b:
}

fn main() {
    let _: Option<S> = None;
}
