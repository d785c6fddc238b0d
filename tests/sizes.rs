//! Proves the sizes that the documentation of `Guarded` states, for each set of features.
#![cfg(target_pointer_width = "64")]

use guarded_state::{Guarded, Mutex, Poison, Rw, guarded};

#[guarded]
struct Sizes {
    #[guarded]
    shared: u64,
    #[guarded(mutex)]
    alone: u64,
    #[guarded(monitor)]
    watched: u64,
    #[guarded(mutex, on_panic = poison)]
    poisoned: u64,
    #[guarded(mutex)]
    byte: u8,
}

/// Lock, marks, holder and stamp, slot and value, each at its alignment.
fn sum(lock: usize, lock_align: usize, slot: usize, value: usize) -> usize {
    let up = |at: usize, align: usize| at.div_ceil(align) * align;
    let marks = if cfg!(any(feature = "observe", feature = "order-check")) { 4 } else { 0 };
    let head = if cfg!(feature = "observe") { 16 } else { 0 };
    let mut at = up(marks, lock_align) + lock;
    for part in [head, slot] {
        if part > 0 {
            at = up(at, 8) + part;
        }
    }
    at = up(at, value) + value;
    let align = if head + slot > 0 { 8 } else { value.max(lock_align).max(marks.max(1)) };
    up(at, align)
}

fn of<T>(_: &T) -> usize {
    size_of::<T>()
}

#[test]
fn of_fields_and_standalone_cells() {
    let sizes = Sizes {
        shared: Guarded::new(0),
        alone: Guarded::new(0),
        watched: Guarded::new(0),
        poisoned: Guarded::new(0),
        byte: Guarded::new(0),
    };
    let observed = cfg!(feature = "observe");
    assert_eq!(of(&sizes.shared), sum(8, 8, 0, 8));
    assert_eq!(of(&sizes.alone), if observed { 32 } else { 16 });
    assert_eq!(of(&sizes.alone), sum(1, 1, 0, 8));
    assert_eq!(of(&sizes.watched), sum(24, 8, 0, 8));
    assert_eq!(of(&sizes.poisoned), of(&sizes.alone) + 8);
    assert_eq!(of(&sizes.byte), sum(1, 1, 0, 1));
    assert_eq!(size_of::<Guarded<u64, Mutex>>(), of(&sizes.alone) + 24);
    assert_eq!(size_of::<Guarded<u64, Rw<Poison>>>(), of(&sizes.shared) + 8 + 24);
}
