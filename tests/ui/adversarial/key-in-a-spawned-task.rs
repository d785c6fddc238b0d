//! A key in a future that may change its thread.

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

fn spawn<F: Future + Send + 'static>(_: F) {}

fn main() {
    spawn(async {
        let key = Key::claim().unwrap();
        std::future::ready(()).await;
        drop(key);
    });
}
