//! Waiting for a condition of the value.
//!
//! A waiter leaves its condition in the monitor's queue. Whoever releases the monitor looks through the queue, first
//! come first served, and wakes the first waiter whose condition has become true, and nobody else; that waiter does the
//! same when it leaves. So there is no notify to forget, and a write that makes no condition true wakes nobody.
//! (The idea of looking at conditions in the releasing thread is that of abseil's `Mutex` and Hoare's monitors.)

#![allow(unsafe_code)] // a condition on a sleeping thread's stack is called by another thread; argued below

use super::access::write_scope;
use super::hold::{Poisoned, WriteHold};
use super::kind::{Kind, Waits};
use super::policy::Protects;
use super::storage::Guarded;
use crate::error::Line;
use crate::site::{Keyless, Site};
use crate::sync::{AtomicU32, Mode, Ordering, RawLock, RawMutex, Signal, Steps};
use std::panic::{AssertUnwindSafe, Location, catch_unwind};
use std::sync::Arc;
use std::time::{Duration, Instant};

/// How a timed wait ended.
///
/// ```
/// # use guarded_core::{Guarded, Monitor, Outcome};
/// # use std::time::Duration;
/// let jobs: Guarded<Vec<u32>, Monitor> = Guarded::new(vec![7]);
/// let how = jobs.with_write_when_for(Duration::from_millis(5), |jobs| !jobs.is_empty(), |_, outcome| outcome);
/// assert_eq!(how, Outcome::Met);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The condition holds.
    Met,
    /// The time has passed, and the condition does not hold.
    TimedOut,
}

/// A condition, bound to its value. It may be called only under the monitor's lock.
type Condition = dyn FnMut() -> bool + Send;

struct Waiter {
    condition: *mut Condition,
    /// Another thread is calling the condition.
    busy: bool,
    signal: Arc<Signal>,
    /// Where its thread waits.
    line: Line,
}

/// Behind a pointer, so that the lock, what is noted beside it and a small value share a cache line.
#[derive(Default)]
struct Queue(Vec<Waiter>);

// SAFETY: the condition is `Send`, and called by one thread at a time: the one that holds the monitor's lock.
unsafe impl Send for Waiter {}

/// A mutex with a queue of conditions.
#[allow(missing_debug_implementations)] // a cell prints its value, not its lock
pub struct RawMonitor {
    mutex: RawMutex,
    /// The queue's length; changed only under the queue's lock.
    waiting: AtomicU32,
    queue: Steps<Option<Box<Queue>>>,
}

// SAFETY: that of the mutex.
unsafe impl RawLock for RawMonitor {
    #[allow(clippy::declare_interior_mutable_const)] // each use is a fresh lock, as intended
    const NEW: Self = Self { mutex: RawMutex::NEW, waiting: AtomicU32::new(0), queue: Steps::new(None) };
    const SHARES: bool = false;

    #[inline(always)]
    fn try_lock(&self, mode: Mode) -> bool {
        self.mutex.try_lock(mode)
    }

    #[inline(always)]
    fn lock(&self, mode: Mode) {
        self.mutex.lock(mode);
    }

    fn lock_for(&self, mode: Mode, limit: Duration) -> bool {
        self.mutex.lock_for(mode, limit)
    }

    #[inline(always)]
    unsafe fn unlock(&self, mode: Mode) {
        // SAFETY: as the caller says.
        unsafe { self.mutex.unlock(mode) }
    }

    unsafe fn downgrade(&self) {}

    unsafe fn downgrade_to_upgradable(&self) {}

    #[inline(always)]
    fn before_unlock(&self) {
        if self.waiting.load(Ordering::Relaxed) != 0 {
            self.wake_one();
        }
    }

    /// All wake, and are refused.
    #[cold]
    fn poisoned(&self) {
        if self.waiting.load(Ordering::Relaxed) == 0 {
            return;
        }
        // Nobody calls a condition now: the caller holds the monitor's lock.
        for waiter in self.with_queue(std::mem::take) {
            waiter.signal.raise();
        }
    }
}

impl RawMonitor {
    /// One step: the queue may be looked at and changed.
    fn with_queue<R>(&self, f: impl FnOnce(&mut Vec<Waiter>) -> R) -> R {
        let mut queue = self.queue.lock();
        let queue = &mut queue.get_or_insert_default().0;
        let result = f(queue);
        #[allow(clippy::cast_possible_truncation)] // fewer than 2^32 threads
        self.waiting.store(queue.len() as u32, Ordering::Relaxed);
        result
    }

