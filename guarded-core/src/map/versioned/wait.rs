//! Those who wait for a version: threads and tasks, in one list.

use super::history::History;
use super::snapshot::Version;
use super::{Snapshot, Versioned};
use crate::error::Line;
use crate::event::{Event, Finding, fatal};
use crate::site::Site;
use crate::sync::{Signal, Steps};
use std::panic::Location;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};
use std::time::{Duration, Instant};

pub(super) struct Waiter {
    /// That one, or a newer one.
    pub(super) wants: Version,
    waker: Waker,
}

impl Waiter {
    pub(super) fn tell(self) {
        self.waker.wake();
    }
}

/// A place in the list, until dropped.
struct Listed<'c, T> {
    history: &'c Steps<History<T>>,
    wants: Version,
    waker: Waker,
}

impl<'c, T> Listed<'c, T> {
    /// `None` if there is nothing to wait for.
    fn new(history: &'c Steps<History<T>>, wants: Version, waker: Waker) -> Option<Self> {
        let mut listing = history.lock();
        if listing.current() >= wants {
            return None;
        }
        listing.wait(Waiter { wants, waker: waker.clone() });
        Some(Self { history, wants, waker })
    }
}

impl<T> Drop for Listed<'_, T> {
    fn drop(&mut self) {
        let mine = |waiter: &Waiter| waiter.wants == self.wants && waiter.waker.will_wake(&self.waker);
        let gone = self.history.lock().withdraw(mine);
        drop(gone); // outside the lock
    }
}

impl<T, S: Site, const HISTORY: usize> Versioned<T, S, HISTORY> {
    /// Waits until `version` or a newer one is current, and returns the current one.
    ///
    /// ```
    /// use guarded_core::Versioned;
    /// let config = Versioned::<&str>::new("old");
    /// let next = std::thread::scope(|scope| {
    ///     let waiting = scope.spawn(|| config.wait_newer(config.version(), std::time::Duration::from_secs(10)));
    ///     config.set("new");
    ///     config.wait_for(config.version());
    ///     waiting.join().unwrap()
    /// });
    /// assert!(next.is_none_or(|next| *next == "new")); // or it came after `set`, and nothing newer did
    /// ```
    ///
    /// # Panics
    /// Inside of a write of this field, which would wait for itself; if another guarded lock is held while waiting, and the
    /// build says panic.
    ///
    /// # Deadlocks
    /// Waits as long as nobody publishes. A writer that takes its time holds up nobody who waits for a version that is
    /// there.
    ///
    /// # Cost
    /// One look, if it is there.
    #[track_caller]
    pub fn wait_for(&self, version: Version) -> Snapshot<T> {
        self.wait(version, None)
    }

    /// Waits until a version newer than `than` is current, for `limit` at the most.
    ///
    /// ```
    /// use guarded_core::Versioned;
    /// use std::time::Duration;
    /// let config = Versioned::<&str>::new("old");
    /// let seen = config.version();
    /// assert!(config.wait_newer(seen, Duration::from_millis(5)).is_none());
    /// config.set("new");
    /// assert_eq!(config.wait_newer(seen, Duration::from_millis(5)).as_deref(), Some(&"new"));
    /// ```
    ///
    /// Panics and cost are those of [`wait_for`](Self::wait_for).
    ///
    /// # Deadlocks
    /// Waits for `limit` at the most.
    #[track_caller]
    pub fn wait_newer(&self, than: Version, limit: Duration) -> Option<Snapshot<T>> {
        // Beyond the clock's end there is no limit.
        let snapshot = match Instant::now().checked_add(limit) {
            None => self.wait(than.next(), None),
            deadline => self.wait(than.next(), deadline),
        };
        (snapshot.version() > than).then_some(snapshot)
    }

    /// A future that is ready when a version newer than `than` is current: [`wait_newer`](Self::wait_newer) for async code,
    /// on any executor. It may be dropped at any time.
    ///
    /// ```
    /// use guarded_core::Versioned;
    /// async fn reloaded(config: &Versioned<&str>) -> usize {
    ///     let seen = config.version();
    ///     config.set("new"); // here, for the example; mostly somebody else
    ///     config.newer(seen).await.len()
    /// }
    /// # let config = Versioned::<&str>::new("old");
    /// # let mut waits = std::pin::pin!(reloaded(&config));
    /// # let mut context = std::task::Context::from_waker(std::task::Waker::noop());
    /// # assert_eq!(waits.as_mut().poll(&mut context), std::task::Poll::Ready(3));
    /// ```
    #[must_use = "a future does nothing unless it is polled"]
    pub fn newer(&self, than: Version) -> impl Future<Output = Snapshot<T>> {
        Newer { cell: self, wants: than.next(), listed: None }
    }

    #[track_caller]
    fn wait(&self, wants: Version, deadline: Option<Instant>) -> Snapshot<T> {
        let signal = Arc::new(Signal::default());
        #[cfg(feature = "observe")]
        let since = Instant::now();
        let mut waited = false;
        while let Some(_listed) = Listed::new(&self.history, wants, Arc::clone(&signal).into()) {
            if !waited {
                waited = true;
                self.may_wait(deadline.is_some());
            }
            signal.wait(deadline);
            if deadline.is_some_and(crate::sync::passed) {
                break;
            }
        }
        #[cfg(feature = "observe")]
        if waited && self.writer.info().observed {
            crate::observe::waited(self.writer.info().class, Location::caller(), None, since.elapsed());
        }
        self.snapshot()
    }

    /// The caller will wait: it should hold no lock meanwhile, least of all the writers'.
    #[track_caller]
    fn may_wait(&self, limited: bool) {
        #[cfg(feature = "order-check")]
        if crate::order::held::any() {
            let (info, at) = (self.writer.info(), Location::caller());
            match crate::order::held::held_at(self.writer.address()) {
                Some(since) if !limited => waits_for_itself(&info.class.to_string(), at, since),
                _ => crate::order::check::waits_while_holding("a version", info, self.writer.address(), at),
            }
        }
    }
}

#[cold]
fn waits_for_itself(field: &str, at: Line, since: Line) -> ! {
    let message = format!(
        "waits for a version of `{field}` at {at}, inside of a write of it, entered at {since}\n  that write is what publishes: waiting could only hang. End it first"
    );
    let field = field.to_string();
    fatal(&Event { finding: Finding::Reentrance, other: Some((field.clone(), since)), field, at, message })
}

struct Newer<'c, T, S: Site, const HISTORY: usize> {
    cell: &'c Versioned<T, S, HISTORY>,
    wants: Version,
    listed: Option<Listed<'c, T>>,
}

impl<T, S: Site, const HISTORY: usize> Future for Newer<'_, T, S, HISTORY> {
    type Output = Snapshot<T>;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Snapshot<T>> {
        let this = self.get_mut();
        this.listed = None;
        this.listed = Listed::new(&this.cell.history, this.wants, context.waker().clone());
        if this.listed.is_some() { Poll::Pending } else { Poll::Ready(this.cell.snapshot()) }
    }
}
