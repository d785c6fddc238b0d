//! A key of one order locks the fields of that order.

use guarded_state::{Key, guarded, lock_order};

#[guarded(ordered)]
#[derive(Default)]
struct Pair {
    #[guarded]
    a: u32,
    #[guarded]
    b: u32,
}

lock_order! { pub Mine = [Pair::a]; }
lock_order! { pub Twice = [Pair::a, Pair::a]; }
lock_order! { pub Odd = [a, Pair::b]; }
lock_order! { pub Empty }

fn main() {
    let pair = Pair::default();
    let mut key = Key::<_, Mine>::claim_in().unwrap();
    pair.b.under(&mut key).with_write(|b, _| *b += 1);
}
