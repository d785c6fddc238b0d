//! Proves that an uncontended access does not allocate.

use guarded_state::{Guarded, guarded, read, transact_all, try_with_all, with_all, write};
use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;

thread_local!(static ALLOCATIONS: Cell<u64> = const { Cell::new(0) });

struct Counting;

// SAFETY: every call goes to the system's allocator as it came.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        ALLOCATIONS.set(ALLOCATIONS.get() + 1);
        // SAFETY: as the caller says.
        unsafe { System.alloc(layout) }
    }
    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        // SAFETY: as the caller says.
        unsafe { System.dealloc(pointer, layout) }
    }
}

#[global_allocator]
static COUNTING: Counting = Counting;

#[guarded]
#[derive(Default)]
struct Cells {
    #[guarded]
    shared: u64,
    #[guarded(mutex, guards, on_panic = poison)]
    alone: u64,
    #[guarded(monitor)]
    watched: u64,
    #[guarded(on_panic = rollback)]
    restored: u64,
}

fn every_access(cells: &Cells, standalone: &Guarded<u64>) {
    cells.shared.with_write(|n| *n += cells.alone.with_write(|_| cells.watched.with_read(|n| *n)));
    cells.shared.with_read(|_| standalone.with_write(|n| *n += 1));
    cells.shared.with_upgradable(|n| n.upgrade(|n| *n += 1));
    cells.watched.with_write_when(|_| true, |n| *n += 1);
    cells.watched.try_with_write(|n| *n += 1).unwrap();
    cells.restored.with_write(|n| *n += 1);
    cells.restored.transact(|n| Ok::<_, ()>(std::mem::replace(n, 1))).unwrap();
    *cells.alone.write() += 1;
    assert_ne!(*cells.alone.read(), 0);
    cells.alone.set(cells.alone.cloned());
    with_all((write(&cells.shared), read(&cells.alone), write(&cells.watched)), |(n, m, _)| *n += *m);
    with_all([write(&cells.shared)], |[n]| *n += 1);
    transact_all((write(&cells.shared), write(&cells.alone)), |(n, _)| Ok::<_, ()>(std::mem::replace(n, 7)))
        .unwrap();
    assert!(try_with_all((read(&cells.shared), read(standalone)), |_| ()).is_ok());
}

#[test]
fn an_uncontended_access_does_not_allocate() {
    let (cells, standalone) = (Cells::default(), Guarded::new(0));
    // The first of each nesting is learned, and a class has its histogram once it is first timed.
    for _ in 0..20_000 {
        every_access(&cells, &standalone);
    }
    let before = ALLOCATIONS.get();
    for _ in 0..5000 {
        every_access(&cells, &standalone);
    }
    assert_eq!(ALLOCATIONS.get() - before, 0);
}
