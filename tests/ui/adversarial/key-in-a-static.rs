//! A key that all threads would share.

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

static KEY: std::sync::Mutex<Option<Key>> = std::sync::Mutex::new(None);

fn main() {
    *KEY.lock().unwrap() = Some(Key::claim().unwrap());
}
