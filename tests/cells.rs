//! Proves that every kind under every policy keeps what the vocabulary of cells promises.

use guarded_state::{
    Guarded, Guards, Keep, Kind, Monitor, Mutex, Poison, ReadGuard, Rollback, Rw, TryError, WriteGuard,
};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Barrier};
use std::time::Duration;

/// Runs generic checks over every kind and policy, each as a test of its own.
macro_rules! every_kind {
    ($($check:ident)*) => {$(
        mod $check {
            use super::*;
            every_kind!(@kinds $check rw_keep: Rw<Keep>, rw_poison: Rw<Poison>, rw_rollback: Rw<Rollback>,
                mutex_keep: Mutex<Keep>, mutex_poison: Mutex<Poison>, mutex_rollback: Mutex<Rollback>,
                monitor_keep: Monitor<Keep>, monitor_poison: Monitor<Poison>, monitor_rollback: Monitor<Rollback>);
        }
    )*};
    (@kinds $check:ident $($name:ident: $kind:ty),*) => {$(
        #[test]
        fn $name() {
            super::checks::$check(|v| -> Guarded<_, $kind> { Guarded::new(v) });
        }
    )*};
}
every_kind!(scopes contention whole_values old_values_drop_outside transact_err debug collections);
#[cfg(feature = "observe")]
every_kind!(stamps);

/// A value that looks at its cell as it is dropped; its copies do not.
struct Looks(Option<Arc<dyn Fn() + Send + Sync>>);
impl Drop for Looks {
    fn drop(&mut self) {
        if let Some(look) = &self.0 {
            look();
        }
    }
}
impl Clone for Looks {
    fn clone(&self) -> Self {
        Self(None)
    }
}

mod checks {
    use super::*;

    macro_rules! check {
        ($name:ident, $value:ty, |$new:ident| $body:block) => {
            pub(crate) fn $name<K: Kind + 'static>($new: impl Fn($value) -> Guarded<$value, K>)
            where
                K::Policy: guarded_state::Protects<$value>,
                Guarded<$value, K>: Send + Sync,
            $body
        };
    }

    check!(scopes, u32, |new| {
        let mut cell = new(1);
        assert_eq!(cell.with_write(|n| std::mem::replace(n, 2)), 1);
        assert_eq!(cell.with_read(|n| *n), 2);
        assert_eq!(cell.try_with_write(|n| *n += 1), Ok(()));
        assert_eq!(cell.try_with_read(|n| *n), Ok(3));
        assert_eq!(cell.try_with_write_for(Duration::ZERO, |n| *n += 1), Ok(()));
        assert_eq!(cell.try_with_read_for(Duration::MAX, |n| *n), Ok(4));
        *cell.get_mut() += 1;
        assert_eq!(cell.into_inner(), 5);
    });

    check!(contention, u32, |new| {
        let cell = new(1);
        let (inside, leave) = (Barrier::new(2), Barrier::new(2));
        std::thread::scope(|s| {
            s.spawn(|| {
                cell.with_write(|_| {
                    inside.wait();
                    leave.wait();
                });
            });
            inside.wait();
            for end in [cell.try_with_read(|_| ()), cell.try_with_write(|_| ())] {
                let Err(TryError::WouldBlock { holder, .. }) = end else { panic!("{end:?}") };
                assert_eq!(holder.is_some(), cfg!(feature = "observe"));
            }
            let limit = Duration::from_millis(5);
            for end in [cell.try_with_read_for(limit, |_| ()), cell.try_with_write_for(limit, |_| ())] {
                let Err(TryError::TimedOut { holder, waited, .. }) = end else { panic!("{end:?}") };
                assert_eq!(
                    holder.map(std::panic::Location::file),
                    cfg!(feature = "observe").then_some(file!())
                );
                assert!(waited >= limit, "{waited:?}");
            }
            assert_eq!(format!("{cell:?}"), "<locked>");
            leave.wait();
        });
        cell.with_write(|_| ());
    });

