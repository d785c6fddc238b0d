//! A reader-writer lock in stripes: a reader takes that of its thread, a writer all of them.
//!
//! Readers on different processors write different cache lines, and so do not hold each other up; a writer pays for each stripe.
//! (Crossbeam's `ShardedLock` is such a lock, and so were Linux's big-reader locks.)

use super::{Mode, RawLock, RawRw};
use std::cell::Cell;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

/// More than a few are memory and time of writers for nothing.
const STRIPES: usize = 8;

/// A stripe has its cache lines for itself.
#[repr(align(128))]
struct Stripe(RawRw);

/// The lock.
#[allow(missing_debug_implementations)] // a cell prints its value, not its lock
pub struct RawStriped([Stripe; STRIPES]);

/// The stripe of this thread: threads take them in turn.
#[inline(always)]
fn own() -> usize {
    thread_local!(static OWN: Cell<usize> = const { Cell::new(usize::MAX) });
    OWN.with(|own| {
        if own.get() == usize::MAX {
            own.set(next());
        }
        own.get()
    })
}

#[cold]
fn next() -> usize {
    static THREADS: AtomicUsize = AtomicUsize::new(0);
    THREADS.fetch_add(1, Ordering::Relaxed) % STRIPES
}

impl RawStriped {
    /// All stripes from the first on, each by `lock`; none if that fails for one.
    fn all(&self, mut lock: impl FnMut(&RawRw) -> bool) -> bool {
        for (place, stripe) in self.0.iter().enumerate() {
            if !lock(&stripe.0) {
                for stripe in &self.0[..place] {
                    // SAFETY: it was locked in this loop, and nobody has released it.
                    unsafe { stripe.0.unlock(Mode::Write) };
                }
                return false;
            }
        }
        true
    }
}

// SAFETY: a reader holds a stripe shared, a writer all of them alone: so no writer is beside anyone else. What a thread has taken
// it gives back itself, so a reader's stripe is the same at both ends: this is the lock of a part of a map, whose holds stay in the
// call that takes them (`map::keyed::scope`), and which hands out no guards.
unsafe impl RawLock for RawStriped {
    #[allow(clippy::declare_interior_mutable_const)] // each use is a fresh lock, as intended
    const NEW: Self = Self([const { Stripe(RawRw::NEW) }; STRIPES]);
    const SHARES: bool = true;
    const QUIET: bool = true;

    #[inline(always)]
    fn try_lock(&self, mode: Mode) -> bool {
        match mode {
            Mode::Read => self.0[own()].0.try_lock(Mode::Read),
            _ => self.all(|stripe| stripe.try_lock(Mode::Write)),
        }
    }

    fn lock(&self, mode: Mode) {
        match mode {
            Mode::Read => self.0[own()].0.lock(Mode::Read),
            _ => {
                self.all(|stripe| {
                    stripe.lock(Mode::Write);
                    true
                });
            }
        }
    }

    fn lock_for(&self, mode: Mode, limit: Duration) -> bool {
        if mode == Mode::Read {
            return self.0[own()].0.lock_for(Mode::Read, limit);
        }
        let start = Instant::now();
        self.all(|stripe| stripe.lock_for(Mode::Write, limit.saturating_sub(start.elapsed())))
    }

    #[inline(always)]
    unsafe fn unlock(&self, mode: Mode) {
        match mode {
            // SAFETY: this thread holds its stripe.
            Mode::Read => unsafe { self.0[own()].0.unlock(Mode::Read) },
            _ => {
                for stripe in &self.0 {
                    // SAFETY: a writer holds all stripes.
                    unsafe { stripe.0.unlock(Mode::Write) };
                }
            }
        }
    }

    unsafe fn downgrade(&self) {
        unreachable!("parts of a map hand out no guards");
    }

    unsafe fn downgrade_to_upgradable(&self) {
        unreachable!("parts of a map have no upgradable reads");
    }
}