    /// Wakes the first waiter whose condition holds. Called under the monitor's lock.
    #[cold]
    fn wake_one(&self) {
        let mut place = 0;
        loop {
            let next = self.with_queue(|queue| {
                let waiter = queue.get_mut(place)?;
                waiter.busy = true;
                Some((waiter.condition, waiter.line))
            });
            let Some((condition, line)) = next else { return };
            // SAFETY: the waiter is in the queue and busy, so its thread sleeps or waits in `withdraw`, and the
            // condition on its stack is alive; this thread holds the monitor's lock, so nobody else calls it and the
            // value is not written. Held by tests/monitor.rs and the models in tests/models.rs.
            let holds = catch_unwind(AssertUnwindSafe(|| unsafe { (*condition)() })).unwrap_or_else(|payload| {
                crate::event::discard(payload);
                eprintln!(
                    "guarded-state: that was the condition of the thread that waits at {line}, looked at by the thread that released the monitor: the waiter looks again, and panics where it waits"
                );
                true
            });
            let woken = self.with_queue(|queue| {
                // Waiters before it may have gone meanwhile, and none has come between.
                let is_it = |waiter: &Waiter| std::ptr::addr_eq(waiter.condition, condition);
                let end = queue.len().min(place + 1);
                let Some(found) = queue[..end].iter().rposition(is_it) else {
                    unreachable!("a busy waiter stays in the queue")
                };
                if holds {
                    return Some(queue.remove(found).signal);
                }
                queue[found].busy = false;
                place = found + 1;
                None
            });
            if let Some(signal) = woken {
                signal.raise();
                return;
            }
        }
    }

    fn enqueue(&self, condition: *mut Condition, signal: Arc<Signal>, line: Line) {
        self.with_queue(|queue| queue.push(Waiter { condition, busy: false, signal, line }));
    }

    /// Takes a condition out of the queue, if it was not taken out by being woken: afterwards nobody calls it.
    fn withdraw(&self, condition: *mut Condition) {
        loop {
            let gone = self.with_queue(|queue| {
                match queue.iter().position(|waiter| std::ptr::addr_eq(waiter.condition, condition)) {
                    None => Ok(None),
                    Some(place) if !queue[place].busy => Ok(Some(queue.remove(place))),
                    // Another thread is in the middle of calling it.
                    Some(_) => Err(()),
                }
            });
            if let Ok(gone) = gone {
                drop(gone);
                return;
            }
            crate::sync::yield_now();
        }
    }
}

/// A pointer to the value that a condition takes along to the thread that calls it.
struct Value<T>(*const T);
// SAFETY: it is followed only under the monitor's lock, by a thread that could have had the value itself: a monitor is
// shared only if `T: Send`.
unsafe impl<T: Send> Send for Value<T> {}

impl<T> Value<T> {
    /// The pointer, reached through the whole so that a closure captures the whole.
    fn get(&self) -> *const T {
        self.0
    }
}

