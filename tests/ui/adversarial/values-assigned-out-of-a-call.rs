//! Values of a call for several locks, assigned outwards and sent away.

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
    let a: Guarded<Vec<u32>> = Guarded::new(vec![]);
    let mut kept = None;
    with_all((write(&a),), |(a,)| kept = Some(a));
    drop(kept);
    let (send, _receive) = std::sync::mpsc::channel();
    with_all((write(&a),), |(a,)| send.send(a).unwrap());
}
