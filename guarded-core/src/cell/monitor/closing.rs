//! The end of all waiting.

use crate::cell::access::write_scope;
use crate::cell::hold::Poisoned;
use crate::cell::kind::{Kind, Waits};
use crate::cell::policy::Protects;
use crate::cell::storage::Guarded;
use crate::error::{Line, TryError};
use crate::site::{Keyless, Site};
use std::panic::Location;

impl<T, K: Kind, S: Site> Guarded<T, K, S>
where
    K::Policy: Protects<T>,
{
    /// Ends all waiting: who waits for a condition that does not hold returns, now and later. Shutdown in one call.
    ///
    /// What was in is not lost: a wait whose condition holds still goes on, so workers take the last jobs and then end. Writes
    /// go on too; [`with_write_if_open`](Self::with_write_if_open) is for those that should not. A monitor is never opened again.
    ///
    /// It ends *all* waiting, that with a limit as well. Where workers must still wait after the end, for a job that is due later, say, the
    /// end is not this but a `bool` in the value, which their conditions look at.
    ///
    /// ```
    /// # use guarded_core::{Guarded, Monitor};
    /// static JOBS: Guarded<Vec<u32>, Monitor> = Guarded::new(Vec::new());
    /// let worker = std::thread::spawn(|| {
    ///     let mut done = 0;
    ///     while let Ok(Some(job)) = JOBS.try_with_write_when(|jobs| !jobs.is_empty(), Vec::pop) {
    ///         done += job;
    ///     }
    ///     done
    /// });
    /// JOBS.with_write(|jobs| jobs.extend([1, 2, 3]));
    /// JOBS.close();
    /// assert_eq!(worker.join().unwrap(), 6);
    /// ```
    ///
    /// | call | where it is closed and the condition does not hold |
    /// | --- | --- |
    /// | [`try_with_write_when`](Self::try_with_write_when) and its async twin | `Err(TryError::Closed { .. })` |
    /// | [`with_write_when_for`](Self::with_write_when_for), [`with_write_when_until`](Self::with_write_when_until) | `Outcome::Closed`, at once |
    /// | [`with_write_when`](Self::with_write_when) and its async twin | a panic with both lines |
    ///
    /// # Panics
    /// As [`with_write`](Self::with_write), but not at poison.
    ///
    /// # Deadlocks
    /// As [`with_write`](Self::with_write).
    ///
    /// # Cost
    /// That of [`with_write`](Self::with_write), and waking all who wait. Afterwards each release looks at the queue.
    #[track_caller]
    pub fn close(&self)
    where
        S: Keyless,
        K: Waits,
    {
        let hold = self.hold_write(Poisoned::Admit);
        self.raw.close(Location::caller());
        hold.release();
    }

    /// [`close`](Self::close), and a last write in the same moment: to take out what nobody is to have any more, or to leave a word for
    /// those that come later. Where `f` panics it is not closed.
    ///
    /// ```
    /// # use guarded_core::{Guarded, TryError};
    /// let idle = Guarded::monitor(vec!["a connection", "another"]);
    /// let ended = idle.close_with(std::mem::take);
    /// assert_eq!(ended.len(), 2); // dropped here, with nothing locked
    /// assert!(matches!(idle.try_with_write_when(|idle| !idle.is_empty(), Vec::pop), Err(TryError::Closed { .. })));
    /// ```
    ///
    /// # Panics
    /// As [`with_write`](Self::with_write).
    ///
    /// # Deadlocks
    /// As [`with_write`](Self::with_write).
    ///
    /// # Cost
    /// As [`close`](Self::close).
    #[track_caller]
    pub fn close_with<R>(&self, f: impl FnOnce(&mut T) -> R) -> R
    where
        S: Keyless,
        K: Waits,
    {
        let at = Location::caller();
        let hold = self.hold_write(Poisoned::Refuse);
        write_scope(hold, |value| {
            let result = f(value);
            self.raw.close(at);
            result
        })
    }

    /// Whether it was [closed](Self::close).
    ///
    /// ```
    /// # use guarded_core::Guarded;
    /// let jobs = Guarded::monitor(vec![7]);
    /// assert!(!jobs.is_closed());
    /// jobs.close();
    /// assert!(jobs.is_closed());
    /// ```
    ///
    /// # Cost
    /// One relaxed load: it may be out of date when it returns.
    #[must_use]
    pub fn is_closed(&self) -> bool
    where
        K: Waits,
    {
        self.raw.is_closed()
    }

    /// [`with_write`](Self::with_write), unless the monitor is [closed](Self::close): the look and the write are one moment, so nothing
    /// comes in behind the last worker's back.
    ///
    /// ```
    /// # use guarded_core::{Guarded, TryError};
    /// let jobs = Guarded::monitor(vec![7]);
    /// assert_eq!(jobs.with_write_if_open(|jobs| jobs.push(8)), Ok(()));
    /// jobs.close();
    /// assert!(matches!(jobs.with_write_if_open(|jobs| jobs.push(9)), Err(TryError::Closed { .. })));
    /// ```
    ///
    /// # Errors
    /// `Closed`.
    ///
    /// # Panics
    /// As [`with_write`](Self::with_write).
    ///
    /// # Deadlocks
    /// As [`with_write`](Self::with_write).
    ///
    /// # Cost
    /// That of [`with_write`](Self::with_write), and a load.
    #[track_caller]
    pub fn with_write_if_open<R>(&self, f: impl FnOnce(&mut T) -> R) -> Result<R, TryError>
    where
        S: Keyless,
        K: Waits,
    {
        let hold = self.hold_write(Poisoned::Refuse);
        match self.raw.closed_at() {
            None => Ok(write_scope(hold, f)),
            Some(closed_at) => {
                hold.release();
                Err(self.closed_error(closed_at))
            }
        }
    }

    pub(in crate::cell) fn closed_error(&self, closed_at: Line) -> TryError {
        TryError::Closed { field: self.info().class.to_string(), closed_at }
    }

    #[cold]
    #[track_caller]
    pub(in crate::cell) fn wait_was_closed(&self, at: Line, closed_at: Line) -> ! {
        panic!(
            "`{}` was closed at {closed_at}: what the call at {at} waits for will not come\n  `try_with_write_when` returns this as an error",
            self.info().class
        )
    }
}
