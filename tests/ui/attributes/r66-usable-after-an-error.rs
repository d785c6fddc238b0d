//! One error, and none at the uses.

use guarded_state::guarded;

use guarded_state::Guarded;

#[guarded]
struct S {
    #[guarded(mutx)]
    a: u32,
    #[guarded]
    b: u32,
}

fn main() {
    let s = S { a: Guarded::new(1), b: Guarded::new(2) };
    s.a.with_write(|a| *a += 1);
    s.b.with_write(|b| *b += s.a.cloned());
}
