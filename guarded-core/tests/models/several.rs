//! Several cells at one moment, and writes that depend on what was read before.

#[cfg(feature = "observe")]
use super::check::ROUNDS;
use super::check::{Depth, MORE, Tracked, explore, join, spawn};
use guarded_core::{Guarded, read, with_all};
use std::sync::Arc;

type Pair = (Guarded<Tracked>, Guarded<Tracked>);

fn pair() -> Arc<Pair> {
    Arc::new((Guarded::new(Tracked::new(10)), Guarded::new(Tracked::new(10))))
}

fn shift((from, to): &Pair) {
    from.with_write(|from| {
        to.with_write(|to| {
            from.set(from.get() - 1);
            to.add(1);
        });
    });
}

#[test]
fn a_snapshot_is_one_moment() {
    explore("a_snapshot_is_one_moment", Depth::Complete, 100, || {
        let pair = pair();
        let other = spawn(&pair, shift);
        let sum = with_all((read(&pair.0), read(&pair.1)), |(from, to)| from.get() + to.get());
        assert_eq!(sum, 20);
        other.join().unwrap();
    });
}

#[test]
fn a_snapshot_beside_two_writers() {
    explore("a_snapshot_beside_two_writers", Depth::Preemptions, 1300, || {
        let pair = pair();
        let others: Vec<_> = (0..=MORE).map(|_| spawn(&pair, shift)).collect();
        let sum = with_all((read(&pair.0), read(&pair.1)), |(from, to)| from.get() + to.get());
        assert_eq!(sum, 20);
        join(others);
        assert_eq!(pair.1.with_read(Tracked::get), 11 + MORE as u64);
    });
}

#[cfg(feature = "observe")]
fn add_if_unchanged(cell: &Guarded<Tracked>) {
    for _ in 0..ROUNDS {
        loop {
            let (old, stamp) = cell.cloned_stamped();
            if cell.set_if(stamp, Tracked::new(old.get() + 1)).is_ok() {
                break;
            }
        }
    }
}

#[cfg(feature = "observe")]
#[test]
fn set_if_loses_no_update() {
    explore("set_if_loses_no_update", Depth::Preemptions, 90, || {
        let cell = Arc::new(Guarded::new(Tracked::new(0)));
        let other = spawn(&cell, add_if_unchanged);
        add_if_unchanged(&cell);
        other.join().unwrap();
        assert_eq!(cell.with_read(Tracked::get), 2 * ROUNDS);
    });
}
