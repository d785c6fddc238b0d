//! A set of locks that hands out what it likes.

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

use guarded_state::{LockAll, LockSet, Policies, Request};
struct Mine;
impl<'a> LockSet<'a> for Mine {
    type Out = ();
}
impl LockAll for Mine {}
impl Request for Mine {}
impl Policies for Mine {}

fn main() {
    with_all(Mine, |()| ());
}
