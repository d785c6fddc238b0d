//! A group is one lock around all of its members.

use guarded_state::guarded;

use std::rc::Rc;

#[guarded]
struct S {
    #[guarded(group = both)]
    list: Rc<u32>,
    #[guarded(group = both)]
    count: u32,
}

fn main() {}
