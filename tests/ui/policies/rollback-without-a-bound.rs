//! In a generic struct the bound stands on the struct.

use guarded_state::guarded;

#[guarded]
struct S<T> {
    #[guarded(mutex, on_panic = rollback)]
    value: Vec<T>,
}

fn main() {}
