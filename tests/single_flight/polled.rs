//! Callers that are polled: dropped, forgotten or driven by whoever is there.

use super::{Cells, Loads, disk_is_full, panics, until_waiting};
use guarded_state::{Flight, FlightKind, Handover, Loaded, SingleFlight};
use std::collections::HashMap;
use std::convert::Infallible;
use std::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc::channel;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Wake, Waker};
use std::thread;

/// A gate that tasks wait at.
#[derive(Default)]
struct Gate(Mutex<(bool, Vec<Waker>)>);

impl Gate {
    fn open(&self) {
        let mut inner = self.0.lock().unwrap();
        inner.0 = true;
        let wakers = std::mem::take(&mut inner.1);
        drop(inner);
        wakers.into_iter().for_each(Waker::wake);
    }

    fn pass(self: &Arc<Self>) -> impl Future<Output = ()> + Send + 'static {
        let gate = Arc::clone(self);
        std::future::poll_fn(move |context| {
            let mut inner = gate.0.lock().unwrap();
            if inner.0 {
                return Poll::Ready(());
            }
            inner.1.push(context.waker().clone());
            Poll::Pending
        })
    }
}

/// Counts its wakes.
#[derive(Default)]
struct Count(AtomicUsize);

impl Wake for Count {
    fn wake(self: Arc<Self>) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }
}

impl Count {
    fn take(&self) -> usize {
        self.0.swap(0, Ordering::Relaxed)
    }
}

type Task<'t, R> = Pin<Box<dyn Future<Output = R> + 't>>;

/// A task that is polled by hand.
struct Hand<'t, R> {
    task: Task<'t, R>,
    wakes: Arc<Count>,
}

impl<'t, R> Hand<'t, R> {
    fn new(task: impl Future<Output = R> + 't) -> Self {
        Self { task: Box::pin(task), wakes: Arc::default() }
    }

    fn poll(&mut self) -> Poll<R> {
        let waker = Arc::clone(&self.wakes).into();
        self.task.as_mut().poll(&mut Context::from_waker(&waker))
    }

    fn ready(&mut self) -> R {
        match self.poll() {
            Poll::Ready(result) => result,
            Poll::Pending => panic!("it is pending"),
        }
    }
}

type Shared = Result<Loaded<u64>, Arc<Infallible>>;

/// A call whose loader waits at the gate.
fn ask<'c, F: FlightKind>(cells: &'c Cells<F>, gate: &Arc<Gate>, loads: &Arc<Loads>) -> Hand<'c, Shared> {
    let (gate, loads) = (Arc::clone(gate), Arc::clone(loads));
    Hand::new(cells.get_or_load_async(1, move |_| async move {
        gate.pass().await;
        loads.load(7)
    }))
}

fn parts<F: FlightKind>() -> (Cells<F>, Arc<Gate>, Arc<Loads>) {
    (Cells::default(), Arc::default(), Arc::default())
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread().build().unwrap()
}

#[test]
fn a_herd_of_a_thousand_tasks_loads_once() {
    let (cells, gate, loads) = parts::<Flight>();
    let cells = Arc::new(cells);
    runtime().block_on(async {
        let spawn = |_| {
            let (cells, gate, loads) = (Arc::clone(&cells), Arc::clone(&gate), Arc::clone(&loads));
            tokio::spawn(async move {
                let load = move |_| async move {
                    gate.pass().await;
                    tokio::task::yield_now().await;
                    loads.load(7)
                };
                cells.get_or_load_async(1, load).await.unwrap()
            })
        };
        let all: Vec<_> = (0..1000).map(spawn).collect();
        while cells.waiting(&1) < 999 {
            tokio::task::yield_now().await;
        }
        gate.open();
        let mut own = 0;
        for one in all {
            let loaded = one.await.unwrap();
            assert_eq!(loaded.value, 7);
            own += usize::from(!loaded.shared);
        }
        assert_eq!((own, loads.count()), (1, 1));
    });
}

