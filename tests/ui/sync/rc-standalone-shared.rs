//! A cell by itself is refused where threads share it.

use guarded_state::Guarded;
use std::rc::Rc;

fn main() {
    let list: Guarded<Rc<u32>> = Guarded::new(Rc::new(1));
    std::thread::scope(|scope| {
        scope.spawn(|| list.with_read(|list| **list));
    });
}
