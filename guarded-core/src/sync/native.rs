//! The real locks: `parking_lot` 0.12, whose eventual fairness the cells promise on.

use super::{Mode, RawLock};
use parking_lot::lock_api::{
    RawMutex as _, RawMutexTimed as _, RawRwLock as _, RawRwLockDowngrade as _, RawRwLockTimed as _,
    RawRwLockUpgrade as _, RawRwLockUpgradeDowngrade as _, RawRwLockUpgradeTimed as _,
};
use std::time::{Duration, Instant};

/// A reader-writer lock.
#[allow(missing_debug_implementations)] // a cell prints its value, not its lock
pub struct RawRw(parking_lot::RawRwLock);

// SAFETY: parking_lot's lock gives exclusive, shared and upgradable access as `Mode` describes them.
unsafe impl RawLock for RawRw {
    #[allow(clippy::declare_interior_mutable_const)] // each use is a fresh lock, as intended
    const NEW: Self = Self(parking_lot::RawRwLock::INIT);
    const SHARES: bool = true;

    #[inline(always)]
    fn try_lock(&self, mode: Mode) -> bool {
        match mode {
            Mode::Read => self.0.try_lock_shared(),
            Mode::Write | Mode::SoleRead => self.0.try_lock_exclusive(),
            Mode::Upgradable => self.0.try_lock_upgradable(),
            // SAFETY: `Upgrade` is asked for by the holder of `Upgradable` only.
            Mode::Upgrade => unsafe { self.0.try_upgrade() },
        }
    }

    #[inline(always)]
    fn lock(&self, mode: Mode) {
        match mode {
            Mode::Read => self.0.lock_shared(),
            Mode::Write | Mode::SoleRead => self.0.lock_exclusive(),
            Mode::Upgradable => self.0.lock_upgradable(),
            // SAFETY: as in `try_lock`.
            Mode::Upgrade => unsafe { self.0.upgrade() },
        }
    }

    fn lock_for(&self, mode: Mode, limit: Duration) -> bool {
        match mode {
            Mode::Read => self.0.try_lock_shared_for(limit),
            Mode::Write | Mode::SoleRead => self.0.try_lock_exclusive_for(limit),
            Mode::Upgradable => self.0.try_lock_upgradable_for(limit),
            // SAFETY: as in `try_lock`.
            Mode::Upgrade => unsafe { self.0.try_upgrade_for(limit) },
        }
    }

    #[inline(always)]
    unsafe fn unlock(&self, mode: Mode) {
        // SAFETY: the caller holds the lock in `mode`.
        unsafe {
            match mode {
                Mode::Read => self.0.unlock_shared(),
                Mode::Upgradable => self.0.unlock_upgradable(),
                Mode::Write | Mode::SoleRead | Mode::Upgrade => self.0.unlock_exclusive(),
            }
        }
    }

    unsafe fn downgrade(&self) {
        // SAFETY: the caller holds the lock exclusively.
        unsafe { self.0.downgrade() }
    }

    unsafe fn downgrade_to_upgradable(&self) {
        // SAFETY: the caller holds the lock exclusively.
        unsafe { self.0.downgrade_to_upgradable() }
    }
}

/// A mutex.
#[allow(missing_debug_implementations)] // a cell prints its value, not its lock
pub struct RawMutex(parking_lot::RawMutex);

// SAFETY: every mode is exclusive.
unsafe impl RawLock for RawMutex {
    #[allow(clippy::declare_interior_mutable_const)] // each use is a fresh lock, as intended
    const NEW: Self = Self(parking_lot::RawMutex::INIT);
    const SHARES: bool = false;

    #[inline(always)]
    fn try_lock(&self, _: Mode) -> bool {
        self.0.try_lock()
    }

    #[inline(always)]
    fn lock(&self, _: Mode) {
        self.0.lock();
    }

    fn lock_for(&self, _: Mode, limit: Duration) -> bool {
        self.0.try_lock_for(limit)
    }

    #[inline(always)]
    unsafe fn unlock(&self, _: Mode) {
        // SAFETY: the caller holds the lock.
        unsafe { self.0.unlock() }
    }

    unsafe fn downgrade(&self) {}

    unsafe fn downgrade_to_upgradable(&self) {}
}

/// One thread's bell: raised by whoever makes its condition true.
#[derive(Debug, Default)]
pub(crate) struct Signal {
    raised: parking_lot::Mutex<bool>,
    changed: parking_lot::Condvar,
}

impl Signal {
    pub(crate) fn raise(&self) {
        *self.raised.lock() = true;
        self.changed.notify_one();
    }

    /// Waits until raised or until `deadline`, and lowers it again.
    pub(crate) fn wait(&self, deadline: Option<Instant>) {
        let mut raised = self.raised.lock();
        while !*raised {
            match deadline {
                None => self.changed.wait(&mut raised),
                Some(at) => {
                    if self.changed.wait_until(&mut raised, at).timed_out() {
                        break;
                    }
                }
            }
        }
        *raised = false;
    }
}

/// A lock of the library's own, each section of which is a step that a model sees.
pub(crate) use parking_lot::Mutex as Steps;

pub(crate) use std::thread::{panicking as unwinding, yield_now};

/// The time has come.
pub(crate) fn passed(deadline: Instant) -> bool {
    Instant::now() >= deadline
}

/// A thread-local that needs neither initialisation nor destruction, and so works while a thread ends.
macro_rules! thread_state {
    ($(#[$meta:meta])* $vis:vis static $name:ident: $ty:ty = $init:expr) => {
        ::std::thread_local! { $(#[$meta])* $vis static $name: $ty = const { $init } }
    };
}
pub(crate) use thread_state;
