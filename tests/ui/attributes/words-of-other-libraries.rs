//! Each is told what it is called here.

use guarded_state::guarded;

#[guarded]
struct S {
    #[guarded(lock)]
    a: u32,
    #[guarded(RwLock)]
    b: u32,
    #[guarded(Mutex)]
    c: u32,
    #[guarded(condvar)]
    d: u32,
    #[guarded(mutext)]
    e: u32,
}

fn main() {}