#[test]
fn when_the_first_is_cancelled_the_others_go_on_with_its_load() {
    let (cells, gate, loads) = parts::<Flight>();
    let (mut first, mut second, mut third) =
        (ask(&cells, &gate, &loads), ask(&cells, &gate, &loads), ask(&cells, &gate, &loads));
    assert!(first.poll().is_pending() && second.poll().is_pending() && third.poll().is_pending());
    drop(first);
    gate.open();
    assert!(
        second.wakes.take() > 0 && third.wakes.take() > 0,
        "both are woken: nobody knows who will be polled"
    );
    assert_eq!(third.ready().unwrap(), Loaded { value: 7, shared: true });
    assert_eq!(second.ready().unwrap(), Loaded { value: 7, shared: true });
    assert_eq!(loads.count(), 1);
}

#[test]
fn a_first_caller_that_is_polled_no_longer_strands_nobody() {
    let (cells, gate, loads) = parts::<Flight>();
    let (mut first, mut second) = (ask(&cells, &gate, &loads), ask(&cells, &gate, &loads));
    assert!(first.poll().is_pending() && second.poll().is_pending());
    gate.open();
    assert!(second.wakes.take() > 0);
    assert_eq!(second.ready().unwrap(), Loaded { value: 7, shared: true });
    assert_eq!(first.ready().unwrap(), Loaded { value: 7, shared: false }, "its loader it was");
}

#[test]
fn even_a_leaked_caller_strands_nobody() {
    let (cells, gate, loads) = parts::<Flight>();
    let mut first = ask(&cells, &gate, &loads);
    assert!(first.poll().is_pending());
    std::mem::forget(first);
    gate.open();
    assert_eq!(ask(&cells, &gate, &loads).ready().unwrap(), Loaded { value: 7, shared: true });
    assert_eq!(cells.get_cloned(&1), Some(7));
}

/// Says when it is dropped.
struct Token(Arc<AtomicBool>);

