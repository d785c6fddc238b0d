//! All members of a group are restored.

use guarded_state::guarded;

struct Log(Vec<u32>);

#[guarded]
struct S {
    #[guarded(group = all, on_panic = rollback)]
    log: Log,
    #[guarded(group = all)]
    count: u32,
}

fn main() {}
