//! Of a generic struct only its user can know.

use guarded_state::guarded;

use guarded_state::Guarded;
use std::rc::Rc;

#[guarded]
struct S<T> {
    #[guarded(mutex)]
    value: T,
}

fn main() {
    let shared = S { value: Guarded::new(Rc::new(1)) };
    std::thread::scope(|scope| {
        scope.spawn(|| shared.value.with_write(|value| **value));
    });
}
