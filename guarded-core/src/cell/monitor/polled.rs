//! Waiting for a condition from async code.

#![allow(unsafe_code)] // a condition is given the value as a pointer, argued below

use super::queue::Parked;
use crate::cell::access::write_scope_at;
use crate::cell::hold::Poisoned;
use crate::cell::kind::{Kind, Waits};
use crate::cell::policy::Protects;
use crate::cell::storage::Guarded;
use crate::error::{Line, TryError};
use crate::site::{Keyless, Site};
use scopeguard::ScopeGuard;
use std::panic::Location;
use std::pin::Pin;
use std::task::{Context, Poll};

impl<T, K: Kind, S: Site> Guarded<T, K, S>
where
    K::Policy: Protects<T>,
{
    /// [`with_write_when`](Self::with_write_when) for async code, on any executor: ready when the condition holds, with the result of
    /// `f`, which runs under the lock in the poll that finds it so.
    ///
    /// Nothing is locked while it waits, and `f` cannot `.await`. It may be dropped at any time. Tasks and threads wait in one
    /// queue and are woken by the same scopes. A time limit is the executor's: `tokio::time::timeout(limit, ..)`.
    ///
    /// ```
    /// use guarded_core::{Guarded, Monitor};
    /// static JOBS: Guarded<Vec<u32>, Monitor> = Guarded::new(Vec::new());
    /// async fn worker() -> Option<u32> {
    ///     JOBS.with_write_when_async(|jobs| !jobs.is_empty(), |jobs| jobs.pop()).await
    /// }
    /// # let mut worker = std::pin::pin!(worker());
    /// # let mut context = std::task::Context::from_waker(std::task::Waker::noop());
    /// # assert!(worker.as_mut().poll(&mut context).is_pending());
    /// # JOBS.with_write(|jobs| jobs.push(7));
    /// # assert_eq!(worker.as_mut().poll(&mut context), std::task::Poll::Ready(Some(7)));
    /// ```
    ///
    /// # Panics
    /// A poll panics where [`with_write_when`](Self::with_write_when) does, and after it was ready.
    ///
    /// # Deadlocks
    /// A poll waits for the lock, as [`with_write`](Self::with_write) does: scopes are short. A task that is woken and polled no more
    /// holds up nobody.
    ///
    /// # Cost
    /// A poll is a write scope; the first one that must wait allocates. The condition borrows nothing, because a future may be leaked.
    #[track_caller]
    pub fn with_write_when_async<C, F, R>(&self, condition: C, f: F) -> impl Future<Output = R>
    where
        C: FnMut(&T) -> bool + Send + 'static,
        F: FnOnce(&mut T) -> R,
        T: Send + 'static,
        S: Keyless,
        K: Waits,
    {
        let at = Location::caller();
        let when = self.when(condition, f, at);
        async move {
            match when.await {
                Ok(result) => result,
                Err(closed_at) => self.wait_was_closed(at, closed_at),
            }
        }
    }

    /// [`with_write_when_async`](Self::with_write_when_async), with an error where the monitor is [closed](Self::close).
    ///
    /// ```
    /// use guarded_core::{Guarded, Monitor, TryError};
    /// async fn next(jobs: &Guarded<Vec<u32>, Monitor>) -> Result<Option<u32>, TryError> {
    ///     jobs.try_with_write_when_async(|jobs| !jobs.is_empty(), |jobs| jobs.pop()).await
    /// }
    /// # let jobs: Guarded<Vec<u32>, Monitor> = Guarded::new(vec![]);
    /// # jobs.close();
    /// # let mut next = std::pin::pin!(next(&jobs));
    /// # let mut context = std::task::Context::from_waker(std::task::Waker::noop());
    /// # assert!(matches!(next.as_mut().poll(&mut context), std::task::Poll::Ready(Err(TryError::Closed { .. }))));
    /// ```
    ///
    /// # Errors
    /// `Closed`, where the condition does not hold and the monitor is closed.
    ///
    /// # Panics
    /// As [`with_write_when_async`](Self::with_write_when_async), but not for that.
    ///
    /// # Deadlocks
    /// As [`with_write_when_async`](Self::with_write_when_async).
    ///
    /// # Cost
    /// As [`with_write_when_async`](Self::with_write_when_async).
    #[track_caller]
    pub fn try_with_write_when_async<C, F, R>(
        &self,
        condition: C,
        f: F,
    ) -> impl Future<Output = Result<R, TryError>>
    where
        C: FnMut(&T) -> bool + Send + 'static,
        F: FnOnce(&mut T) -> R,
        T: Send + 'static,
        S: Keyless,
        K: Waits,
    {
        let when = self.when(condition, f, Location::caller());
        async move { when.await.map_err(|closed_at| self.closed_error(closed_at)) }
    }

    pub(in crate::cell) fn when<C, F>(&self, mut condition: C, f: F, at: Line) -> When<'_, T, K, S, F>
    where
        C: FnMut(&T) -> bool + Send + 'static,
        T: 'static,
        K: Waits,
    {
        // SAFETY: it is called under the monitor's lock with a pointer to the monitor's value, by `poll` below and by `look`, which
        // has it from the cell that is unlocked.
        let condition: Parked = Box::new(move |value| condition(unsafe { &*value.cast::<T>() }));
        When { cell: self, state: State::Own(condition), f: Some(f), at }
    }
}

