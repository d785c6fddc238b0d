//! Tasks and threads in one queue, and its end: whoever leaves, in whatever way, leaves the others served.

use super::check::{Depth, ROUNDS, Sleeper, Tracked, explore, spawn, thread};
use guarded_core::{Guarded, Monitor, Outcome, TryError};
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Waker};
use std::time::Duration;

type Watched = Guarded<Tracked, Monitor>;

fn at(value: u64) -> Arc<Watched> {
    Arc::new(Watched::new(Tracked::new(value)))
}

fn until(cell: &Watched, value: u64) -> impl Future<Output = ()> {
    cell.with_write_when_async(move |v| v.get() == value, |v| v.add(1))
}

#[test]
fn a_task_is_woken() {
    explore("a_task_is_woken", Depth::Complete, 40, || {
        let cell = at(0);
        let task = spawn(&cell, |cell| Sleeper::new().block_on(until(cell, 1)));
        cell.with_write(|v| v.set(1));
        task.join().unwrap();
        assert_eq!((cell.with_read(Tracked::get), cell.waiters()), (2, 0));
    });
}

#[test]
fn a_task_and_a_thread_serve_each_other() {
    explore("a_task_and_a_thread_serve_each_other", Depth::Preemptions, 15, || {
        let cell = at(0);
        let task = spawn(&cell, |cell| {
            for n in 0..=ROUNDS {
                Sleeper::new().block_on(until(cell, 2 * n + 1));
            }
        });
        for n in 0..=ROUNDS {
            cell.with_write_when(|v| v.get() == 2 * n, |v| v.add(1));
        }
        task.join().unwrap();
        assert_eq!((cell.with_read(Tracked::get), cell.waiters()), (2 * ROUNDS + 2, 0));
    });
}

/// It stands before the thread in the queue, and is never polled again.
#[test]
fn a_forgotten_task_strands_nobody() {
    explore("a_forgotten_task_strands_nobody", Depth::Complete, 15, || {
        let cell = at(0);
        let mut forgotten = pin!(until(&cell, 1));
        assert!(forgotten.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending());
        let thread = spawn(&cell, |cell| cell.with_write_when(|v| v.get() == 1, |v| v.set(2)));
        cell.with_write(|v| v.set(1));
        thread.join().unwrap();
        assert_eq!((cell.with_read(Tracked::get), cell.waiters()), (2, 1));
    });
}

/// It leaves while the writer may be looking at its condition.
#[test]
fn a_dropped_task_strands_nobody() {
    explore("a_dropped_task_strands_nobody", Depth::Preemptions, 2500, || {
        let cell = at(0);
        let dropped = spawn(&cell, |cell| {
            let mut task = pin!(until(cell, 1));
            let _ = task.as_mut().poll(&mut Context::from_waker(Waker::noop()));
            thread::yield_now();
        });
        let task = spawn(&cell, |cell| Sleeper::new().block_on(until(cell, 1)));
        cell.with_write(|v| v.set(1));
        dropped.join().unwrap();
        // The other one may have been served, and have made it false for the second.
        cell.with_write(|v| v.set(1));
        task.join().unwrap();
        assert_eq!(cell.waiters(), 0);
    });
}

#[test]
fn close_lets_everyone_go() {
    explore("close_lets_everyone_go", Depth::Preemptions, 1200, || {
        let cell = at(0);
        let thread = spawn(&cell, |cell| cell.try_with_write_when(|v| v.get() == 1, |_| ()));
        let task = spawn(&cell, |cell| {
            Sleeper::new().block_on(cell.try_with_write_when_async(|v| v.get() == 1, |_| ()))
        });
        cell.close();
        assert!(matches!(thread.join().unwrap(), Err(TryError::Closed { .. })));
        assert!(matches!(task.join().unwrap(), Err(TryError::Closed { .. })));
        let later = cell.with_write_when_for(Duration::from_secs(1), |v| v.get() == 1, |_, how| how);
        assert_eq!((later, cell.waiters()), (Outcome::Closed, 0));
    });
}

/// What is in is taken out, however late the close comes.
#[test]
fn close_loses_nothing_that_is_in() {
    explore("close_loses_nothing_that_is_in", Depth::Preemptions, 4000, || {
        let cell = at(0);
        let worker = spawn(&cell, |cell| {
            let mut taken = 0;
            let next = || cell.try_with_write_when(|v| v.get() > 0, |v| v.set(v.get() - 1));
            while next().is_ok() {
                taken += 1;
            }
            taken
        });
        let late = spawn(&cell, |cell| u64::from(cell.with_write_if_open(|v| v.add(1)).is_ok()));
        cell.with_write(|v| v.add(1));
        cell.close();
        assert_eq!(worker.join().unwrap(), 1 + late.join().unwrap());
        assert_eq!(cell.with_read(Tracked::get), 0);
    });
}
