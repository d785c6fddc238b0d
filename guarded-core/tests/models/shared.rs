//! Readers, writers, upgrades, attempts and guards.

use super::check::{Depth, MORE, ROUNDS, Tracked, explore, join, spawn};
use guarded_core::{Guarded, Guards, Keep, Mutex, Rw, TryError, WriteGuard};
use std::sync::Arc;
use std::time::Duration;

type Shared = Guarded<Tracked>;

#[test]
fn rw_write_write() {
    explore("rw_write_write", Depth::Complete, 20, || {
        let cell = Arc::new(Shared::new(Tracked::new(0)));
        let other = spawn(&cell, |cell| cell.with_write(|v| v.add(1)));
        cell.with_write(|v| v.add(1));
        other.join().unwrap();
        assert_eq!(cell.with_read(Tracked::get), 2);
    });
}

#[test]
fn rw_read_write() {
    explore("rw_read_write", Depth::Complete, 330, || {
        let cell = Arc::new(Shared::new(Tracked::new(0)));
        let other = spawn(&cell, |cell| cell.with_write(|v| v.add(1)));
        let first = cell.with_read(Tracked::get);
        let second = cell.with_read(Tracked::get);
        assert!(first <= second);
        other.join().unwrap();
        assert_eq!(cell.with_read(Tracked::get), 1);
    });
}

#[test]
fn rw_readers_and_writer() {
    explore("rw_readers_and_writer", Depth::Preemptions, 460, || {
        let cell = Arc::new(Shared::new(Tracked::new(0)));
        let readers: Vec<_> =
            (0..MORE).map(|_| spawn(&cell, |cell| assert!(cell.with_read(Tracked::get) <= ROUNDS))).collect();
        let writer = spawn(&cell, |cell| (0..ROUNDS).for_each(|_| cell.with_write(|v| v.add(1))));
        assert!(cell.with_read(Tracked::get) <= ROUNDS);
        join(readers);
        writer.join().unwrap();
        assert_eq!(cell.with_read(Tracked::get), ROUNDS);
    });
}

fn raise_once(cell: &Shared) -> bool {
    cell.with_upgradable(|v| {
        let open = v.get() == 0;
        if open {
            v.upgrade(|v| v.add(1));
            assert_eq!(v.get(), 1, "nobody writes between the write and the end of the scope");
        }
        open
    })
}

#[test]
fn upgrade_beside_reader() {
    explore("upgrade_beside_reader", Depth::Complete, 240, || {
        let cell = Arc::new(Shared::new(Tracked::new(0)));
        let reader = spawn(&cell, |cell| assert!(cell.with_read(Tracked::get) <= 1));
        assert!(raise_once(&cell));
        reader.join().unwrap();
    });
}

#[test]
fn upgrades_exclude_each_other() {
    explore("upgrades_exclude_each_other", Depth::Preemptions, 1700, || {
        let cell = Arc::new(Shared::new(Tracked::new(0)));
        let others: Vec<_> = (0..MORE).map(|_| spawn(&cell, raise_once)).collect();
        let reader = spawn(&cell, |cell| assert!(cell.with_read(Tracked::get) <= 1));
        let mut raised = usize::from(raise_once(&cell));
        for other in others {
            raised += usize::from(other.join().unwrap());
        }
        reader.join().unwrap();
        assert_eq!((raised, cell.with_read(Tracked::get)), (1, 1));
    });
}

#[test]
fn mutex_write_read() {
    explore("mutex_write_read", Depth::Preemptions, 570, || {
        let cell: Arc<Guarded<Tracked, Mutex>> = Arc::new(Guarded::new(Tracked::new(0)));
        let others: Vec<_> = (0..=MORE).map(|_| spawn(&cell, |cell| cell.with_write(|v| v.add(1)))).collect();
        assert!(cell.with_read(Tracked::get) <= MORE as u64 + 1);
        join(others);
        assert_eq!(cell.with_read(Tracked::get), MORE as u64 + 1);
    });
}

fn attempts(cell: &Shared) -> u64 {
    let mut done = 0;
    for limit in [Duration::ZERO, Duration::from_millis(1), Duration::from_hours(1)] {
        match cell.try_with_write_for(limit, |v| v.add(1)) {
            Ok(()) => done += 1,
            Err(TryError::WouldBlock { .. } | TryError::TimedOut { .. }) => {}
            Err(other) => panic!("{other}"),
        }
        if cfg!(loom) && done > 0 {
            break;
        }
    }
    done
}

#[test]
fn attempts_get_in_or_say_so() {
    explore("attempts_get_in_or_say_so", Depth::Complete, 310, || {
        let cell = Arc::new(Shared::new(Tracked::new(0)));
        let other = spawn(&cell, attempts);
        let read = cell.try_with_read(Tracked::get);
        let mine = u64::from(cell.try_with_write(|v| v.add(1)).is_ok());
        let theirs = other.join().unwrap();
        assert!(read.is_err() || read.is_ok_and(|v| v <= theirs));
        assert_eq!(
            cell.try_with_read(Tracked::get),
            Ok(mine + theirs),
            "the lock is free after the attempts"
        );
    });
}

#[test]
fn downgrade_lets_no_writer_in() {
    explore("downgrade_lets_no_writer_in", Depth::Preemptions, 1400, || {
        let cell: Arc<Guarded<Tracked, Rw<Keep, Guards>>> = Arc::new(Guarded::new(Tracked::new(0)));
        let writer = spawn(&cell, |cell| cell.write().add(1));
        let reader = spawn(&cell, |cell| assert!(cell.read().get() <= 11));
        {
            let mut open = cell.write();
            open.add(10);
            let written = open.get();
            let open = WriteGuard::downgrade(open);
            assert_eq!(open.get(), written);
        }
        writer.join().unwrap();
        reader.join().unwrap();
        assert_eq!(cell.read().get(), 11);
    });
}
