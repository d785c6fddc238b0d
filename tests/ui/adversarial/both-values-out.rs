//! The values of two cells that may be one, returned.

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

use guarded_state::{Both, with_both};
fn main() {
    let a: Guarded<Vec<u32>> = Guarded::new(vec![]);
    let _kept = with_both(write(&a), write(&a), |both| match both {
        Both::Same(a) | Both::Two(a, _) => a,
    });
}
