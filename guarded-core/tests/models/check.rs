//! How a model is explored, and the value that watches over its own exclusion.

#![allow(unsafe_code)] // the watched value stands in an `UnsafeCell`, which is the point of it

use std::sync::Arc;

#[cfg(loom)]
use loom::sync::{Condvar, Mutex};
#[cfg(loom)]
pub(crate) use loom::{sync::atomic::AtomicUsize, thread};
#[cfg(all(shuttle, not(loom)))]
use shuttle::sync::{Condvar, Mutex};
#[cfg(all(shuttle, not(loom)))]
pub(crate) use shuttle::{sync::atomic::AtomicUsize, thread};
use std::pin::pin;
use std::sync::atomic::Ordering;
use std::task::{Context, Poll, Wake};

/// Threads beyond the model's own: loom gets one more than two as a rule, shuttle what it likes.
pub(crate) const MORE: usize = if cfg!(loom) { 1 } else { 3 };
/// Rounds of each thread.
pub(crate) const ROUNDS: u64 = if cfg!(loom) { 1 } else { 3 };

/// How far loom goes.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Depth {
    /// Every interleaving.
    Complete,
    /// Those with at most three preemptions; four in the deep run.
    Preemptions,
}

/// Set for the deep run: so many times as far.
fn scale() -> usize {
    std::env::var("MODELS_SCALE").ok().and_then(|scale| scale.parse().ok()).unwrap_or(1)
}

/// Runs `model` in every interleaving, and demands that there were at least `floor`: about 60 % of what there were when
/// it was written. A model that has become smaller no longer does what it says; a core that takes fewer steps may lower
/// the floor.
#[cfg(loom)]
pub(crate) fn explore(name: &str, depth: Depth, floor: usize, model: impl Fn() + Send + Sync + 'static) {
    let explored = Arc::new(std::sync::atomic::AtomicUsize::new(0));
    let count = Arc::clone(&explored);
    let mut builder = loom::model::Builder::new();
    builder.max_branches = 100_000;
    builder.preemption_bound = match depth {
        Depth::Complete => None,
        Depth::Preemptions => Some(if scale() > 1 { 4 } else { 3 }),
    };
    builder.check(move || {
        count.fetch_add(1, Ordering::Relaxed);
        model();
    });
    let explored = explored.load(Ordering::Relaxed);
    println!("model {name}: {explored} interleavings ({depth:?})");
    // Without the features a lock is taken in fewer steps.
    let floor = if cfg!(all(feature = "observe", feature = "order-check")) { floor } else { 1 };
    assert!(
        explored >= floor,
        "{name}: {explored} interleavings, fewer than {floor}: does it still do what it says?"
    );
}

/// Schedules of one model: half at random, half by PCT.
#[cfg(all(shuttle, not(loom)))]
const SCHEDULES: usize = 50_000;

/// Runs `model` under many schedules.
#[cfg(all(shuttle, not(loom)))]
pub(crate) fn explore(name: &str, _: Depth, _: usize, model: impl Fn() + Send + Sync + 'static) {
    let explored = Arc::new(std::sync::atomic::AtomicUsize::new(0));
    let model = Arc::new(model);
    let half = SCHEDULES / 2 * scale();
    let counted = || {
        let (model, count) = (Arc::clone(&model), Arc::clone(&explored));
        move || {
            count.fetch_add(1, Ordering::Relaxed);
            model();
        }
    };
    shuttle::check_random(counted(), half);
    shuttle::check_pct(counted(), half, 3);
    let explored = explored.load(Ordering::Relaxed);
    println!("model {name}: {explored} schedules");
    assert!(explored >= 2 * half, "{name}: {explored} schedules, fewer than {}", 2 * half);
}

/// Leaves a scope by a panic, without a word on standard error.
pub(crate) fn planned_panic() -> ! {
    std::panic::resume_unwind(Box::new("planned"))
}

/// Runs `f`, which leaves by [`planned_panic`]; any other panic goes on.
pub(crate) fn panics<R>(f: impl FnOnce() -> R) {
    match std::panic::catch_unwind(std::panic::AssertUnwindSafe(f)) {
        Ok(_) => panic!("expected to leave by a panic"),
        Err(payload) => {
            if payload.downcast_ref::<&str>() != Some(&"planned") {
                std::panic::resume_unwind(payload);
            }
        }
    }
}

/// A number in two halves, each access of which lasts: others get their turn in its middle. Who is inside beside a
/// writer fails the model, and so does half a write.
#[derive(Debug)]
pub(crate) struct Tracked {
    halves: Watched,
    /// Touched within each access, so that the checker has a place to switch.
    middle: AtomicUsize,
}

impl Tracked {
    pub(crate) fn new(value: u64) -> Self {
        Self { halves: Watched::new((value, value)), middle: AtomicUsize::new(0) }
    }

