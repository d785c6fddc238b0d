//! Two and more locks in two orders: on one thread told before it can hang, on several ended by one of them.

use crate::{message, told};
use guarded_state::{Finding, TryError, guarded, on_event};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Barrier;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::channel;
use std::thread;
use std::time::{Duration, Instant};

const FILE: &str = file!();

#[guarded]
#[derive(Default)]
struct Order {
    #[guarded]
    a: u32,
    #[guarded(mutex)]
    b: u32,
    #[guarded]
    c: u32,
    #[guarded(leaf)]
    leaf: u32,
    #[guarded(monitor)]
    watched: u32,
}

pub(crate) fn two_fields() {
    let o = Order::default();
    let first = line!() + 1;
    o.a.with_read(|_| o.b.with_read(|_| ()));
    told(FILE, "Order.b", &[first, line!()], || o.b.with_write(|_| o.a.with_read(|_| ())));
    o.b.with_write(|_| ());
    o.a.with_write(|_| ());
}

pub(crate) fn two_instances() {
    let (x, y) = (Order::default(), Order::default());
    let first = line!() + 1;
    x.a.with_write(|_| y.a.with_write(|_| ()));
    told(FILE, "Order.a", &[first, line!()], || y.a.with_write(|_| x.a.with_write(|_| ())));
}

/// A ring that is excused by a common outer lock is told once it is seen without.
pub(crate) fn once_without_the_gate() {
    let o = Order::default();
    o.watched.with_write(|_| o.a.with_write(|_| o.b.with_write(|_| ())));
    o.watched.with_write(|_| o.b.with_write(|_| o.a.with_write(|_| ())));
    let line = line!() + 1;
    told(FILE, "Order.a", &[line], || o.b.with_write(|_| o.a.with_write(|_| ())));
}

/// Numbers declare an order among instances: the first nesting against it is told.
pub(crate) fn numbered_instances() {
    let (x, y) = (Order::default(), Order::default());
    x.a.numbered(1).with_read(|_| y.a.numbered(2).with_write(|_| x.b.numbered(0).with_read(|_| ())));
    let (z, outer) = (Order::default(), line!() + 1);
    told(FILE, "Order.a", &[outer], || z.a.numbered(7).with_write(|_| y.a.numbered(7).with_read(|_| ())));
    let said = message(|| z.c.numbered(7).with_write(|_| y.c.numbered(3).with_read(|_| ())));
    assert!(said.contains("number 3") && said.contains("number 7"), "{said}");
    z.c.numbered(1).with_write(|_| y.c.numbered(3).with_read(|_| ()));
}

pub(crate) fn three_fields() {
    let o = Order::default();
    let first = line!() + 1;
    o.a.with_write(|_| o.b.with_write(|_| ()));
    o.b.with_write(|_| o.c.with_write(|_| ()));
    told(FILE, "Order.c", &[first, first + 1, line!()], || o.c.with_write(|_| o.a.with_write(|_| ())));
}

pub(crate) fn leaf() {
    let o = Order::default();
    told(FILE, "Order.leaf", &[line!()], || o.leaf.with_write(|_| o.a.with_write(|_| ())));
    o.a.with_write(|_| o.leaf.with_write(|_| ()));
}

pub(crate) fn wait_while_holding() {
    let o = Order::default();
    let held = line!() + 3;
    let waits = held + 1;
    told(FILE, "Order.watched", &[held, waits], || {
        o.a.with_write(|_| {
            o.watched.with_write_when(|n| *n > 0, |_| ());
        });
    });
    o.a.with_write(|_| o.watched.with_write_when(|n| *n == 0, |n| *n = 1)); // true at once: no wait
    assert_eq!(o.watched.waiters(), 0);
}

/// Runs the closures at once; of those that end in a panic, what it says.
fn at_once(threads: &[&(dyn Fn() + Sync)]) -> Vec<String> {
    thread::scope(|s| {
        let all: Vec<_> = threads
            .iter()
            .map(|f| s.spawn(move || catch_unwind(AssertUnwindSafe(f)).is_err().then(String::new)))
            .collect();
        all.into_iter().filter_map(|thread| thread.join().unwrap()).collect()
    })
}

pub(crate) fn two_threads_in_a_ring() {
    let (o, both, done) = (Order::default(), Barrier::new(2), AtomicUsize::new(0));
    let (send, events) = channel();
    on_event(move |event| {
        drop(send.send(event.clone()));
    });
    let first = line!() + 3;
    let panicked = at_once(&[
        &|| {
            o.a.with_write(|_| {
                both.wait();
                o.b.with_write(|_| done.fetch_add(1, Ordering::SeqCst));
            });
        },
        &|| {
            o.b.with_write(|_| {
                both.wait();
                o.a.with_read(|_| done.fetch_add(1, Ordering::SeqCst));
            });
        },
    ]);
    assert_eq!((panicked.len(), done.load(Ordering::SeqCst)), (1, 1), "one leaves, the other goes on");
    let ring: Vec<_> = events.try_iter().filter(|event| event.finding == Finding::Deadlock).collect();
    assert_eq!(ring.len(), 1);
    let text = ring[0].to_string();
    for line in [first, first + 2, first + 6, first + 8] {
        assert!(text.contains(&format!("{FILE}:{line}:")), "{line} is not in {text}");
    }
    assert!(text.contains("Order.a") && text.contains("Order.b"), "{text}");
    o.a.with_write(|_| ());
    o.b.with_write(|_| ());
}

