//! Proves that who waits for a condition is woken by every way to write, in turn, and only when it is true.

use guarded_state::{Guarded, Guards, Keep, Monitor, Outcome, Poison};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

type Way = &'static dyn Fn(&Watched);
const LONG: Duration = Duration::from_secs(20);
type Watched = Guarded<u32, Monitor<Keep, Guards>>;

fn until(what: impl Fn() -> bool) {
    let start = Instant::now();
    while !what() {
        assert!(start.elapsed() < LONG, "it never comes");
        thread::yield_now();
    }
}

#[test]
fn every_way_to_write_wakes() {
    let ways: [(&str, Way); 9] = [
        ("with_write", &|cell| cell.with_write(|n| *n = 1)),
        ("try_with_write", &|cell| until(|| cell.try_with_write(|n| *n = 1).is_ok())),
        ("set", &|cell| cell.set(1)),
        ("replace", &|cell| assert_eq!(cell.replace(1), 0)),
        ("update", &|cell| cell.update(|_| 1)),
        ("transact", &|cell| assert_eq!(cell.transact(|n| Ok::<_, ()>(std::mem::replace(n, 1))), Ok(0))),
        ("write guard", &|cell| *cell.write() = 1),
        ("recover", &|cell| cell.recover(|n| *n = 1)),
        ("panic", &|cell| {
            let half = || {
                cell.with_write(|n| {
                    *n = 1;
                    panic!("half way")
                })
            };
            assert!(catch_unwind(AssertUnwindSafe(half)).is_err());
        }),
    ];
    for (name, write) in ways {
        let cell: Watched = Guarded::new(0);
        thread::scope(|s| {
            let waiter = s.spawn(|| cell.with_write_when_for(LONG, |n| *n == 1, |_, outcome| outcome));
            until(|| cell.waiters() == 1);
            write(&cell);
            assert_eq!(waiter.join().unwrap(), Outcome::Met, "{name}");
        });
        assert_eq!(cell.waiters(), 0);
    }
    let taken: Watched = Guarded::new(1);
    thread::scope(|s| {
        let waiter = s.spawn(|| taken.with_write_when_for(LONG, |n| *n == 0, |_, outcome| outcome));
        until(|| taken.waiters() == 1);
        assert_eq!(taken.take(), 1);
        assert_eq!(waiter.join().unwrap(), Outcome::Met);
    });
}

#[test]
fn no_wake_up_is_lost() {
    const EACH: u32 = 2_000;
    let queue: Guarded<Vec<u32>, Monitor> = Guarded::new(Vec::new());
    let sum = AtomicUsize::new(0);
    thread::scope(|s| {
        for _ in 0..8 {
            s.spawn(|| {
                for n in 1..=EACH {
                    queue.with_write_when(|queue| queue.len() < 4, |queue| queue.push(n));
                }
            });
            s.spawn(|| {
                for _ in 0..EACH {
                    let n = queue.with_write_when(|queue| !queue.is_empty(), Vec::pop).unwrap();
                    sum.fetch_add(n as usize, Ordering::Relaxed);
                }
            });
        }
    });
    assert_eq!(sum.into_inner(), 8 * (EACH as usize * (EACH as usize + 1) / 2));
    assert_eq!((queue.waiters(), queue.cloned()), (0, vec![]));
}

#[test]
fn a_write_that_makes_nothing_true_wakes_nobody() {
    let cell: Guarded<u32, Monitor> = Guarded::new(0);
    let (looks, elsewhere) = (AtomicUsize::new(0), AtomicUsize::new(0));
    let counts = || (looks.load(Ordering::SeqCst), elsewhere.load(Ordering::SeqCst));
    let (before, after, waiters) = thread::scope(|s| {
        for _ in 0..4 {
            s.spawn(|| {
                let me = thread::current().id();
                let condition = |n: &u32| {
                    looks.fetch_add(1, Ordering::SeqCst);
                    elsewhere.fetch_add(usize::from(thread::current().id() != me), Ordering::SeqCst);
                    *n == 1
                };
                cell.with_write_when(condition, |_| ());
            });
        }
        until(|| cell.waiters() == 4);
        cell.with_read(|_| ()); // the last one has left its lock, and with it the look at the others
        let before = counts();
        for _ in 0..100 {
            cell.set(2);
        }
        let end = (before, counts(), cell.waiters());
        cell.set(1); // before any assertion, or they wait for ever
        end
    });
    let looked = (after.0 - before.0, after.1 - before.1);
    assert_eq!((looked, waiters), ((400, 400), 4), "only the writer looks, nobody wakes");
    assert_eq!(cell.waiters(), 0);
}