    pub(crate) fn get(&self) -> u64 {
        self.halves.with(|halves| {
            let before = halves().0;
            self.middle.load(Ordering::Relaxed);
            let after = halves().1;
            assert_eq!(before, after, "half a write was seen");
            before
        })
    }

    pub(crate) fn set(&mut self, value: u64) {
        self.set_half(value);
        self.halves.with_mut(|halves| halves.1 = value);
    }

    /// The first step of a write: what a panic in the middle leaves behind.
    pub(crate) fn set_half(&mut self, value: u64) {
        self.halves.with_mut(|halves| {
            halves.0 = value;
            self.middle.fetch_add(1, Ordering::Relaxed);
        });
    }

    pub(crate) fn add(&mut self, value: u64) {
        self.set(self.get() + value);
    }

    /// Makes both halves the second one.
    pub(crate) fn mend(&mut self) {
        self.halves.with_mut(|halves| halves.0 = halves.1);
    }
}

impl Clone for Tracked {
    fn clone(&self) -> Self {
        Self::new(self.get())
    }
}

#[cfg(loom)]
#[derive(Debug)]
struct Watched(loom::cell::UnsafeCell<(u64, u64)>);

// SAFETY: loom fails the model at the first access beside a writer's, before anything is done with it.
#[cfg(loom)]
unsafe impl Sync for Watched {}

#[cfg(loom)]
impl Watched {
    fn new(value: (u64, u64)) -> Self {
        Self(loom::cell::UnsafeCell::new(value))
    }

    fn with<R>(&self, f: impl FnOnce(&dyn Fn() -> (u64, u64)) -> R) -> R {
        // SAFETY: loom checks that nobody writes meanwhile.
        self.0.with(|value| f(&|| unsafe { *value }))
    }

    fn with_mut(&self, f: impl FnOnce(&mut (u64, u64))) {
        // SAFETY: loom checks that nobody else is inside meanwhile.
        self.0.with_mut(|value| f(unsafe { &mut *value }));
    }
}

#[cfg(all(shuttle, not(loom)))]
#[derive(Debug)]
struct Watched {
    value: std::cell::UnsafeCell<(u64, u64)>,
    /// Readers inside, or -1 for a writer.
    inside: std::sync::atomic::AtomicIsize,
}

// SAFETY: `inside` fails the model at the first access beside a writer's, before anything is done with it.
#[cfg(all(shuttle, not(loom)))]
unsafe impl Sync for Watched {}

#[cfg(all(shuttle, not(loom)))]
impl Watched {
    fn new(value: (u64, u64)) -> Self {
        Self { value: std::cell::UnsafeCell::new(value), inside: std::sync::atomic::AtomicIsize::new(0) }
    }

    fn with<R>(&self, f: impl FnOnce(&dyn Fn() -> (u64, u64)) -> R) -> R {
        assert!(self.inside.fetch_add(1, Ordering::Relaxed) >= 0, "a reader is inside beside a writer");
        // SAFETY: no writer is inside.
        let result = f(&|| unsafe { *self.value.get() });
        self.inside.fetch_sub(1, Ordering::Relaxed);
        result
    }

    fn with_mut(&self, f: impl FnOnce(&mut (u64, u64))) {
        assert_eq!(self.inside.fetch_sub(1, Ordering::Relaxed), 0, "a writer is inside beside someone else");
        // SAFETY: nobody else is inside.
        f(unsafe { &mut *self.value.get() });
        self.inside.fetch_add(1, Ordering::Relaxed);
    }
}

/// Starts one thread more with a cell that the model shares.
pub(crate) fn spawn<C: Send + Sync + 'static, R: Send + 'static>(
    cell: &Arc<C>,
    f: impl FnOnce(&C) -> R + Send + 'static,
) -> thread::JoinHandle<R> {
    let cell = Arc::clone(cell);
    thread::spawn(move || f(&cell))
}

/// Waits for threads that have nothing to say.
pub(crate) fn join(threads: Vec<thread::JoinHandle<()>>) {
    for thread in threads {
        thread.join().unwrap();
    }
}

/// A thread that sleeps until it is woken.
pub(crate) struct Sleeper {
    woken: Mutex<bool>,
    changed: Condvar,
}

impl Sleeper {
    pub(crate) fn new() -> Arc<Self> {
        Arc::new(Self { woken: Mutex::new(false), changed: Condvar::new() })
    }

    pub(crate) fn block_on<R>(self: Arc<Self>, future: impl Future<Output = R>) -> R {
        let mut future = pin!(future);
        let waker = Arc::clone(&self).into();
        loop {
            if let Poll::Ready(result) = future.as_mut().poll(&mut Context::from_waker(&waker)) {
                return result;
            }
            let mut woken = self.woken.lock().unwrap();
            while !*woken {
                woken = self.changed.wait(woken).unwrap();
            }
            *woken = false;
        }
    }
}

impl Wake for Sleeper {
    fn wake(self: Arc<Self>) {
        *self.woken.lock().unwrap() = true;
        self.changed.notify_one();
    }
}
