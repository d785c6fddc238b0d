//! The culprit is named, once.

use guarded_state::guarded;
use std::rc::Rc;

struct Node {
    _next: Option<Rc<Node>>,
}

#[guarded]
struct S {
    #[guarded]
    head: Node,
}

fn main() {}