pub(crate) fn three_threads_in_a_ring() {
    let (o, all, done) = (Order::default(), Barrier::new(3), AtomicUsize::new(0));
    let next = || {
        done.fetch_add(1, Ordering::SeqCst);
    };
    let wait = || {
        all.wait();
    };
    let panicked = at_once(&[
        &|| o.a.with_write(|_| (wait(), o.b.with_write(|_| next())).1),
        &|| o.b.with_write(|_| (wait(), o.c.with_write(|_| next())).1),
        &|| o.c.with_write(|_| (wait(), o.a.with_write(|_| next())).1),
    ]);
    assert_eq!((panicked.len(), done.load(Ordering::SeqCst)), (1, 2));
}

/// Two readers in opposite orders, each behind a writer that is in the queue.
pub(crate) fn readers_behind_queued_writers() {
    let (o, inside, go) = (Order::default(), Barrier::new(3), Barrier::new(3));
    let (send, stalls) = channel();
    on_event(move |event| {
        if event.finding == Finding::Stall {
            send.send(()).unwrap_or_default();
        }
    });
    let panics = AtomicUsize::new(0);
    let count = |f: &dyn Fn()| {
        if catch_unwind(AssertUnwindSafe(f)).is_err() {
            panics.fetch_add(1, Ordering::SeqCst);
        }
    };
    let read = |first: &dyn Fn(&dyn Fn()), second: &dyn Fn()| {
        first(&|| {
            inside.wait();
            go.wait();
            second();
        });
    };
    thread::scope(|s| {
        s.spawn(|| count(&|| read(&|f| o.a.with_read(|_| f()), &|| o.c.with_read(|_| ()))));
        s.spawn(|| count(&|| read(&|f| o.c.with_read(|_| f()), &|| o.a.with_read(|_| ()))));
        inside.wait();
        s.spawn(|| count(&|| o.a.with_write(|n| *n += 1)));
        s.spawn(|| count(&|| o.c.with_write(|n| *n += 1)));
        stalls.recv().unwrap();
        stalls.recv().unwrap(); // both writers have been in their queues for long
        go.wait();
    });
    assert_eq!(panics.into_inner(), 1, "one leaves the ring");
    o.a.with_write(|_| ());
    o.c.with_write(|_| ());
}

pub(crate) fn a_ring_with_a_timed_member() {
    let (o, both) = (Order::default(), Barrier::new(2));
    let timed = std::sync::Mutex::new(None);
    let panicked = at_once(&[
        &|| {
            o.a.with_write(|_| {
                both.wait();
                let start = Instant::now();
                let end = o.b.try_with_write_for(Duration::from_mins(1), |_| ());
                assert!(start.elapsed() < Duration::from_secs(30), "it waited for its limit");
                *timed.lock().unwrap() = Some(end);
            });
        },
        &|| {
            o.b.with_write(|_| {
                both.wait();
                thread::sleep(Duration::from_millis(40)); // the timed one has looked, and found nobody
                o.a.with_write(|_| ());
            });
        },
    ]);
    let end = timed.into_inner().unwrap().unwrap();
    assert!(matches!(end, Err(TryError::Deadlock { .. })) && panicked.is_empty(), "{end:?} {panicked:?}");
}

/// An upgrade waits for a reader that waits for what the upgrader holds.
pub(crate) fn an_upgrade_in_a_ring() {
    let (o, both, done) = (Order::default(), Barrier::new(2), AtomicUsize::new(0));
    let panicked = at_once(&[
        &|| {
            o.b.with_write(|_| {
                o.a.with_upgradable(|a| {
                    both.wait();
                    a.upgrade(|_| done.fetch_add(1, Ordering::SeqCst));
                });
            });
        },
        &|| {
            o.a.with_read(|_| {
                both.wait();
                o.b.with_write(|_| done.fetch_add(1, Ordering::SeqCst));
            });
        },
    ]);
    assert_eq!((panicked.len(), done.load(Ordering::SeqCst)), (1, 1));
    o.a.with_write(|_| ());
}

pub(crate) fn reported_once_a_pair_of_lines() {
    let o = Order::default();
    let (send, events) = channel();
    on_event(move |event| {
        drop(send.send(event.clone()));
    });
    o.a.with_write(|_| o.b.with_write(|_| ()));
    for _ in 0..5 {
        o.b.with_write(|_| o.a.with_write(|_| ()));
        o.leaf.with_write(|_| o.c.with_write(|_| ()));
    }
    o.b.with_write(|_| o.a.with_write(|_| ())); // other lines
    let told: Vec<_> = events.try_iter().map(|event| event.finding).collect();
    assert_eq!(told, [Finding::Inversion, Finding::LeafHeld, Finding::Inversion]);
}

pub(crate) fn ignored_orders_still_end_rings() {
    let twice = Order::default();
    assert!(message(|| twice.a.with_read(|_| twice.a.with_read(|_| ()))).contains("Order.a"));
    two_threads_in_a_ring();
}
