//! Several cells at one moment, and writes that depend on what was read before.

#[cfg(feature = "observe")]
use super::check::ROUNDS;
use super::check::{Depth, MORE, Tracked, explore, join, spawn};
use guarded_core::{Guarded, read, transact_all, with_all, write};
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
    explore("a_snapshot_is_one_moment", Depth::Complete, 30, || {
        let pair = pair();
        let other = spawn(&pair, shift);
        let sum = with_all((read(&pair.0), read(&pair.1)), |(from, to)| from.get() + to.get());
        assert_eq!(sum, 20);
        other.join().unwrap();
    });
}

#[test]
fn a_snapshot_beside_two_writers() {
    explore("a_snapshot_beside_two_writers", Depth::Preemptions, 580, || {
        let pair = pair();
        let others: Vec<_> = (0..=MORE).map(|_| spawn(&pair, shift)).collect();
        let sum = with_all((read(&pair.0), read(&pair.1)), |(from, to)| from.get() + to.get());
        assert_eq!(sum, 20);
        join(others);
        assert_eq!(pair.1.with_read(Tracked::get), 11 + MORE as u64);
    });
}

fn shift_at_once((from, to): &Pair) {
    with_all((write(to), write(from)), |(to, from)| {
        from.set(from.get() - 1);
        to.add(1);
    });
}

fn shift_back_at_once((to, from): &Pair) {
    with_all([write(to), write(from)], |[to, from]| {
        from.set(from.get() - 1);
        to.add(1);
    });
}

#[test]
fn calls_in_opposite_orders_end() {
    explore("calls_in_opposite_orders_end", Depth::Preemptions, 60, || {
        let pair = pair();
        let others: Vec<_> = (0..MORE).map(|_| spawn(&pair, shift_at_once)).collect();
        shift_back_at_once(&pair);
        join(others);
        assert_eq!(pair.0.with_read(Tracked::get), 11 - MORE as u64);
    });
}

#[test]
fn a_call_beside_nested_scopes_of_the_other_order_ends() {
    explore("a_call_beside_nested_scopes_of_the_other_order_ends", Depth::Complete, 1500, || {
        let pair = pair();
        let others: Vec<_> = (0..MORE).map(|_| spawn(&pair, shift)).collect();
        shift_at_once(&pair);
        join(others);
        assert_eq!(pair.1.with_read(Tracked::get), 11 + MORE as u64);
    });
}

#[test]
fn opposite_calls_and_nested_scopes_end() {
    explore("opposite_calls_and_nested_scopes_end", Depth::Preemptions, 3300, || {
        let pair = pair();
        let others = [spawn(&pair, shift_at_once), spawn(&pair, shift)];
        shift_back_at_once(&pair);
        others.into_iter().for_each(|other| other.join().unwrap());
        assert_eq!(pair.0.with_read(Tracked::get), 9);
    });
}

#[test]
fn what_is_taken_back_from_several_is_never_seen() {
    explore("what_is_taken_back_from_several_is_never_seen", Depth::Preemptions, 190, || {
        let pair = pair();
        let other = spawn(&pair, |pair: &Pair| {
            let refused = transact_all((write(&pair.0), write(&pair.1)), |(from, to)| {
                from.set(0);
                to.set(0);
                Err::<(), _>(())
            });
            assert_eq!(refused, Err(()));
        });
        assert_eq!(pair.1.with_read(Tracked::get), 10);
        let sum = with_all((read(&pair.1), read(&pair.0)), |(to, from)| from.get() + to.get());
        assert_eq!(sum, 20);
        other.join().unwrap();
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
