//! The message stands at the type of the field.

use guarded_state::guarded;

struct Log(Vec<u32>);

#[guarded]
struct S {
    #[guarded(on_panic = rollback)]
    log: Log,
}

fn main() {}