    check!(whole_values, u32, |new| {
        let cell = new(1);
        assert_eq!(cell.cloned(), 1);
        cell.set(2);
        assert_eq!(cell.replace(3), 2);
        cell.update(|n| n + 1);
        assert_eq!(cell.take(), 4);
        assert_eq!(cell.cloned(), 0);
        let from: Guarded<u32, K> = 7.into();
        assert_eq!((from.cloned(), Guarded::<u32, K>::default().cloned()), (7, 0));
    });

    check!(old_values_drop_outside, Option<Looks>, |new| {
        let drops = Arc::new(AtomicUsize::new(0));
        let cell = Arc::new(new(None));
        let looks = || {
            let (weak, drops) = (Arc::downgrade(&cell), Arc::clone(&drops));
            let look = move || {
                if let Some(cell) = weak.upgrade() {
                    assert!(cell.try_with_write(|_| ()).is_ok(), "dropped inside the lock");
                    drops.fetch_add(1, Ordering::SeqCst);
                }
            };
            Some(Looks(Some(Arc::new(look))))
        };
        cell.set(looks());
        cell.set(looks());
        drop(cell.replace(looks()));
        drop(cell.take());
        cell.set(looks());
        cell.update(|_| None);
        assert_eq!(drops.load(Ordering::SeqCst), 4);
    });

    check!(transact_err, Vec<u32>, |new| {
        let cell = new(vec![1]);
        let refused = cell.transact(|v| {
            v.push(2);
            Err::<(), _>("no")
        });
        assert_eq!((refused, cell.cloned()), (Err("no"), vec![1]));
        let done = cell.transact(|v| {
            v.push(2);
            Ok::<_, ()>(v.len())
        });
        assert_eq!((done, cell.cloned()), (Ok(2), vec![1, 2]));
    });

    check!(debug, Vec<u32>, |new| {
        let cell = new(vec![1]);
        assert_eq!(format!("{cell:?}"), "[1]");
        #[cfg(feature = "order-check")]
        assert_eq!(cell.with_write(|_| format!("{cell:?}")), "<locked>");
        #[cfg(feature = "order-check")]
        assert_eq!(cell.with_read(|_| format!("{cell:?}")), "<locked>");
    });

    check!(collections, u32, |new| {
        let all: Vec<Arc<Guarded<u32, K>>> = (0..10).map(|n| Arc::new(new(n))).collect();
        std::thread::scope(|s| {
            for _ in 0..4 {
                s.spawn(|| all.iter().for_each(|cell| cell.with_write(|n| *n += 1)));
            }
        });
        assert_eq!(all.iter().map(|cell| cell.cloned()).sum::<u32>(), 45 + 40);
    });

    #[cfg(feature = "observe")]
    check!(stamps, u32, |new| {
        let cell = new(1);
        let (value, stamp) = cell.cloned_stamped();
        assert_eq!(cell.cloned_stamped(), (value, stamp), "reading does not move it");
        let next = cell.set_if(stamp, 2).unwrap();
        assert_eq!(cell.set_if(stamp, 3), Err(3));
        assert_eq!(cell.with_write_if(stamp, |n| *n = 9), None);
        assert_eq!(cell.with_write_if(next, |n| std::mem::replace(n, 4)), Some(2));
        let moves: [&dyn Fn(); 6] = [
            &|| cell.with_write(|_| ()),
            &|| cell.set(1),
            &|| cell.update(|n| *n),
            &|| cell.transact(|_| Ok::<_, ()>(())).unwrap(),
            &|| cell.recover(|_| ()),
            &|| cell.try_with_write(|_| ()).unwrap(),
        ];
        for (number, write) in moves.into_iter().enumerate() {
            let before = cell.cloned_stamped().1;
            write();
            assert_ne!(before, cell.cloned_stamped().1, "write {number}");
        }
    });
}