#[test]
fn equals_are_served_first_come_first_served() {
    let tickets: Guarded<u32, Monitor> = Guarded::new(0);
    let served = Mutex::new(Vec::new());
    thread::scope(|s| {
        for number in 0..6 {
            let (tickets, served) = (&tickets, &served);
            s.spawn(move || {
                tickets.with_write_when(
                    |n| *n > 0,
                    |n| {
                        *n -= 1;
                        served.lock().unwrap().push(number);
                    },
                );
            });
            until(|| tickets.waiters() == number + 1);
        }
        for round in 1..=6 {
            tickets.set(1);
            until(|| served.lock().unwrap().len() == round);
        }
    });
    assert_eq!(served.into_inner().unwrap(), [0, 1, 2, 3, 4, 5]);
}

#[test]
fn timed_waits_end_both_ways() {
    let cell: Guarded<u32, Monitor> = Guarded::new(0);
    let soon = Duration::from_millis(5);
    assert_eq!(cell.with_write_when_for(soon, |n| *n > 0, |_, outcome| outcome), Outcome::TimedOut);
    assert_eq!(cell.with_write_when_for(Duration::MAX, |n| *n == 0, |_, outcome| outcome), Outcome::Met);
    assert_eq!(
        cell.with_write_when_until(Instant::now(), |n| *n > 0, |_, outcome| outcome),
        Outcome::TimedOut
    );
    let later = Instant::now() + LONG;
    assert_eq!(cell.with_write_when_until(later, |n| *n == 0, |_, outcome| outcome), Outcome::Met);
    assert_eq!(cell.waiters(), 0);
}

#[test]
fn a_panic_in_a_condition_hurts_its_waiter_only() {
    let cell: Guarded<u32, Monitor<Poison>> = Guarded::new(0);
    thread::scope(|s| {
        let waiter = s.spawn(|| {
            let condition = |n: &u32| {
                assert_eq!(*n, 0, "the condition's own");
                false
            };
            catch_unwind(AssertUnwindSafe(|| cell.with_write_when(condition, |_| ()))).is_err()
        });
        let other = s.spawn(|| cell.with_write_when(|n| *n == 2, |n| *n = 3));
        until(|| cell.waiters() == 2);
        cell.set(1); // does not panic here
        assert!(waiter.join().unwrap());
        assert!(!cell.is_poisoned());
        cell.set(2);
        other.join().unwrap();
    });
    assert_eq!((cell.cloned(), cell.waiters()), (3, 0));
}

/// Every writer is refused from then on, so nobody could make a condition true.
#[test]
fn who_waits_for_a_poisoned_value_is_told_at_once() {
    let cell: Guarded<u32, Monitor<Poison>> = Guarded::new(0);
    thread::scope(|s| {
        let refused = |limit: Option<Duration>| {
            let wait = || match limit {
                None => cell.with_write_when(|n| *n == 2, |_| ()),
                Some(limit) => cell.with_write_when_for(limit, |n| *n == 2, |_, _| ()),
            };
            catch_unwind(AssertUnwindSafe(wait)).is_err()
        };
        let waiters = [s.spawn(move || refused(None)), s.spawn(move || refused(Some(LONG)))];
        until(|| cell.waiters() == 2);
        let half = || {
            cell.with_write(|n| {
                *n = 1;
                panic!("half way")
            })
        };
        assert!(catch_unwind(AssertUnwindSafe(half)).is_err());
        assert!(waiters.into_iter().all(|waiter| waiter.join().unwrap()), "they are told why");
    });
    cell.recover(|n| *n = 2);
    assert_eq!((cell.with_write_when(|n| *n == 2, |n| *n), cell.waiters()), (2, 0));
}