/// The future of a condition. Nothing in it is pinned.
pub(in crate::cell) struct When<'c, T, K: Waits, S: Site, F> {
    cell: &'c Guarded<T, K, S>,
    state: State,
    f: Option<F>,
    at: Line,
}

/// Who has the condition.
enum State {
    Own(Parked),
    /// The monitor's queue.
    Parked(u64),
    Over,
}

impl<T, K: Waits, S: Site, F> Unpin for When<'_, T, K, S, F> {}

impl<T, K: Waits, S: Keyless, F, R> Future for When<'_, T, K, S, F>
where
    K::Policy: Protects<T>,
    F: FnOnce(&mut T) -> R,
{
    /// Or the line that closed the monitor.
    type Output = Result<R, Line>;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.get_mut();
        let cell = this.cell;
        let hold = cell.hold_write(Poisoned::Refuse);
        hold.on_behalf_of(this.at);
        // Nobody else calls the condition now: this thread holds the monitor's lock. One that panics is called no more.
        let (mut condition, place) = match std::mem::replace(&mut this.state, State::Over) {
            State::Own(condition) => (condition, None),
            State::Parked(task) => {
                let leaves = scopeguard::guard(task, |task| cell.raw.unpark(task));
                let Some(condition) = cell.raw.parked(task) else { unreachable!("it is parked") };
                (condition, Some(leaves))
            }
            State::Over => panic!("polled after it was ready"),
        };
        if condition(hold.value_ptr().cast()) {
            let Some(f) = this.f.take() else { unreachable!("it is taken when it is ready") };
            drop(place);
            let result = write_scope_at(hold, this.at, f);
            drop(condition); // outside the lock
            return Poll::Ready(Ok(result));
        }
        if let Some(closed_at) = cell.raw.closed_at() {
            drop(place);
            hold.release();
            return Poll::Ready(Err(closed_at));
        }
        let waker = context.waker().clone();
        this.state = State::Parked(match place.map(ScopeGuard::into_inner) {
            None => cell.raw.park(condition, waker, this.at),
            Some(task) => {
                cell.raw.park_again(task, condition, waker);
                task
            }
        });
        hold.release();
        Poll::Pending
    }
}

impl<T, K: Waits, S: Site, F> Drop for When<'_, T, K, S, F> {
    fn drop(&mut self) {
        if let State::Parked(task) = self.state {
            self.cell.raw.unpark(task);
        }
    }
}
