//! One load for all who come: whoever loads, gives up, forgets or is dropped.

use super::check::{AtomicUsize, Depth, MORE, Sleeper, explore, planned_panic, spawn};
use guarded_core::{Flight, FlightKind, Handover, LoadError, Loaded, Plain, SingleFlight};
use std::collections::HashMap;
use std::convert::Infallible;
use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

#[cfg(loom)]
use loom::sync::Mutex;
#[cfg(all(shuttle, not(loom)))]
use shuttle::sync::Mutex;

/// Not reached by the clock of the machine; the model's deadline is a look in vain.
const LIMIT: Duration = Duration::from_hours(1);

/// A cell, and how often its loaders ran.
struct Watched<F: FlightKind> {
    cell: SingleFlight<HashMap<u32, usize>, F>,
    loads: AtomicUsize,
}

impl<F: FlightKind> Watched<F> {
    fn new() -> Arc<Self> {
        Arc::new(Self { cell: SingleFlight::default(), loads: AtomicUsize::new(0) })
    }

    /// Which load it is, from 1.
    fn load(&self) -> usize {
        self.loads.fetch_add(1, Ordering::Relaxed) + 1
    }

    fn ask(&self) -> Loaded<usize> {
        self.cell.get_or_load(1, |_| Ok::<_, Infallible>(self.load())).unwrap()
    }
}

#[test]
fn a_herd_of_three_loads_once() {
    explore("a_herd_of_three_loads_once", Depth::Preemptions, 7200, || {
        let watched = Watched::<Flight>::new();
        let others: Vec<_> = (0..=MORE).map(|_| spawn(&watched, Watched::ask)).collect();
        let mut all = vec![watched.ask()];
        all.extend(others.into_iter().map(|other| other.join().unwrap()));
        assert!(all.iter().all(|loaded| loaded.value == 1));
        assert_eq!(all.iter().filter(|loaded| !loaded.shared).count(), 1);
    });
}

#[test]
fn a_plain_herd_shares_what_it_meets() {
    explore("a_plain_herd_shares_what_it_meets", Depth::Preemptions, 3900, || {
        let watched = Watched::<Plain>::new();
        let others: Vec<_> = (0..=MORE).map(|_| spawn(&watched, Watched::ask)).collect();
        let mut own = usize::from(!watched.ask().shared);
        for other in others {
            own += usize::from(!other.join().unwrap().shared);
        }
        assert_eq!(own, watched.loads.load(Ordering::Relaxed));
    });
}

#[test]
fn a_waiter_takes_over_after_a_panic() {
    explore("a_waiter_takes_over_after_a_panic", Depth::Preemptions, 14_100, || {
        let watched = Watched::<Flight<Handover>>::new();
        let ask = |watched: &Watched<Flight<Handover>>| {
            let load = |_: &u32| match watched.load() {
                1 => planned_panic(),
                load => Ok::<_, Infallible>(load),
            };
            let mut value = 0;
            let run =
                std::panic::AssertUnwindSafe(|| value = watched.cell.get_or_load(1, load).unwrap().value);
            if std::panic::catch_unwind(run).is_err() {
                return 0;
            }
            value
        };
        let others: Vec<_> = (0..=MORE).map(|_| spawn(&watched, ask)).collect();
        let mut values = vec![ask(&watched)];
        values.extend(others.into_iter().map(|other| other.join().unwrap()));
        assert_eq!(values.iter().filter(|value| **value == 0).count(), 1, "{values:?}");
        assert!(values.iter().all(|value| [0, 2].contains(value)), "{values:?}");
    });
}

#[test]
fn who_has_another_error_loads_itself() {
    explore("who_has_another_error_loads_itself", Depth::Preemptions, 220, || {
        let watched = Watched::<Flight>::new();
        let other =
            spawn(&watched, |watched| watched.cell.get_or_load(1, |_| Ok::<_, u8>(watched.load())).unwrap());
        let own = watched.cell.get_or_load(1, |_| Err::<usize, u16>(0));
        match own {
            Ok(loaded) => assert!(loaded.shared),
            Err(error) => assert_eq!(*error, 0),
        }
        assert!(!other.join().unwrap().shared);
    });
}

#[test]
fn nobody_joins_what_was_forgotten() {
    explore("nobody_joins_what_was_forgotten", Depth::Preemptions, 490, || {
        let watched = Watched::<Flight>::new();
        let version = Arc::new(AtomicUsize::new(0));
        let ask = |watched: &Watched<Flight>, version: &AtomicUsize| {
            watched
                .cell
                .get_or_load(1, |_| Ok::<_, Infallible>(version.load(Ordering::SeqCst)))
                .unwrap()
                .value
        };
        let others: Vec<_> = (0..MORE.min(2))
            .map(|_| {
                let version = Arc::clone(&version);
                spawn(&watched, move |watched| ask(watched, &version))
            })
            .collect();
        version.store(1, Ordering::SeqCst);
        watched.cell.forget(&1);
        assert_eq!(ask(&watched, &version), 1, "loaded before it was forgotten");
        for other in others {
            other.join().unwrap();
        }
        assert_eq!(watched.cell.get_cloned(&1), Some(1), "the forgotten load was kept");
    });
}

