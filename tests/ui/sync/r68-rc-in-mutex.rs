//! Not even one at a time.

use guarded_state::guarded;

use std::rc::Rc;

#[guarded]
struct S {
    #[guarded(mutex)]
    list: Rc<Vec<u32>>,
}

fn main() {}
