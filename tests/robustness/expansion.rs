//! The cell that the attribute puts in place: who may share it, and how large it is.

use guarded_state::{Guarded, Keep, Monitor, Mutex, Poison, Rollback, Rw};
use std::cell::Cell;
use std::panic::{RefUnwindSafe, UnwindSafe};
use std::rc::Rc;

/// Is the type `$ty` all of `$bound`? Of an inherent and a trait's constant the inherent one is taken, where its bound holds.
macro_rules! is {
    ($ty:ty: $($bound:tt)+) => {{
        struct Asked<T>(std::marker::PhantomData<T>);
        #[allow(dead_code, reason = "where the bound holds, nobody asks the trait")]
        trait Else { const IS: bool = false; }
        impl<T> Else for Asked<T> {}
        #[allow(dead_code, reason = "where it does not, nobody asks the type")]
        impl<T: $($bound)+> Asked<T> { const IS: bool = true; }
        <Asked<$ty>>::IS
    }};
}

/// Every panic policy of a kind.
macro_rules! each_policy {
    ($kind:ident, $check:ident) => {
        $check!($kind<Keep>);
        $check!($kind<Poison>);
        $check!($kind<Rollback>);
    };
}

#[test]
fn r74_auto_traits_of_each_cell_and_policy() {
    macro_rules! shares {
        ($kind:ty) => {
            assert!(is!(Guarded<u32, $kind>: Send + Sync + UnwindSafe + RefUnwindSafe));
            assert!(!is!(Guarded<Rc<u32>, $kind>: Send));
            assert!(!is!(Guarded<Rc<u32>, $kind>: Sync));
            assert!(is!(Guarded<Cell<u32>, $kind>: Send));
        };
    }
    each_policy!(Rw, shares);
    each_policy!(Mutex, shares);
    each_policy!(Monitor, shares);

    macro_rules! lets_in_one {
        ($kind:ty) => {
            assert!(is!(Guarded<Cell<u32>, $kind>: Sync));
        };
    }
    each_policy!(Mutex, lets_in_one);
    each_policy!(Monitor, lets_in_one);

    macro_rules! lets_in_readers {
        ($kind:ty) => {
            assert!(!is!(Guarded<Cell<u32>, $kind>: Sync));
        };
    }
    each_policy!(Rw, lets_in_readers);
}

/// With observer and order check off the cell is its raw lock and the value.
#[test]
fn r75_size_of_each_cell() {
    #[guarded_state::guarded]
    struct Sizes {
        #[guarded]
        rw: u64,
        #[guarded(mutex)]
        mutex: u64,
        #[guarded(mutex, on_panic = rollback)]
        rollback: u64,
        #[guarded(mutex, on_panic = poison)]
        poison: u64,
    }
    let sizes = Sizes {
        rw: Guarded::new(1),
        mutex: Guarded::new(2),
        rollback: Guarded::new(3),
        poison: Guarded::new(4),
    };
    let marks = if cfg!(any(feature = "observe", feature = "order-check")) { 4 } else { 0 };
    let head = if cfg!(feature = "observe") { 16 } else { 0 };
    let expected = |lock: usize, slot: usize| {
        // The marks and the lock stand side by side before words of eight bytes.
        let lock: usize = if lock == 8 { marks_up(marks) + 8 } else { marks + lock };
        lock.next_multiple_of(8) + head + slot + 8
    };
    assert_eq!(size_of_val(&sizes.rw), expected(8, 0));
    assert_eq!(size_of_val(&sizes.mutex), expected(1, 0));
    assert_eq!(size_of_val(&sizes.rollback), expected(1, 0));
    assert_eq!(size_of_val(&sizes.poison), expected(1, 8));
    assert_eq!(
        sizes.rw.cloned() + sizes.mutex.cloned() + sizes.rollback.cloned() + sizes.poison.cloned(),
        10
    );
}

/// The marks before a lock of the size of a word.
fn marks_up(marks: usize) -> usize {
    marks.next_multiple_of(8)
}
