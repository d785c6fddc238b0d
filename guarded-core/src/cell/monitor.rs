//! Waiting for a condition of the value.
//!
//! A waiter leaves its condition in the monitor's queue. Whoever releases the monitor looks through the queue, first
//! come first served, and wakes the first waiter whose condition has become true, and nobody else; that waiter does the
//! same when it leaves. So there is no notify to forget, and a write that makes no condition true wakes nobody.
//! A task's condition stands in the same queue. (The idea of looking at conditions in the releasing thread is that of abseil's
//! `Mutex` and Hoare's monitors.)
//!
//! [`queue`] is the lock with its queue, [`polled`] the calls for tasks, [`closing`] the end of all waiting.

#![allow(unsafe_code)] // a condition on a sleeping thread's stack is called by another thread; argued below

mod closing;
mod polled;
mod queue;

pub(crate) use queue::RawMonitor;

use super::access::write_scope;
use super::hold::{Poisoned, WriteHold};
use super::kind::Kind;
use super::kind::Waits;
use super::policy::Protects;
use super::storage::Guarded;
use crate::error::{Line, TryError};
use crate::site::{Keyless, Site};
use crate::sync::Signal;
use queue::OnStack;
use std::panic::Location;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// How a wait with a limit ended.
///
/// ```
/// # use guarded_core::{Guarded, Monitor, Outcome};
/// # use std::time::Duration;
/// let jobs: Guarded<Vec<u32>, Monitor> = Guarded::new(vec![7]);
/// let how = jobs.with_write_when_for(Duration::from_millis(5), |jobs| !jobs.is_empty(), |_, outcome| outcome);
/// assert_eq!(how, Outcome::Met);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Outcome {
    /// The condition holds.
    Met,
    /// The time has passed, and the condition does not hold.
    TimedOut,
    /// The monitor was [closed](Guarded::close), and the condition does not hold.
    Closed,
}

/// How a wait ended, with the line that closed the monitor.
enum Ended {
    Met,
    TimedOut,
    Closed(Line),
}

impl From<Ended> for Outcome {
    fn from(ended: Ended) -> Self {
        match ended {
            Ended::Met => Self::Met,
            Ended::TimedOut => Self::TimedOut,
            Ended::Closed(_) => Self::Closed,
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
    /// `condition` panics, which neither poisons nor rolls back; if the monitor is [closed](Self::close) and the condition does
    /// not hold: [`try_with_write_when`](Self::try_with_write_when) returns that as an error.
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
        match self.write_once_met(&mut condition, f) {
            Ok(result) => result,
            Err(closed_at) => self.wait_was_closed(Location::caller(), closed_at),
        }
    }

    /// [`with_write_when`](Self::with_write_when), with an error where the monitor is [closed](Self::close).
    ///
    /// ```
    /// # use guarded_core::{Guarded, Monitor, TryError};
    /// let jobs: Guarded<Vec<u32>, Monitor> = Guarded::new(vec![7]);
    /// jobs.close();
    /// let next = || jobs.try_with_write_when(|jobs| !jobs.is_empty(), |jobs| jobs.pop());
    /// assert_eq!(next(), Ok(Some(7)), "what was in is not lost");
    /// assert!(matches!(next(), Err(TryError::Closed { .. })));
    /// ```
    ///
    /// # Errors
    /// `Closed`, where the condition does not hold and the monitor is closed, before or while this waits.
    ///
    /// # Panics
    /// As [`with_write_when`](Self::with_write_when), but not for that.
    ///
    /// # Deadlocks
    /// As [`with_write_when`](Self::with_write_when).
    ///
    /// # Cost
    /// As [`with_write_when`](Self::with_write_when).
    #[track_caller]
    pub fn try_with_write_when<R>(
        &self,
        mut condition: impl FnMut(&T) -> bool + Send,
        f: impl FnOnce(&mut T) -> R,
    ) -> Result<R, TryError>
    where
        S: Keyless,
        T: Send,
        K: Waits,
    {
        self.write_once_met(&mut condition, f).map_err(|closed_at| self.closed_error(closed_at))
    }

    /// Waits until `condition` holds, or for `limit`; runs `f` with the value and the outcome in either case.
    ///
    /// ```
    /// # use guarded_core::{Guarded, Monitor, Outcome};
    /// # use std::time::Duration;
    /// let jobs: Guarded<Vec<u32>, Monitor> = Guarded::new(Vec::new());
    /// let job = jobs.with_write_when_for(Duration::from_millis(5), |jobs| !jobs.is_empty(), |jobs, outcome| match outcome {
    ///     Outcome::Met => jobs.pop(),
    ///     _ => None, // the time has passed, or the monitor is closed
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
        let (hold, ended) = self.wait_until_met(&mut condition, Instant::now().checked_add(limit));
        write_scope(hold, |value| f(value, ended.into()))
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
        let (hold, ended) = self.wait_until_met(&mut condition, Some(deadline));
        write_scope(hold, |value| f(value, ended.into()))
    }

    /// How many threads and tasks wait for a condition just now.
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
        self.raw.waiting()
    }

    /// Without a limit; or the line that closed the monitor.
    #[track_caller]
    fn write_once_met<R>(
        &self,
        condition: &mut (impl FnMut(&T) -> bool + Send),
        f: impl FnOnce(&mut T) -> R,
    ) -> Result<R, Line>
    where
        T: Send,
        K: Waits,
    {
        match self.wait_until_met(condition, None) {
            (hold, Ended::Closed(closed_at)) => {
                drop(hold);
                Err(closed_at)
            }
            (hold, _) => Ok(write_scope(hold, f)),
        }
    }

    /// Under the lock, with the condition met, the time passed, or the monitor closed.
    #[track_caller]
    fn wait_until_met(
        &self,
        condition: &mut (impl FnMut(&T) -> bool + Send),
        deadline: Option<Instant>,
    ) -> (WriteHold<'_, T, K, S>, Ended)
    where
        T: Send,
        K: Waits,
    {
        let mut hold = self.hold_write(Poisoned::Refuse);
        let mut signal = None;
        loop {
            if condition(hold.get()) {
                return (hold, Ended::Met);
            }
            if deadline.is_some_and(crate::sync::passed) {
                return (hold, Ended::TimedOut);
            }
            if let Some(line) = self.raw.closed_at() {
                return (hold, Ended::Closed(line));
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
            // SAFETY: `look` calls this under the monitor's lock only.
            let mut bound = move || again(unsafe { &*value.get() });
            let bound: *mut (dyn FnMut() -> bool + Send + '_) = &raw mut bound;
            #[allow(clippy::transmute_ptr_to_ptr)] // a cast cannot change the lifetime
            // SAFETY: only the lifetime changes. `withdraw` below runs before `bound` ends, also on unwind, and nobody
            // calls the condition after it.
            let bound =
                unsafe { std::mem::transmute::<*mut (dyn FnMut() -> bool + Send + '_), *mut OnStack>(bound) };
            self.raw.enqueue(bound, Arc::clone(signal).into(), Location::caller());
            let withdrawn = scopeguard::guard((), |()| self.raw.withdraw(bound));
            drop(hold);
            signal.wait(deadline);
            drop(withdrawn);
            hold = self.hold_write(Poisoned::Refuse);
        }
    }
}