#[test]
fn who_gives_up_strands_nobody() {
    explore("who_gives_up_strands_nobody", Depth::Preemptions, 6600, || {
        let watched = Watched::<Flight>::new();
        let hurried = spawn(&watched, |watched| {
            match watched.cell.get_or_load_for(LIMIT, 1, |_| Ok::<_, Infallible>(watched.load())) {
                Ok(loaded) => assert_eq!(loaded.value, 1),
                Err(LoadError::TimedOut { .. }) => {}
                Err(other) => panic!("{other}"),
            }
        });
        let patient = spawn(&watched, |watched| assert_eq!(watched.ask().value, 1));
        assert_eq!(watched.ask().value, 1);
        hurried.join().unwrap();
        patient.join().unwrap();
        assert_eq!(watched.cell.waiting(&1), 0);
    });
}

#[test]
fn a_ring_over_two_keys_ends() {
    explore("a_ring_over_two_keys_ends", Depth::Preemptions, 1000, || {
        let watched = Watched::<Flight>::new();
        let other = spawn(&watched, |watched| {
            let inner = |_: &u32| {
                Ok::<_, Infallible>(watched.cell.get_or_load(1, |_| Ok::<_, Infallible>(0)).unwrap().value)
            };
            watched.cell.get_or_load(2, inner).unwrap();
        });
        let inner = |_: &u32| {
            Ok::<_, Infallible>(match watched.cell.get_or_load_for(LIMIT, 2, |_| Ok::<_, Infallible>(1)) {
                Ok(loaded) => loaded.value,
                Err(LoadError::TimedOut { .. } | LoadError::Deadlock { .. }) => 2,
                Err(other) => panic!("{other}"),
            })
        };
        watched.cell.get_or_load(1, inner).unwrap();
        other.join().unwrap();
    });
}

/// Opened once; at most one waits.
struct Gate(Mutex<(bool, Option<Waker>)>);

impl Gate {
    fn open(&self) {
        let waker = {
            let mut inner = self.0.lock().unwrap();
            inner.0 = true;
            inner.1.take()
        };
        if let Some(waker) = waker {
            waker.wake();
        }
    }

    fn poll(&self, context: &Context<'_>) -> Poll<()> {
        let mut inner = self.0.lock().unwrap();
        if inner.0 {
            return Poll::Ready(());
        }
        inner.1 = Some(context.waker().clone());
        Poll::Pending
    }
}

fn gated(
    watched: &Arc<Watched<Flight>>,
    gate: &Arc<Gate>,
) -> impl FnOnce(u32) -> std::pin::Pin<Box<dyn Future<Output = Result<usize, Infallible>> + Send>> + Send + use<>
{
    let (watched, gate) = (Arc::clone(watched), Arc::clone(gate));
    move |_| {
        Box::pin(async move {
            std::future::poll_fn(|context| gate.poll(context)).await;
            Ok(watched.load())
        })
    }
}

/// One caller is polled once and dropped, or kept and polled no longer; the other one gets its value all the same.
fn first_stops(name: &str, floor: usize, drops: bool) {
    explore(name, Depth::Preemptions, floor, move || {
        let watched = Watched::<Flight>::new();
        let gate = Arc::new(Gate(Mutex::new((false, None))));
        let opener = spawn(&gate, Gate::open);
        let (at, load) = (Arc::clone(&watched), gated(&watched, &gate));
        let patient = spawn(&watched, move |watched| {
            let ended = Sleeper::new().block_on(watched.cell.get_or_load_async(1, load)).unwrap().value;
            drop(at);
            ended
        });
        let mut first = Box::pin(watched.cell.get_or_load_async(1, gated(&watched, &gate)));
        drop(first.as_mut().poll(&mut Context::from_waker(Waker::noop())));
        let kept = (!drops).then_some(first);
        assert_eq!(patient.join().unwrap(), 1);
        drop(kept);
        opener.join().unwrap();
        assert_eq!(watched.cell.waiting(&1), 0);
    });
}

#[test]
fn a_dropped_caller_strands_nobody() {
    first_stops("a_dropped_caller_strands_nobody", 11_600, true);
}

#[test]
fn a_caller_that_is_not_polled_strands_nobody() {
    first_stops("a_caller_that_is_not_polled_strands_nobody", 7400, false);
}

#[test]
fn a_thread_takes_over_from_a_dropped_caller() {
    explore("a_thread_takes_over_from_a_dropped_caller", Depth::Preemptions, 1250, || {
        let watched = Watched::<Flight>::new();
        let gate = Arc::new(Gate(Mutex::new((false, None))));
        let blocked = spawn(&watched, |watched| watched.ask());
        let mut first = Box::pin(watched.cell.get_or_load_async(1, gated(&watched, &gate)));
        if let Poll::Ready(result) = first.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
            assert!(result.unwrap().shared, "nobody opens the gate");
        }
        drop(first);
        assert_eq!(blocked.join().unwrap(), Loaded { value: 1, shared: false });
    });
}