macro_rules! guards {
    ($($name:ident: $kind:ty, $shares:expr;)*) => {$(
        #[test]
        fn $name() {
            let cell: Guarded<u32, $kind> = Guarded::new(1);
            *cell.write() += 1;
            assert_eq!(*cell.read(), 2);
            let mut open = cell.write();
            let beside = || std::thread::scope(|s| s.spawn(|| cell.try_with_read(|n| *n).ok()).join().unwrap());
            assert_eq!(WriteGuard::unlocked(&mut open, beside), Some(2));
            assert_eq!(beside(), None);
            *open += 1;
            let mut open = WriteGuard::downgrade(open);
            assert_eq!((*open, beside()), (3, $shares.then_some(3)));
            assert_eq!(ReadGuard::unlocked(&mut open, || cell.replace(9)), 3);
            assert_eq!(*open, 9);
            drop(open);
            let mut open = cell.write();
            let inside = std::panic::AssertUnwindSafe(|| WriteGuard::unlocked(&mut open, || panic!("inside")));
            assert!(std::panic::catch_unwind(inside).is_err());
            assert!(std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| *open)).is_err(), "it stays closed");
            cell.set(4);
            drop(open);
            assert_eq!(*cell.try_read_for(Duration::ZERO).unwrap(), 4);
            assert_eq!(*cell.try_write_for(Duration::from_millis(1)).unwrap(), 4);
        }
    )*};
}
guards! {
    guards_of_rw_keep: Rw<Keep, Guards>, true;
    guards_of_rw_poison: Rw<Poison, Guards>, true;
    guards_of_mutex_keep: Mutex<Keep, Guards>, false;
    guards_of_mutex_poison: Mutex<Poison, Guards>, false;
    guards_of_monitor_keep: Monitor<Keep, Guards>, false;
    guards_of_monitor_poison: Monitor<Poison, Guards>, false;
}

#[test]
fn upgradable_reads_beside_readers_and_upgrades_alone() {
    let cell: Guarded<Vec<u32>> = Guarded::new(vec![1]);
    let (reading, leave) = (Barrier::new(2), Barrier::new(2));
    std::thread::scope(|s| {
        s.spawn(|| {
            cell.with_read(|_| {
                reading.wait();
                leave.wait();
            });
        });
        reading.wait();
        cell.with_upgradable(|view| {
            assert_eq!(**view, [1]);
            let end = view.try_upgrade_for(Duration::from_millis(5), |_| ());
            assert!(matches!(end, Err(TryError::TimedOut { .. })), "{end:?}");
            leave.wait();
            view.upgrade(|v| v.push(2));
            assert_eq!(**view, [1, 2]);
            let panicked = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
                view.upgrade(|v| {
                    v.push(3);
                    panic!("inside");
                });
            }));
            assert!(panicked.is_err());
            assert_eq!(**view, [1, 2, 3]);
        });
    });
    assert_eq!(cell.try_with_write(|v| v.len()), Ok(3));
    assert_eq!(cell.try_with_upgradable_for(Duration::ZERO, |v| v.len()), Ok(3));
}

#[test]
fn statics_and_standalone_cells_are_called_by_their_line() {
    static CELL: Guarded<u32> = Guarded::new(0);
    CELL.with_write(|n| *n += 1);
    let line = line!() + 1;
    let cell: Guarded<u32, Mutex<Poison>> = Guarded::new(1);
    assert!(std::panic::catch_unwind(|| cell.with_write(|_| panic!("inside"))).is_err());
    let Err(error) = cell.try_with_read(|_| ()) else { panic!("poisoned") };
    assert!(error.to_string().contains(&format!("{}:{line}", file!())), "{error}");
    assert_eq!(CELL.cloned(), 1);
}

#[test]
fn readers_do_not_starve_a_writer_and_everyone_gets_in() {
    let cell: Guarded<u64> = Guarded::new(0);
    let stop = std::sync::atomic::AtomicBool::new(false);
    std::thread::scope(|s| {
        for _ in 0..4 {
            s.spawn(|| {
                while !stop.load(Ordering::Relaxed) {
                    cell.with_read(|n| std::hint::black_box(*n));
                }
            });
        }
        for _ in 0..20 {
            cell.try_with_write_for(Duration::from_secs(20), |n| *n += 1).unwrap();
        }
        stop.store(true, Ordering::Relaxed);
    });
    let turns: Guarded<Vec<u32>, Mutex> = Guarded::new(vec![0; 40]);
    std::thread::scope(|s| {
        for number in 0..40 {
            let turns = &turns;
            s.spawn(move || (0..100).for_each(|_| turns.with_write(|turns| turns[number] += 1)));
        }
    });
    assert!(turns.with_read(|turns| turns.iter().all(|turns| *turns == 100)));
}
