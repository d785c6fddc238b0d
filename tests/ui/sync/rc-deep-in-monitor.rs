//! What the type holds counts, too.

use guarded_state::guarded;

use std::rc::Rc;

struct Node {
    next: Option<Rc<Node>>,
}

#[guarded]
struct S {
    #[guarded(monitor)]
    head: Node,
}

fn main() {}
