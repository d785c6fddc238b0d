//! A guard of a cell inside the cell borrows the outer value.

use guarded_state::{Guarded, Guards, Rw, guarded};

#[guarded]
struct Outer {
    #[guarded]
    inner: Guarded<u32, Rw<guarded_state::Keep, Guards>>,
}

fn main() {
    let outer = Outer { inner: Guarded::new(Guarded::new(1)) };
    let _kept = outer.inner.with_read(|inner| inner.read());
}
