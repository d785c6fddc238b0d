//! A word, or `word = value`.

use guarded_state::guarded;

#[guarded]
struct S {
    #[guarded("mutex")]
    a: u32,
    #[guarded(on_panic(poison))]
    b: u32,
    #[guarded(on_panic: poison)]
    c: u32,
    #[guarded(Mutex<Poison>)]
    d: u32,
    #[guarded(std::sync::Mutex)]
    e: u32,
    #[guarded(monitor())]
    f: u32,
}

fn main() {}
