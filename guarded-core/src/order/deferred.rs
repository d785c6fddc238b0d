//! What this thread does as soon as it has released a cell that it is inside of.

use crate::event::discard;
use crate::order::held;
use std::cell::RefCell;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};

/// A cell, and what is to be done once this thread is outside of it.
type Due = (usize, Box<dyn FnOnce()>);

thread_local! {
    static DUE: RefCell<Vec<Due>> = const { RefCell::new(Vec::new()) };
}

/// Calls `work` once this thread is outside of `cell`, which it is inside of now.
pub(crate) fn once_outside(cell: usize, work: Box<dyn FnOnce()>) {
    let mut work = Some((cell, work));
    let _ = DUE.try_with(|due| due.borrow_mut().extend(work.take()));
    held::attend();
    if let Some((_, work)) = work {
        work(); // this thread ends, and its list has gone: the cell says what it says of re-entrance
    }
}

/// Called where attention was asked for, after a lock is released.
#[cold]
pub(super) fn run() {
    let mut first = None;
    while let Some(work) = next() {
        match catch_unwind(AssertUnwindSafe(work)) {
            Err(panic) if first.is_none() => first = Some(panic),
            Err(later) => discard(later),
            Ok(()) => {}
        }
    }
    match first {
        None => {}
        Some(panic) if std::thread::panicking() => discard(panic),
        Some(panic) => resume_unwind(panic),
    }
}

fn next() -> Option<Box<dyn FnOnce()>> {
    let due = DUE.try_with(|due| {
        let mut due = due.borrow_mut();
        let place = due.iter().position(|(cell, _)| held::held_at(*cell).is_none())?;
        Some(due.remove(place).1)
    });
    due.ok().flatten()
}