impl Drop for Token {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

#[test]
fn nobody_joins_a_cancelled_flight() {
    let (cells, gate, loads) = parts::<Flight>();
    let dropped = Arc::new(AtomicBool::new(false));
    let token = Token(Arc::clone(&dropped));
    let stuck = gate.pass();
    let mut first = Hand::new(cells.get_or_load_async(1, move |_| async move {
        let _token = token;
        stuck.await;
        Ok::<u64, Infallible>(1)
    }));
    let mut second = ask(&cells, &gate, &loads);
    assert!(first.poll().is_pending() && second.poll().is_pending());
    drop(second);
    assert!(!dropped.load(Ordering::Relaxed), "one is still there");
    drop(first);
    assert!(dropped.load(Ordering::Relaxed), "the load goes with its last caller");
    assert_eq!(format!("{cells:?}"), "SingleFlight { values: 0, errors: 0, loads: 0, .. }");
    gate.open();
    assert_eq!(ask(&cells, &gate, &loads).ready().unwrap(), Loaded { value: 7, shared: false });
    assert_eq!(loads.count(), 1);
}

#[test]
fn an_unpolled_call_does_nothing() {
    let (cells, gate, loads) = parts::<Flight>();
    drop(ask(&cells, &gate, &loads));
    assert_eq!((loads.count(), cells.len()), (0, 0));
}

/// Is woken while it is polled, and drives nothing by itself.
#[test]
fn a_wake_in_the_middle_of_a_poll_reaches_the_others() {
    let cells = Cells::<Flight>::default();
    let steps = Arc::new(AtomicUsize::new(0));
    let load = || {
        let steps = Arc::clone(&steps);
        move |_| {
            std::future::poll_fn(move |context| {
                if steps.fetch_add(1, Ordering::Relaxed) < 3 {
                    context.waker().wake_by_ref();
                    return Poll::Pending;
                }
                Poll::Ready(Ok::<u64, Infallible>(7))
            })
        }
    };
    let (mut first, mut second) =
        (Hand::new(cells.get_or_load_async(1, load())), Hand::new(cells.get_or_load_async(1, load())));
    assert!(first.poll().is_pending());
    assert!(second.poll().is_pending());
    // Only the second is polled from now on, whenever it is woken.
    for _ in 0..9 {
        assert!(second.wakes.take() > 0, "it sleeps, and nobody will wake it");
        if let Poll::Ready(result) = second.poll() {
            assert_eq!(result.unwrap().value, 7);
            return;
        }
    }
    panic!("it never ended");
}

#[test]
fn a_panic_goes_to_the_caller_whose_loader_it_is() {
    for driven_by_second in [false, true] {
        let (cells, gate, _) = parts::<Flight>();
        let call = || {
            let gate = Arc::clone(&gate);
            Hand::new(cells.get_or_load_async(1, move |_| async move {
                gate.pass().await;
                disk_is_full()
            }))
        };
        let (mut first, mut second) = (call(), call());
        assert!(first.poll().is_pending() && second.poll().is_pending());
        gate.open();
        let (of_first, of_second) = if driven_by_second {
            let of_second = panics(|| second.poll());
            (panics(|| first.poll()), of_second)
        } else {
            (panics(|| first.poll()), panics(|| second.poll()))
        };
        assert_eq!(of_first, "the disk is full");
        assert!(of_second.contains("the disk is full") && of_second.len() > 40, "{of_second}");
        assert!(!cells.forget(&1));
    }
}

#[test]
fn after_a_panic_a_waiting_task_takes_over() {
    let (cells, gate, loads) = parts::<Flight<Handover>>();
    let stuck = gate.pass();
    let mut first = Hand::new(cells.get_or_load_async(1, move |_| async move {
        stuck.await;
        disk_is_full()
    }));
    let mut second = ask(&cells, &gate, &loads);
    assert!(first.poll().is_pending() && second.poll().is_pending());
    gate.open();
    assert_eq!(
        second.ready().unwrap(),
        Loaded { value: 7, shared: false },
        "it drove the first one's, and then its own"
    );
    assert_eq!(panics(|| first.poll()), "the disk is full");
}

#[test]
fn an_error_is_shared_among_tasks() {
    let (cells, gate, _) = parts::<Flight>();
    let call = || {
        let gate = Arc::clone(&gate);
        Hand::new(cells.get_or_load_async(1, move |_| async move {
            gate.pass().await;
            Err::<u64, &str>("no network")
        }))
    };
    let (mut first, mut second) = (call(), call());
    assert!(first.poll().is_pending() && second.poll().is_pending());
    gate.open();
    let (one, two) = (second.ready().unwrap_err(), first.ready().unwrap_err());
    assert!(Arc::ptr_eq(&one, &two));
}

#[test]
fn a_thread_that_waits_for_tasks_takes_over_when_they_are_dropped() {
    let (cells, gate, loads) = parts::<Flight>();
    let mut first = ask(&cells, &gate, &loads);
    assert!(first.poll().is_pending());
    thread::scope(|scope| {
        let blocked = scope.spawn(|| cells.get_or_load(1, |_| Ok::<_, Infallible>(8)));
        until_waiting(&cells, 1, 1);
        drop(first);
        assert_eq!(blocked.join().unwrap().unwrap(), Loaded { value: 8, shared: false });
    });
}

#[test]
fn a_task_waits_for_the_load_of_a_thread() {
    let (cells, gate, loads) = parts::<Flight>();
    thread::scope(|scope| {
        let (send, receive) = channel();
        let leader = scope.spawn(|| {
            cells.get_or_load(1, move |_| {
                receive.recv().unwrap();
                Ok::<_, Infallible>(8)
            })
        });
        while !format!("{cells:?}").contains("loads: 1") {
            thread::yield_now();
        }
        let mut task = ask(&cells, &gate, &loads);
        assert!(task.poll().is_pending());
        send.send(()).unwrap();
        assert_eq!(leader.join().unwrap().unwrap().value, 8);
        assert!(task.wakes.take() > 0);
        assert_eq!(task.ready().unwrap(), Loaded { value: 8, shared: true });
    });
}

#[test]
fn a_future_that_awaits_its_own_key_panics() {
    let cells = Arc::new(Cells::<Flight>::default());
    let inner = Arc::clone(&cells);
    let mut task = Hand::new(cells.get_or_load_async(1, move |_| async move {
        inner.get_or_load_async(1, |_| async { Ok::<u64, Infallible>(7) }).await.map(|loaded| loaded.value)
    }));
    let said = panics(|| task.poll());
    assert!(said.contains("already") && said.matches("polled.rs:").count() >= 2, "{said}");
}

#[test]
fn a_ring_of_tasks_ends_with_a_panic_that_prints_it() {
    // Each is polled by a thread of its own, so that each load is driven while the other one is.
    let cells = Arc::new(Cells::<Flight<Handover>>::default());
    let gate = Arc::<Gate>::default();
    let call = |own: u32, other: u32| {
        let (inner, gate) = (Arc::clone(&cells), Arc::clone(&gate));
        cells.get_or_load_async(own, move |_| async move {
            gate.pass().await;
            // Both loads are there: neither loads the other's key.
            inner
                .get_or_load_async(other, |_| async { Ok::<u64, Infallible>(7) })
                .await
                .map(|loaded| loaded.value)
        })
    };
    let (mut one, mut two) = (Hand::new(call(1, 2)), Hand::new(call(2, 1)));
    assert!(one.poll().is_pending() && two.poll().is_pending());
    gate.open();
    // The first drives its load, which drives the second's, which asks for the first's.
    let end = catch_unwind(AssertUnwindSafe(|| one.poll()));
    match end {
        Ok(Poll::Ready(result)) => assert_eq!(result.unwrap().value, 7),
        Ok(Poll::Pending) => panic!("pending for ever"),
        Err(payload) => assert!(super::words(payload).contains("already")),
    }
    let said = panics(|| two.poll());
    assert!(said.contains("already") || said.contains("deadlock"), "{said}");
}

#[test]
fn a_ring_of_loads_that_other_threads_poll_is_told() {
    let cells = Arc::new(Cells::<Flight<Handover>>::default());
    let barrier = Arc::new(std::sync::Barrier::new(2));
    let ends: Vec<_> = thread::scope(|scope| {
        let run = |own: u32, other: u32| {
            let (cells, inner) = (Arc::clone(&cells), Arc::clone(&cells));
            let barrier = Arc::clone(&barrier);
            scope.spawn(move || {
                let call = cells.get_or_load_async(own, move |_| async move {
                    barrier.wait(); // both loads are being polled
                    let inner = inner.get_or_load_async(other, |_| async { Ok::<u64, Infallible>(7) });
                    inner.await.map(|loaded| loaded.value)
                });
                catch_unwind(AssertUnwindSafe(|| runtime().block_on(call)))
            })
        };
        let (one, two) = (run(1, 2), run(2, 1));
        [one, two].into_iter().map(|one| one.join().unwrap()).collect()
    });
    assert!(ends.iter().any(Result::is_err), "a ring of two ends with a panic");
    for end in ends.into_iter().flatten() {
        assert_eq!(end.unwrap().value, 7);
    }
}

#[test]
fn tasks_and_threads_together_load_once_each_time() {
    let cells: Arc<SingleFlight<HashMap<u32, u64>>> = Arc::default();
    let own = Arc::new(AtomicUsize::new(0));
    let loads = Arc::new(Loads::default());
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).build().unwrap();
    runtime.block_on(async {
        let mut all = Vec::new();
        for round in 0..400 {
            let (cells, own, loads) = (Arc::clone(&cells), Arc::clone(&own), Arc::clone(&loads));
            let key = round / 8;
            all.push(tokio::spawn(async move {
                let shared = if round % 4 == 3 {
                    let load = move |_: &u32| loads.load(key.into());
                    tokio::task::spawn_blocking(move || cells.get_or_load(key, load).unwrap().shared)
                        .await
                        .unwrap()
                } else {
                    let load = move |_| async move {
                        tokio::task::yield_now().await;
                        loads.load(key.into())
                    };
                    let mut call = Box::pin(cells.get_or_load_async(key, load));
                    if round % 4 == 2 {
                        // Polled once, and dropped.
                        let once = std::future::poll_fn(|context| Poll::Ready(call.as_mut().poll(context)));
                        match once.await {
                            Poll::Ready(result) => result.unwrap().shared,
                            Poll::Pending => return,
                        }
                    } else {
                        call.await.unwrap().shared
                    }
                };
                own.fetch_add(usize::from(!shared), Ordering::Relaxed);
            }));
        }
        for one in all {
            one.await.unwrap();
        }
    });
    assert_eq!(cells.len(), 50);
    assert_eq!(loads.count(), 50);
    assert!(own.load(Ordering::Relaxed) <= 50);
}
