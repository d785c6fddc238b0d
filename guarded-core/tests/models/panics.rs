//! Scopes that fail while others wait.

use super::check::{Depth, MORE, Tracked, explore, join, panics, planned_panic, spawn};
use guarded_core::{Guarded, Monitor, Mutex, Poison, Rollback, Rw, TryError};
use std::sync::Arc;

#[test]
fn transact_err_is_never_seen() {
    explore("transact_err_is_never_seen", Depth::Complete, 20, || {
        let cell: Arc<Guarded<Tracked>> = Arc::new(Guarded::new(Tracked::new(5)));
        let other = spawn(&cell, |cell| assert_eq!(cell.with_read(Tracked::get), 5));
        let refused: Result<(), ()> = cell.transact(|v| {
            v.set_half(6);
            Err(())
        });
        assert!(refused.is_err());
        other.join().unwrap();
        assert_eq!(cell.with_read(Tracked::get), 5);
    });
}

#[test]
fn rollback_is_never_seen() {
    explore("rollback_is_never_seen", Depth::Preemptions, 560, || {
        let cell: Arc<Guarded<Tracked, Rw<Rollback>>> = Arc::new(Guarded::new(Tracked::new(5)));
        let readers: Vec<_> = (0..MORE)
            .map(|_| spawn(&cell, |cell| assert!([5, 6].contains(&cell.with_read(Tracked::get)))))
            .collect();
        let writer = spawn(&cell, |cell| cell.with_write(|v| v.add(1)));
        panics(|| {
            cell.with_write(|v| {
                v.set_half(9);
                planned_panic();
            });
        });
        join(readers);
        writer.join().unwrap();
        assert_eq!(cell.with_read(Tracked::get), 6);
    });
}

#[test]
fn poison_is_refused() {
    explore("poison_is_refused", Depth::Complete, 10, || {
        let cell: Arc<Guarded<Tracked, Rw<Poison>>> = Arc::new(Guarded::new(Tracked::new(5)));
        let other = spawn(&cell, |cell| match cell.try_with_read(Tracked::get) {
            Ok(value) => assert_eq!(value, 5),
            Err(TryError::WouldBlock { .. } | TryError::Poisoned { .. }) => {}
            Err(error) => panic!("{error}"),
        });
        panics(|| {
            cell.with_write(|v| {
                v.set_half(9);
                planned_panic();
            });
        });
        other.join().unwrap();
        assert!(matches!(cell.try_with_read(Tracked::get), Err(TryError::Poisoned { .. })));
        cell.recover(Tracked::mend);
        assert_eq!(cell.with_read(Tracked::get), 5);
    });
}

#[test]
fn keep_releases_the_lock() {
    explore("keep_releases_the_lock", Depth::Complete, 20, || {
        let cell: Arc<Guarded<Tracked, Mutex>> = Arc::new(Guarded::new(Tracked::new(0)));
        let other = spawn(&cell, |cell| cell.with_write(|v| v.add(1)));
        panics(|| {
            cell.with_write(|v| {
                v.add(10);
                planned_panic();
            });
        });
        other.join().unwrap();
        assert_eq!(cell.with_read(Tracked::get), 11);
    });
}

#[test]
fn a_panic_wakes_who_waits_for_it() {
    explore("a_panic_wakes_who_waits_for_it", Depth::Complete, 40, || {
        let cell: Arc<Guarded<Tracked, Monitor>> = Arc::new(Guarded::new(Tracked::new(0)));
        let waiter = spawn(&cell, |cell| cell.with_write_when(|v| v.get() == 1, |v| v.add(1)));
        panics(|| {
            cell.with_write(|v| {
                v.add(1);
                planned_panic();
            });
        });
        waiter.join().unwrap();
        assert_eq!(cell.with_read(Tracked::get), 2);
    });
}
