//! The bound to write is named.

use guarded_state::guarded;

#[guarded]
struct S<T> {
    #[guarded]
    value: T,
}

impl<T> S<T> {
    fn change(&self) -> Result<(), ()> {
        self.value.transact(|_| Ok(()))
    }
}

fn main() {}
