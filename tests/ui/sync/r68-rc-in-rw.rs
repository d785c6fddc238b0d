//! The message stands at the type of the field.

use guarded_state::guarded;

use std::rc::Rc;

#[guarded]
struct S {
    #[guarded]
    list: Rc<Vec<u32>>,
}

fn main() {}
