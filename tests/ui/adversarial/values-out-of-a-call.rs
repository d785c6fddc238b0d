//! Values of a call for several locks, returned.

#![allow(unused_imports)]

use guarded_state::{Guarded, Key, guarded, read, with_all, write};

#[guarded(ordered)]
#[derive(Default)]
struct Pair {
    #[guarded]
    first: Vec<u32>,
    #[guarded(mutex)]
    second: Vec<u32>,
}

fn main() {
    let (a, b): (Guarded<Vec<u32>>, Guarded<Vec<u32>>) = (Guarded::new(vec![]), Guarded::new(vec![]));
    let _kept = with_all((write(&a), read(&b)), |(a, b)| (a, b));
    let _kept = with_all([write(&a), write(&b)], |[a, _]| a);
    let _kept = with_all(vec![write(&a), write(&b)], |all| all);
}
