//! The same locks, built from a model checker's mutex and condition variable.
//!
//! A model has no clock. A timed attempt is one look without waiting: what a longer wait could meet, the look meets in
//! another interleaving. A deadline passes when its thread has looked at its bell in vain ([`passed`]).
//!
//! What is real in a model, and why its executions are repeatable all the same: the locks that the library keeps for
//! itself, the learned order, the tables of counts and the real threads' own locals (the spill of the held stack, the
//! lease of a table, the hook's mark) stay from one execution to the next, or are common to all threads of a model. None
//! of them decides whether a modelled operation happens, and no modelled operation runs while they are in use; a table
//! of counts that two modelled threads share still counts right, for they take turns on one real thread.

use super::{Mode, RawLock};
use std::sync::OnceLock;
use std::time::{Duration, Instant};

#[cfg(loom)]
use loom::sync::{Condvar, Mutex, atomic::AtomicUsize};
#[cfg(all(shuttle, not(loom)))]
use shuttle::sync::{Condvar, Mutex, atomic::AtomicUsize};

/// A thread-local of the model's threads, which share one real thread.
macro_rules! thread_state {
    ($(#[$meta:meta])* $vis:vis static $name:ident: $ty:ty = $init:expr) => {
        #[cfg(loom)]
        ::loom::thread_local! { $(#[$meta])* $vis static $name: $ty = $init }
        #[cfg(all(shuttle, not(loom)))]
        ::shuttle::thread_local! { $(#[$meta])* $vis static $name: $ty = $init }
    };
}
pub(crate) use thread_state;

/// A model's panic must not be hidden behind a second one about poison.
macro_rules! enter {
    ($mutex:expr) => {
        $mutex.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    };
}

#[derive(Default)]
struct State {
    readers: usize,
    writer: bool,
    upgradable: bool,
    /// Writers in the queue keep new readers out, as the real lock does.
    queued: usize,
}

struct Inner {
    state: Mutex<State>,
    changed: Condvar,
}

/// Made on first use, because a model's primitives can be neither `const` nor outlive one execution.
struct Core(OnceLock<Box<Inner>>);

impl Core {
    #[allow(clippy::declare_interior_mutable_const)] // each use is a fresh lock, as intended
    const NEW: Self = Self(OnceLock::new());

    fn inner(&self) -> &Inner {
        self.0
            .get_or_init(|| Box::new(Inner { state: Mutex::new(State::default()), changed: Condvar::new() }))
    }

    fn try_lock(&self, mode: Mode) -> bool {
        grant(&mut enter!(self.inner().state), mode, true)
    }

    fn lock(&self, mode: Mode) {
        let inner = self.inner();
        let mut state = enter!(inner.state);
        if grant(&mut state, mode, true) {
            return;
        }
        let queues = mode.is_exclusive();
        state.queued += usize::from(queues);
        while !grant(&mut state, mode, !queues) {
            state = inner.changed.wait(state).unwrap_or_else(std::sync::PoisonError::into_inner);
        }
        state.queued -= usize::from(queues);
    }

    fn change(&self, f: impl FnOnce(&mut State)) {
        let inner = self.inner();
        f(&mut enter!(inner.state));
        inner.changed.notify_all();
    }
}

/// Gives `mode` if the state allows it; `polite` newcomers let queued writers go first.
fn grant(state: &mut State, mode: Mode, polite: bool) -> bool {
    let free = match mode {
        Mode::Read => !state.writer && (!polite || state.queued == 0),
        Mode::Write | Mode::SoleRead => !state.writer && state.readers == 0 && !state.upgradable,
        Mode::Upgradable => !state.writer && !state.upgradable,
        Mode::Upgrade => state.readers == 0,
    };
    if free {
        match mode {
            Mode::Read => state.readers += 1,
            Mode::Write | Mode::SoleRead => state.writer = true,
            Mode::Upgradable => state.upgradable = true,
            Mode::Upgrade => {
                state.upgradable = false;
                state.writer = true;
            }
        }
    }
    free
}

impl Core {
    fn unlock(&self, mode: Mode) {
        self.change(|state| match mode {
            Mode::Read => state.readers -= 1,
            Mode::Upgradable => state.upgradable = false,
            Mode::Write | Mode::SoleRead | Mode::Upgrade => state.writer = false,
        });
    }
}

/// A reader-writer lock.
#[allow(missing_debug_implementations)] // a cell prints its value, not its lock
pub struct RawRw(Core);

/// A mutex.
#[allow(missing_debug_implementations)] // a cell prints its value, not its lock
pub struct RawMutex(Core);

macro_rules! raw_lock {
    ($name:ident, shares: $shares:literal) => {
        // SAFETY: `grant` admits no writer beside anyone else; for a mutex every mode is made `Write`.
        unsafe impl RawLock for $name {
            const NEW: Self = Self(Core::NEW);
            const SHARES: bool = $shares;
            fn try_lock(&self, mode: Mode) -> bool {
                self.0.try_lock(if $shares { mode } else { Mode::Write })
            }
            fn lock(&self, mode: Mode) {
                self.0.lock(if $shares { mode } else { Mode::Write });
            }
            fn lock_for(&self, mode: Mode, _: Duration) -> bool {
                self.try_lock(mode)
            }
            unsafe fn unlock(&self, mode: Mode) {
                self.0.unlock(if $shares { mode } else { Mode::Write });
            }
            unsafe fn downgrade(&self) {
                if $shares {
                    self.0.change(|state| {
                        state.writer = false;
                        state.readers += 1;
                    });
                }
            }
            unsafe fn downgrade_to_upgradable(&self) {
                if $shares {
                    self.0.change(|state| {
                        state.writer = false;
                        state.upgradable = true;
                    });
                }
            }
        }
    };
}
raw_lock!(RawRw, shares: true);
raw_lock!(RawMutex, shares: false);

/// A lock of the library's own, each section of which is a step: a checker tries out the orders of what it sees to
/// depend on each other, and would take a real lock's sections for independent.
pub(crate) struct Steps<T> {
    step: OnceLock<Box<AtomicUsize>>,
    section: super::Internal<T>,
}

impl<T> Steps<T> {
    pub(crate) const fn new(value: T) -> Self {
        Self { step: OnceLock::new(), section: super::Internal::new(value) }
    }

    pub(crate) fn lock(&self) -> impl std::ops::DerefMut<Target = T> {
        self.step.get_or_init(|| Box::new(AtomicUsize::new(0))).fetch_add(1, super::Ordering::Relaxed);
        self.section.lock()
    }
}

/// One thread's bell: raised by whoever makes its condition true.
pub(crate) struct Signal {
    raised: Mutex<bool>,
    changed: Condvar,
}

impl Default for Signal {
    fn default() -> Self {
        Self { raised: Mutex::new(false), changed: Condvar::new() }
    }
}

impl Signal {
    pub(crate) fn raise(&self) {
        *enter!(self.raised) = true;
        self.changed.notify_one();
    }

    /// Waits until raised. With a deadline it is one look, and a look in vain is the deadline's passing.
    pub(crate) fn wait(&self, deadline: Option<Instant>) {
        let mut raised = enter!(self.raised);
        while !*raised && deadline.is_none() {
            raised = self.changed.wait(raised).unwrap_or_else(std::sync::PoisonError::into_inner);
        }
        let woken = std::mem::take(&mut *raised);
        drop(raised);
        LATE.with(|late| late.set(!woken));
    }
}

thread_state! {
    /// The last wait of this thread ended with its deadline.
    static LATE: std::cell::Cell<bool> = std::cell::Cell::new(false)
}

/// The time has come: the wait for it was in vain. Asking sets the clock back, for the next wait's sake.
pub(crate) fn passed(_: Instant) -> bool {
    LATE.with(|late| late.replace(false))
}

/// Modelled threads take turns on one real thread, and std's answer is about that one: a thread would be taken to
/// unwind because another does. So nobody does, and no model locks in a destructor while it unwinds.
pub(crate) fn unwinding() -> bool {
    false
}

#[cfg(loom)]
pub(crate) use loom::thread::yield_now;
#[cfg(all(shuttle, not(loom)))]
pub(crate) use shuttle::thread::yield_now;
