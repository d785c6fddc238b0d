//! Waiting for a condition: no wake-up is lost, and one who leaves wakes the next.
//!
//! A lost wake-up shows as a deadlock, which both checkers report.

use super::check::{Depth, MORE, ROUNDS, Tracked, explore, join, panics, planned_panic, spawn, thread};
use guarded_core::{Guarded, Monitor};
use std::sync::Arc;

type Watched = Guarded<Tracked, Monitor>;

fn at(value: u64) -> Arc<Watched> {
    Arc::new(Watched::new(Tracked::new(value)))
}

#[test]
fn one_waiter_one_writer() {
    explore("one_waiter_one_writer", Depth::Complete, 40, || {
        let cell = at(0);
        let waiter = spawn(&cell, |cell| cell.with_write_when(|v| v.get() == 1, |v| v.set(2)));
        cell.with_write(|v| v.set(1));
        waiter.join().unwrap();
        assert_eq!((cell.with_read(Tracked::get), cell.waiters()), (2, 0));
    });
}

#[test]
fn one_condition_makes_the_next() {
    explore("one_condition_makes_the_next", Depth::Preemptions, 1300, || {
        let cell = at(0);
        let waiters: Vec<_> = (1..=MORE as u64 + 1)
            .map(|turn| spawn(&cell, move |cell| cell.with_write_when(|v| v.get() == turn, |v| v.add(1))))
            .collect();
        cell.with_write(|v| v.set(1));
        join(waiters);
        assert_eq!((cell.with_read(Tracked::get), cell.waiters()), (MORE as u64 + 2, 0));
    });
}

#[test]
fn one_write_is_enough_for_all() {
    explore("one_write_is_enough_for_all", Depth::Preemptions, 1000, || {
        let cell = at(0);
        let waiters: Vec<_> = (0..=MORE)
            .map(|_| spawn(&cell, |cell| cell.with_write_when(|v| v.get() == 1, |v| assert_eq!(v.get(), 1))))
            .collect();
        cell.with_write(|v| v.set(1));
        join(waiters);
        assert_eq!(cell.waiters(), 0);
    });
}

/// Hands numbers over in a slot: who fills it waits for who empties it, and the other way round.
fn hand_over(cell: &Arc<Watched>, rounds: u64) {
    let consumer = spawn(cell, move |cell| {
        (1..=rounds).for_each(|n| {
            cell.with_write_when(
                |v| v.get() != 0,
                |v| {
                    assert_eq!(v.get(), n);
                    v.set(0);
                },
            );
        });
    });
    for n in 2..=rounds + 1 {
        cell.with_write_when(|v| v.get() == 0, |v| v.set(n));
    }
    consumer.join().unwrap();
    assert_eq!((cell.with_read(Tracked::get), cell.waiters()), (rounds + 1, 0));
}

#[test]
fn a_slot_changes_hands() {
    explore("a_slot_changes_hands", Depth::Complete, 110, || hand_over(&at(1), ROUNDS));
}

#[test]
fn a_slot_goes_to_and_fro() {
    explore("a_slot_goes_to_and_fro", Depth::Preemptions, 28_000, || hand_over(&at(1), ROUNDS + 3));
}

#[test]
fn a_queue_loses_and_doubles_nothing() {
    explore("a_queue_loses_and_doubles_nothing", Depth::Preemptions, 66_000, || {
        let queue: Arc<Guarded<(Tracked, Vec<u64>), Monitor>> =
            Arc::new(Guarded::new((Tracked::new(0), vec![])));
        let producer = spawn(&queue, |queue| {
            for n in 0..2 {
                queue.with_write_when(
                    |(_, queue)| queue.is_empty(),
                    |(count, queue)| {
                        count.add(1);
                        queue.push(n);
                    },
                );
            }
        });
        let take = |queue: &Guarded<(Tracked, Vec<u64>), Monitor>| {
            queue.with_write_when(|(_, queue)| !queue.is_empty(), |(_, queue)| queue.pop())
        };
        let consumer = spawn(&queue, take);
        let mine = take(&queue);
        let theirs = consumer.join().unwrap();
        producer.join().unwrap();
        assert_eq!(mine.into_iter().chain(theirs).sum::<u64>(), 1);
        assert_ne!(mine, theirs);
        assert_eq!(queue.with_read(|(count, queue)| (count.get(), queue.len())), (2, 0));
    });
}

#[test]
fn a_condition_panics_where_it_belongs() {
    explore("a_condition_panics_where_it_belongs", Depth::Preemptions, 1000, || {
        let cell = at(0);
        let ill = spawn(&cell, |cell| {
            panics(|| {
                cell.with_write_when(
                    |v| {
                        if v.get() == 1 {
                            planned_panic();
                        }
                        false
                    },
                    |_| (),
                );
            });
        });
        let well = spawn(&cell, |cell| cell.with_write_when(|v| v.get() == 1, |v| assert_eq!(v.get(), 1)));
        cell.with_write(|v| v.set(1)); // neither it nor the sound waiter notices
        ill.join().unwrap();
        well.join().unwrap();
        assert_eq!((cell.with_read(Tracked::get), cell.waiters()), (1, 0));
    });
}

#[test]
fn readers_wake_nobody_in_vain() {
    explore("readers_wake_nobody_in_vain", Depth::Preemptions, 1900, || {
        let cell = at(0);
        let waiter = spawn(&cell, |cell| cell.with_write_when(|v| v.get() == 1, |v| v.set(2)));
        let reader = spawn(&cell, |cell| assert!(cell.with_read(Tracked::get) <= 2));
        thread::yield_now();
        cell.with_write(|v| v.set(1));
        waiter.join().unwrap();
        reader.join().unwrap();
        assert_eq!((cell.with_read(Tracked::get), cell.waiters()), (2, 0));
    });
}