// `Waits` stands at each method: at the impl, rustc would not say what to write.
impl<T, K: Kind, S: Site> Guarded<T, K, S>
where
    K::Policy: Protects<T>,
{
    /// Waits until `condition` holds, and runs `f` with the value, alone, while it still does.
    ///
    /// There is nothing to notify: whoever leaves a scope of this field (`with_write`, `set`, `transact`, a guard..) looks
    /// at the conditions of those who wait, and wakes the first whose condition holds. So `condition` may run on another
    /// thread (it is `Send`), must be quick, and must depend on the value alone: a change of anything else wakes nobody. If
    /// it panics there, it is run again by its own thread, and panics here.
    ///
    /// (A condition in place of a notification is abseil's `Mutex::LockWhen`, and the `Guard` of Guava's `Monitor`.)
    ///
    /// ```
    /// # use guarded_core::{Guarded, Monitor};
    /// static JOBS: Guarded<Vec<u32>, Monitor> = Guarded::new(Vec::new());
    /// let worker = std::thread::spawn(|| JOBS.with_write_when(|jobs| !jobs.is_empty(), |jobs| jobs.pop()));
    /// JOBS.with_write(|jobs| jobs.push(7));
    /// assert_eq!(worker.join().unwrap(), Some(7));
    /// ```
    ///
    /// # Panics
    /// As [`with_write`](Self::with_write); if another guarded lock is held while waiting and the build says panic; if
    /// `condition` panics, which neither poisons nor rolls back.
    ///
    /// # Deadlocks
    /// Waits as long as nobody makes the condition true.
    ///
    /// # Cost
    /// That of [`with_write`](Self::with_write) where the condition holds. A release with `n` waiters runs up to `n`
    /// conditions and wakes at most one thread.
    #[track_caller]
    pub fn with_write_when<R>(
        &self,
        mut condition: impl FnMut(&T) -> bool + Send,
        f: impl FnOnce(&mut T) -> R,
    ) -> R
    where
        S: Keyless,
        T: Send,
        K: Waits,
    {
        let (hold, _) = self.wait_until_met(&mut condition, None);
        write_scope(hold, f)
    }

    /// Waits until `condition` holds, or for `limit`; runs `f` with the value and the outcome in either case.
    ///
    /// ```
    /// # use guarded_core::{Guarded, Monitor, Outcome};
    /// # use std::time::Duration;
    /// let jobs: Guarded<Vec<u32>, Monitor> = Guarded::new(Vec::new());
    /// let job = jobs.with_write_when_for(Duration::from_millis(5), |jobs| !jobs.is_empty(), |jobs, outcome| match outcome {
    ///     Outcome::Met => jobs.pop(),
    ///     Outcome::TimedOut => None,
    /// });
    /// assert_eq!(job, None);
    /// ```
    ///
    /// # Panics
    /// As [`with_write_when`](Self::with_write_when).
    ///
    /// # Deadlocks
    /// Waits for `limit`, and then for the lock.
    ///
    /// # Cost
    /// That of [`with_write_when`](Self::with_write_when); the clock is read before locking and after each wait.
    #[track_caller]
    pub fn with_write_when_for<R>(
        &self,
        limit: Duration,
        mut condition: impl FnMut(&T) -> bool + Send,
        f: impl FnOnce(&mut T, Outcome) -> R,
    ) -> R
    where
        S: Keyless,
        T: Send,
        K: Waits,
    {
        // A limit beyond the clock's end is none.
        let (hold, outcome) = self.wait_until_met(&mut condition, Instant::now().checked_add(limit));
        write_scope(hold, |value| f(value, outcome))
    }

    /// [`with_write_when_for`](Self::with_write_when_for) with a point in time: several waits can share one deadline.
    ///
    /// ```
    /// # use guarded_core::{Guarded, Monitor, Outcome};
    /// # use std::time::{Duration, Instant};
    /// let jobs: Guarded<Vec<u32>, Monitor> = Guarded::new(vec![1]);
    /// let deadline = Instant::now() + Duration::from_millis(5);
    /// let mut done = Vec::new();
    /// while let Some(job) = jobs.with_write_when_until(deadline, |jobs| !jobs.is_empty(), |jobs, _| jobs.pop()) {
    ///     done.push(job);
    /// }
    /// assert_eq!(done, [1]);
    /// ```
    ///
    /// # Panics
    /// As [`with_write_when`](Self::with_write_when).
    ///
    /// # Deadlocks
    /// Waits until `deadline`, and then for the lock.
    ///
    /// # Cost
    /// As [`with_write_when_for`](Self::with_write_when_for).
    #[track_caller]
    pub fn with_write_when_until<R>(
        &self,
        deadline: Instant,
        mut condition: impl FnMut(&T) -> bool + Send,
        f: impl FnOnce(&mut T, Outcome) -> R,
    ) -> R
    where
        S: Keyless,
        T: Send,
        K: Waits,
    {
        let (hold, outcome) = self.wait_until_met(&mut condition, Some(deadline));
        write_scope(hold, |value| f(value, outcome))
    }

    /// How many threads wait for a condition just now.
    ///
    /// ```
    /// # use guarded_core::{Guarded, Monitor};
    /// static JOBS: Guarded<Vec<u32>, Monitor> = Guarded::new(Vec::new());
    /// let worker = std::thread::spawn(|| JOBS.with_write_when(|jobs| !jobs.is_empty(), |jobs| jobs.pop()));
    /// while JOBS.waiters() == 0 {
    ///     std::thread::yield_now();
    /// }
    /// JOBS.with_write(|jobs| jobs.push(7));
    /// assert_eq!(worker.join().unwrap(), Some(7));
    /// ```
    ///
    /// # Cost
    /// One relaxed load: it neither locks nor waits, and may be out of date when it returns.
    #[must_use]
    pub fn waiters(&self) -> usize
    where
        K: Waits,
    {
        self.raw.waiting.load(Ordering::Relaxed) as usize
    }

    /// Under the lock, with the condition met or the time passed.
    #[track_caller]
    fn wait_until_met(
        &self,
        condition: &mut (impl FnMut(&T) -> bool + Send),
        deadline: Option<Instant>,
    ) -> (WriteHold<'_, T, K, S>, Outcome)
    where
        T: Send,
        K: Waits,
    {
        let mut hold = self.hold_write(Poisoned::Refuse);
        let mut signal = None;
        loop {
            if condition(hold.get()) {
                return (hold, Outcome::Met);
            }
            if deadline.is_some_and(crate::sync::passed) {
                return (hold, Outcome::TimedOut);
            }
            #[cfg(feature = "order-check")]
            if signal.is_none() {
                // Whoever could make the condition true may need what this thread holds.
                crate::order::check::waits_while_holding(
                    "a condition",
                    self.info(),
                    self.address(),
                    Location::caller(),
                );
            }
            let signal: &Arc<Signal> = signal.get_or_insert_default();
            let value = Value(hold.value_ptr());
            let again = &mut *condition;
            // SAFETY: `wake_one` calls this under the monitor's lock only.
            let mut bound = move || again(unsafe { &*value.get() });
            let bound: *mut (dyn FnMut() -> bool + Send + '_) = &raw mut bound;
            #[allow(clippy::transmute_ptr_to_ptr)] // a cast cannot change the lifetime
            // SAFETY: only the lifetime changes. `withdraw` below runs before `bound` ends, also on unwind, and nobody
            // calls the condition after it.
            let bound = unsafe {
                std::mem::transmute::<*mut (dyn FnMut() -> bool + Send + '_), *mut Condition>(bound)
            };
            self.raw.enqueue(bound, Arc::clone(signal), Location::caller());
            let withdrawn = scopeguard::guard((), |()| self.raw.withdraw(bound));
            drop(hold);
            signal.wait(deadline);
            drop(withdrawn);
            hold = self.hold_write(Poisoned::Refuse);
        }
    }
}
