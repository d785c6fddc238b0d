//! The only place that names locks and atomics.
//!
//! Everything above this module is written against [`RawLock`], so that a model checker's primitives can
//! take the place of `parking_lot`: build with `--cfg loom` or `--cfg shuttle`.
//!
//! Locks that the library keeps for itself (the order graph, the table of classes) are always real ones
//! ([`Internal`]): no user code and no modelled operation runs while one is held, so a model sees each of
//! their sections as one step, if it sees it at all: [`Steps`] are those whose order it must try out. The same holds for the observer's relaxed counters.

#![allow(unsafe_code)] // releasing a raw lock is an unsafe operation; each call argues why it is held

use std::sync::Arc;
use std::task::Wake;
use std::time::Duration;

#[cfg(any(loom, shuttle))]
mod model;
#[cfg(not(any(loom, shuttle)))]
mod native;
mod striped;

#[cfg(any(loom, shuttle))]
pub(crate) use self::model::{RawMutex, RawRw, Signal, Steps, passed, thread_state, unwinding, yield_now};
#[cfg(not(any(loom, shuttle)))]
pub(crate) use self::native::{RawMutex, RawRw, Signal, Steps, passed, thread_state, unwinding, yield_now};
pub(crate) use self::striped::RawStriped;

#[cfg(not(any(loom, shuttle)))] // a model has no stall watch
pub(crate) use parking_lot::Condvar as InternalCondvar;
pub(crate) use parking_lot::Mutex as Internal;
pub(crate) use parking_lot::RwLock as InternalRw;
pub(crate) use std::sync::atomic::{AtomicU8, AtomicU32, AtomicU64, AtomicUsize, Ordering};

/// A blocked thread's waker.
impl Wake for Signal {
    fn wake(self: Arc<Self>) {
        self.raise();
    }
    fn wake_by_ref(self: &Arc<Self>) {
        self.raise();
    }
}

/// How a lock is held or wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Mode {
    /// Shared with other readers.
    Read = 0,
    /// Alone.
    Write = 1,
    /// A read through a lock that knows no sharing: alone, but a read in the reader's eyes.
    SoleRead = 2,
    /// Shared with readers, alone among those who may upgrade.
    Upgradable = 3,
    /// The step from [`Mode::Upgradable`] to [`Mode::Write`].
    Upgrade = 4,
}

impl Mode {
    /// The word for messages.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Read | Self::SoleRead => "read",
            Self::Write => "write",
            Self::Upgradable => "upgradable read",
            Self::Upgrade => "upgrade",
        }
    }

    /// No reader can be inside at the same time.
    #[must_use]
    pub const fn is_exclusive(self) -> bool {
        matches!(self, Self::Write | Self::SoleRead | Self::Upgrade)
    }

    /// Someone who wants `self` waits for someone who holds `held`.
    pub(crate) const fn waits_for(self, held: Mode) -> bool {
        match self {
            Self::Write | Self::SoleRead => true,
            Self::Read => held.is_exclusive(),
            Self::Upgradable => !matches!(held, Mode::Read),
            Self::Upgrade => matches!(held, Mode::Read),
        }
    }
}

/// What a cell needs of its lock. Not for users: the trait is reachable, but hidden.
///
/// # Safety
/// `lock`, `try_lock` and `lock_for` must give what [`Mode`] says: no writer beside anyone else.
pub unsafe trait RawLock: Send + Sync {
    /// An unlocked lock.
    const NEW: Self;
    /// Sharing readers is what the lock can do; without it every mode is exclusive.
    const SHARES: bool;
    /// Without waiting.
    fn try_lock(&self, mode: Mode) -> bool;
    /// As long as it takes.
    fn lock(&self, mode: Mode);
    /// As long as `limit` allows.
    fn lock_for(&self, mode: Mode, limit: Duration) -> bool;
    /// # Safety
    /// The caller holds the lock in `mode`, and gives it up.
    unsafe fn unlock(&self, mode: Mode);
    /// From [`Mode::Write`] to [`Mode::Read`] (on a lock that does not share: nothing changes).
    ///
    /// # Safety
    /// The caller holds the lock in [`Mode::Write`].
    unsafe fn downgrade(&self);
    /// From [`Mode::Write`] back to [`Mode::Upgradable`].
    ///
    /// # Safety
    /// The caller holds the lock in [`Mode::Write`], reached through [`Mode::Upgrade`].
    unsafe fn downgrade_to_upgradable(&self);
    /// Readers write nothing that others read: neither does the cell for them.
    const QUIET: bool = false;
    /// Called where the value may have changed, to run `unlock`: the place where a monitor looks at its waiters, before, and
    /// wakes them, after.
    #[inline(always)]
    fn watched_unlock(&self, value: *const (), unlock: impl FnOnce()) {
        let _ = value;
        unlock();
    }
    /// Called, with the lock held, when the value was poisoned: nobody is to wait for what no writer can bring about.
    fn poisoned(&self) {}
}
