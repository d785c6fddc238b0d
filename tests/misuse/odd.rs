//! Odd places to lock from.

use crate::{message, told};
use guarded_state::{Finding, Guarded, Mutex, TryError, guarded, on_event};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, LazyLock};
use std::thread;
use std::time::Duration;

pub(crate) const FILE: &str = file!();

#[guarded]
#[derive(Default)]
struct Odd {
    #[guarded(mutex)]
    cell: u32,
    #[guarded]
    other: u32,
}

struct Locks<'o>(&'o Odd);
impl Drop for Locks<'_> {
    fn drop(&mut self) {
        self.0.cell.with_write(|_| ());
    }
}
pub(crate) const ABORT_LINES: (u32, u32) = (line!() + 6, line!() - 3);

#[allow(clippy::used_underscore_binding)]
pub(crate) fn reentrance_while_unwinding() {
    let odd = Odd::default();
    // The next line is the scope's.
    odd.cell.with_write(|_| {
        let _locks = Locks(&odd);
        panic!("on the way out");
    });
}

pub(crate) const ENDLESS_LINES: (u32, u32) = (line!() + 11, line!() + 9);

/// A scope that joins a thread which waits for the same field: nothing to prove, for a `join` is no lock.
pub(crate) fn a_scope_that_does_not_end() {
    static ODD: LazyLock<Odd> = LazyLock::new(Odd::default);
    // The first finding looks at `GUARDED_FINDINGS`.
    ODD.other.with_write(|_| ODD.cell.with_write(|_| ()));
    drop(std::panic::catch_unwind(|| ODD.cell.with_write(|_| ODD.other.with_write(|_| ()))));

    let waiter = || drop(ODD.cell.try_with_write_for(Duration::from_secs(7), |_| ()));
    let beside = || thread::spawn(waiter).join();
    ODD.cell.with_write(|_| beside().unwrap());
}

struct Tries<'o>(&'o Odd, &'o AtomicUsize);
impl Drop for Tries<'_> {
    fn drop(&mut self) {
        if let Err(TryError::Reentrant { .. }) = self.0.cell.try_with_write(|_| ()) {
            self.1.fetch_add(1, Ordering::SeqCst);
        }
    }
}

pub(crate) fn reentrance_in_drop_with_try() {
    let (odd, told) = (Odd::default(), AtomicUsize::new(0));
    odd.cell.with_write(|_| drop(Tries(&odd, &told)));
    let said = message(|| {
        odd.cell.with_write(|_| {
            let _tries = Tries(&odd, &told);
            panic!("on the way out");
        });
    });
    assert_eq!((told.load(Ordering::SeqCst), said.as_str()), (2, "on the way out"));
    odd.cell.with_write(|_| ());
}

struct Inverts<'o>(&'o Odd);
impl Drop for Inverts<'_> {
    fn drop(&mut self) {
        self.0.other.with_write(|_| self.0.cell.with_write(|n| *n += 1));
    }
}

pub(crate) fn inversion_while_unwinding_is_told() {
    let odd = Odd::default();
    let told = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&told);
    on_event(move |event| {
        count.fetch_add(usize::from(event.finding == Finding::Inversion), Ordering::SeqCst);
    });
    odd.cell.with_write(|_| odd.other.with_write(|_| ()));
    let said = message(|| {
        let _inverts = Inverts(&odd);
        panic!("first");
    });
    assert_eq!((said.as_str(), told.load(Ordering::SeqCst), odd.cell.cloned()), ("first", 1, 1));
}

pub(crate) fn forty_locks() {
    fn nest(cells: &[Guarded<u32, Mutex>], all: &[Guarded<u32, Mutex>]) {
        match cells {
            [] => {
                for cell in all {
                    assert!(matches!(cell.try_with_read(|_| ()), Err(TryError::Reentrant { .. })));
                }
                assert!(message(|| all[0].with_write(|_| ())).contains("locked twice"));
                assert!(message(|| all[39].with_write(|_| ())).contains("locked twice"));
            }
            [first, rest @ ..] => first.with_write(|n| {
                *n += 1;
                nest(rest, all);
            }),
        }
    }
    let cells: Vec<_> = (0..40).map(|_| Guarded::new(0)).collect();
    for _ in 0..3 {
        nest(&cells, &cells);
    }
    assert!(cells.iter().all(|cell| cell.cloned() == 3));
}

static LATE: LazyLock<Odd> = LazyLock::new(Odd::default);
struct LocksLate;
impl Drop for LocksLate {
    fn drop(&mut self) {
        LATE.cell.with_write(|n| *n += LATE.other.with_write(|_| 1));
        let twice = LATE.cell.with_read(|_| LATE.cell.try_with_read(|_| ()));
        assert!(matches!(twice, Err(TryError::Reentrant { .. })));
    }
}
thread_local!(static LOCKS_LATE: LocksLate = const { LocksLate });

pub(crate) fn thread_local_destructor() {
    for lock_first in [false, true] {
        let end = thread::spawn(move || {
            if lock_first {
                LATE.cell.with_read(|_| ());
            }
            LOCKS_LATE.with(|_| ());
            if !lock_first {
                LATE.cell.with_read(|_| ());
            }
        });
        end.join().unwrap();
    }
    assert_eq!(LATE.cell.cloned(), 2);
}

pub(crate) fn hook_that_locks() {
    let odd = Arc::new(Odd::default());
    let hooks = Arc::clone(&odd);
    on_event(move |_| {
        drop(hooks.cell.try_with_write(|n| *n += 1));
        drop(catch(&hooks)); // re-entrance in the hook is its own panic
        LATE.other.with_write(|n| *n += 1);
    });
    odd.cell.with_write(|_| odd.other.with_write(|_| ()));
    let inner = line!() + 1;
    told(FILE, "Odd.cell", &[inner], || odd.other.with_write(|_| odd.cell.with_write(|_| ())));
    // Once for the order, once for the panic that left the outer scope.
    assert_eq!((LATE.other.cloned(), odd.cell.cloned()), (2, 2));
}

fn catch(odd: &Odd) -> thread::Result<()> {
    std::panic::catch_unwind(|| odd.other.with_write(|_| ()))
}

pub(crate) fn hook_that_panics() {
    let odd = Odd::default();
    on_event(|_| panic!("the hook's own"));
    odd.cell.with_write(|_| odd.other.with_write(|_| ()));
    let inner = line!() + 1;
    told(FILE, "Odd.cell", &[inner], || odd.other.with_write(|_| odd.cell.with_write(|_| ())));
    let said = message(|| odd.cell.with_write(|_| panic!("the scope's own")));
    assert_eq!(said, "the scope's own");
    odd.cell.with_write(|_| ());
}
