//! Between structs no order holds until one is declared.

use guarded_state::{Key, guarded};

#[guarded(ordered)]
#[derive(Default)]
struct Left {
    #[guarded]
    a: u32,
}

#[guarded(ordered)]
#[derive(Default)]
struct Right {
    #[guarded]
    b: u32,
}

fn main() {
    let (left, right) = (Left::default(), Right::default());
    let mut key = Key::claim().unwrap();
    left.a.under(&mut key).with_write(|a, key| right.b.under(key).with_write(|b, _| *a + *b));
}
