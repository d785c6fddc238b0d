//! Proves that a panic at any step of a keyed call leaves no lock held, ends no process, and is answered by the policy for
//! the entry that was being written.

use guarded_state::{Guarded, Keep, Mutex, Op, Poison, Rollback, Rw, Sharded};
use std::cell::Cell;
use std::collections::HashMap;
use std::hash::{Hash, Hasher};
use std::panic::{AssertUnwindSafe, catch_unwind};

thread_local! {
    /// How many more steps of user code run before one panics; none does below zero.
    static FUSE: Cell<i32> = const { Cell::new(-1) };
}

fn step() {
    let left = FUSE.get();
    FUSE.set(left - 1);
    assert!(left != 0, "the fuse");
}

#[derive(Debug, PartialOrd, Ord)]
struct Key(u32);
#[derive(Debug, PartialEq)]
struct Value(u32);

impl Hash for Key {
    fn hash<H: Hasher>(&self, state: &mut H) {
        step();
        (self.0 % 3).hash(state); // many of one hash: `eq` is asked as well
    }
}
impl PartialEq for Key {
    fn eq(&self, other: &Self) -> bool {
        step();
        self.0 == other.0
    }
}
impl Eq for Key {}
impl Clone for Key {
    fn clone(&self) -> Self {
        step();
        Self(self.0)
    }
}
impl Clone for Value {
    fn clone(&self) -> Self {
        step();
        Self(self.0)
    }
}

impl Drop for Value {
    fn drop(&mut self) {
        assert!(self.0 < 1_000, "dropped twice");
        self.0 = 1_000;
    }
}

type Plain = HashMap<Key, Value>;

/// The calls, by number. Each leaves the sum of all values as it is, or changes it by inserting or removing 10.
macro_rules! calls {
    ($map:expr) => {{
        let map = $map;
        let calls: Vec<Box<dyn Fn() + '_>> = vec![
            Box::new(|| drop(map.insert(Key(7), Value(10)))),
            Box::new(|| drop(map.remove(&Key(7)))),
            Box::new(|| drop(map.get_cloned(&Key(1)))),
            Box::new(|| drop(map.try_insert(Key(1), Value(9)))),
            Box::new(|| {
                drop(map.compute(Key(2), |value| {
                    step();
                    value.map_or(Op::Keep, |value| Op::Set(Value(value.0)))
                }))
            }),
            Box::new(|| {
                drop(map.replace_if(&Key(2), Value(3), |_| {
                    step();
                    false
                }))
            }),
            Box::new(|| {
                drop(map.remove_if(&Key(2), |_| {
                    step();
                    false
                }))
            }),
            Box::new(|| {
                drop(map.get_or_insert_with(Key(1), || {
                    step();
                    Value(1)
                }))
            }),
            Box::new(|| {
                map.with_write_key(Key(3), |entry| {
                    let value = entry.or_insert(Value(0));
                    value.0 += 1;
                    step();
                    value.0 -= 1;
                });
            }),
            Box::new(|| {
                map.modify(&Key(3), |value| {
                    value.0 += 1;
                    step();
                    value.0 -= 1;
                });
            }),
            Box::new(|| {
                map.with_write_many([Key(1), Key(2), Key(1)], |mut many| {
                    many.get_mut(&Key(1)).unwrap().0 += 1;
                    step();
                    many.get_mut(&Key(1)).unwrap().0 -= 1;
                });
            }),
            Box::new(|| {
                map.for_each_mut(|_, value| {
                    value.0 += 1;
                    step();
                    value.0 -= 1;
                })
            }),
            Box::new(|| {
                map.retain(|_, value| {
                    value.0 += 1;
                    step();
                    value.0 -= 1;
                    true
                })
            }),
            Box::new(|| map.for_each(|_, _| step())),
            Box::new(|| drop(map.snapshot())),
            Box::new(|| drop(map.keys())),
        ];
        calls
    }};
}

/// Each call with the panic at each of its steps; `$recover` makes the map usable again.
macro_rules! sweep {
    ($($name:ident: $map:ty, restores $restores:expr, |$cell:ident| $recover:expr;)*) => {$(
        #[test]
        fn $name() {
            let mut panics = 0;
            let $cell: $map = Plain::from([1, 2, 3, 4].map(|n| (Key(n), Value(n)))).into();
            for call in &calls!(&$cell) {
                let mut after = 0;
                loop {
                    FUSE.set(after);
                    let end = catch_unwind(AssertUnwindSafe(call));
                    FUSE.set(-1);
                    $recover;
                    let mut sum = 0;
                    $cell.for_each(|_, value| sum += value.0);
                    if $restores {
                        assert!(sum == 10 || sum == 20, "a write half done: {sum}");
                    } else {
                        assert!(sum >= 10, "an entry is gone: {sum}");
                        // What the policy left half done is mended, for the next round.
                        $cell.for_each_mut(|key, value| value.0 = if key.0 == 7 { 10 } else { key.0 });
                    }
                    $recover;
                    assert!((4..=5).contains(&$cell.len()));
                    panics += usize::from(end.is_err());
                    after += 1;
                    if end.is_ok() {
                        break;
                    }
                }
            }
            assert!(panics > 40, "{panics} steps were tried");
        }
    )*};
}

sweep! {
    rw_keep: Guarded<Plain>, restores false, |map| {};
    mutex_rollback: Guarded<Plain, Mutex<Rollback>>, restores true, |map| {};
    rw_poison: Guarded<Plain, Rw<Poison>>, restores false, |map| map.clear_poison();
    sharded_keep: Sharded<Plain, Keep>, restores false, |map| {};
    sharded_poison: Sharded<Plain, Poison>, restores false, |map| map.clear_poison();
    sharded_rollback: Sharded<Plain, Rollback>, restores true, |map| {};
}
