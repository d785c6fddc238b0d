//! Taking and giving back a cell's lock: the RAII proof from which all scopes are made.

#![allow(unsafe_code)] // reaching the value is unsafe; a hold is the proof that its lock is held

use super::contend;
use super::kind::Kind;
use super::policy::Slot;
use super::storage::Guarded;
use crate::error::TryError;
#[cfg(feature = "order-check")]
use crate::order::held;
use crate::site::Site;
use crate::sync::{Mode, RawLock};
use std::mem::ManuallyDrop;
use std::time::Duration;

/// What an access has to give back besides the lock. Linear: made by taking, consumed by giving back.
pub(super) struct Token {
    mode: Mode,
    #[cfg(feature = "order-check")]
    index: held::Index,
    #[cfg(feature = "observe")]
    timed: Option<contend::Timed>,
}

/// How long the caller is ready to wait.
#[derive(Clone, Copy)]
pub(super) enum Limit {
    None,
    Now,
    For(Duration),
}

/// Whether a poisoned value may be seen.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Poisoned {
    Refuse,
    Admit,
}

impl<T, K: Kind, S: Site> Guarded<T, K, S> {
    /// Takes the lock, as long as it takes. Panics where waiting could only hang, and at poison.
    #[inline(always)]
    #[track_caller]
    pub(super) fn take_lock(&self, mode: Mode, poisoned: Poisoned) -> Token {
        #[cfg(not(any(feature = "observe", feature = "order-check")))]
        self.raw.lock(mode);
        #[cfg(feature = "order-check")]
        let Ok(index) = held::enter::<true>(self.address(), &self.head.marks, self.info(), mode) else {
            unreachable!("re-entrance of a blocking access panics")
        };
        #[cfg(any(feature = "observe", feature = "order-check"))]
        let mut token = Token {
            mode,
            #[cfg(feature = "order-check")]
            index,
            #[cfg(feature = "observe")]
            timed: None,
        };
        #[cfg(not(any(feature = "observe", feature = "order-check")))]
        let token = Token { mode };
        #[cfg(any(feature = "observe", feature = "order-check"))]
        if !self.raw.try_lock(mode) {
            self.wait_for_lock(&mut token);
        }
        self.note(token, poisoned).unwrap_or_else(|(token, first)| {
            self.give_back(token);
            contend::refuse_poisoned(self.info(), mode, first)
        })
    }

    /// Takes the lock, or says why not.
    #[inline]
    #[track_caller]
    pub(super) fn try_take_lock(&self, mode: Mode, limit: Limit) -> Result<Token, TryError> {
        #[cfg(feature = "order-check")]
        let index = held::enter::<false>(self.address(), &self.head.marks, self.info(), mode)
            .map_err(|held_at| TryError::Reentrant { field: self.info().class.to_string(), held_at })?;
        #[allow(unused_mut)] // timed where the observer is on
        let mut token = Token {
            mode,
            #[cfg(feature = "order-check")]
            index,
            #[cfg(feature = "observe")]
            timed: None,
        };
        if !self.raw.try_lock(mode) {
            let limit = match limit {
                Limit::None => None,
                Limit::Now => Some(Duration::ZERO),
                Limit::For(limit) => Some(limit),
            };
            match contend::wait(&self.raw, &self.head, self.address(), self.info(), mode, limit) {
                #[cfg(feature = "observe")]
                Ok(timed) => token.timed = timed,
                #[cfg(not(feature = "observe"))]
                Ok(_) => {}
                Err(error) => {
                    self.forget(&token);
                    return Err(error);
                }
            }
        }
        self.note(token, Poisoned::Refuse).map_err(|(token, first)| {
            self.give_back(token);
            TryError::Poisoned { field: self.info().class.to_string(), first }
        })
    }

    #[cold]
    #[inline(never)]
    #[cfg(any(feature = "observe", feature = "order-check"))]
    #[track_caller]
    fn wait_for_lock(&self, token: &mut Token) {
        let unwound = scopeguard::guard((), |()| self.forget(token));
        let waited = contend::wait(&self.raw, &self.head, self.address(), self.info(), token.mode, None);
        scopeguard::ScopeGuard::into_inner(unwound);
        #[cfg(feature = "observe")]
        if let Ok(timed) = waited {
            token.timed = timed;
        }
        #[cfg(not(feature = "observe"))]
        drop(waited);
    }

    /// The lock is held: who, how often, and whether its value may be seen.
    #[inline(always)]
    #[track_caller]
    fn note(&self, token: Token, poisoned: Poisoned) -> Result<Token, (Token, crate::error::Line)> {
        #[cfg(feature = "observe")]
        let mut token = token;
        #[cfg(feature = "observe")]
        if self.info().observed {
            self.head.holder.set(std::panic::Location::caller());
            if crate::observe::count(self.info().class, matches!(token.mode, Mode::Write | Mode::Upgrade)) {
                contend::sample(&mut token.timed);
            }
        }
        if poisoned == Poisoned::Refuse
            && let Some(first) = self.slot.poisoned()
            && !std::thread::panicking()
        {
            return Err((token, first));
        }
        Ok(token)
    }

    /// Gives the lock back, and then forgets it.
    #[inline(always)]
    pub(super) fn give_back(&self, token: Token) {
        self.raw.before_unlock();
        // SAFETY: a token is made when its cell's lock is taken in `mode` and consumed here. Held by the models in
        // tests/models.rs and by tests/panics.rs.
        unsafe { self.raw.unlock(token.mode) };
        self.forget(&token);
        #[cfg(feature = "observe")]
        if let Some(timed) = token.timed {
            timed.end(self.info().class);
        }
    }

    #[inline(always)]
    fn forget(&self, token: &Token) {
        #[cfg(feature = "order-check")]
        held::leave(token.index, self.address(), &self.head.marks);
        #[cfg(not(feature = "order-check"))]
        let _ = token;
    }

    /// A hold for reading.
    #[inline(always)]
    #[track_caller]
    pub(super) fn hold_read(&self) -> ReadHold<'_, T, K, S> {
        ReadHold { cell: self, token: ManuallyDrop::new(self.take_lock(K::READ, Poisoned::Refuse)) }
    }

    /// A hold for reading, or why not.
    #[inline]
    #[track_caller]
    pub(super) fn try_hold_read(&self, limit: Limit) -> Result<ReadHold<'_, T, K, S>, TryError> {
        Ok(ReadHold { cell: self, token: ManuallyDrop::new(self.try_take_lock(K::READ, limit)?) })
    }

    /// A hold for writing.
    #[inline(always)]
    #[track_caller]
    pub(super) fn hold_write(&self, poisoned: Poisoned) -> WriteHold<'_, T, K, S> {
        WriteHold { cell: self, token: ManuallyDrop::new(self.take_lock(Mode::Write, poisoned)) }
    }

    /// A hold for writing, or why not.
    #[inline]
    #[track_caller]
    pub(super) fn try_hold_write(&self, limit: Limit) -> Result<WriteHold<'_, T, K, S>, TryError> {
        Ok(WriteHold { cell: self, token: ManuallyDrop::new(self.try_take_lock(Mode::Write, limit)?) })
    }
}

/// The lock is held for reading, until dropped.
#[allow(unreachable_pub, missing_debug_implementations)] // named by a sealed trait's hidden type only
pub struct ReadHold<'c, T, K: Kind, S: Site> {
    cell: &'c Guarded<T, K, S>,
    token: ManuallyDrop<Token>,
}

impl<T, K: Kind, S: Site> ReadHold<'_, T, K, S> {
    #[inline(always)]
    pub(super) fn get(&self) -> &T {
        // SAFETY: the lock is held at least shared for as long as `self` lives, so nobody writes.
        unsafe { &*self.cell.value.get() }
    }

    #[cfg(feature = "observe")]
    pub(super) fn cell(&self) -> &Guarded<T, K, S> {
        self.cell
    }
}

impl<T, K: Kind, S: Site> Drop for ReadHold<'_, T, K, S> {
    #[inline(always)]
    fn drop(&mut self) {
        // SAFETY: taken once, here.
        let token = unsafe { ManuallyDrop::take(&mut self.token) };
        self.cell.give_back(token);
    }
}

/// The lock is held for writing, until dropped.
pub(super) struct WriteHold<'c, T, K: Kind, S: Site> {
    cell: &'c Guarded<T, K, S>,
    token: ManuallyDrop<Token>,
}

impl<'c, T, K: Kind, S: Site> WriteHold<'c, T, K, S> {
    #[inline(always)]
    pub(super) fn get(&self) -> &T {
        // SAFETY: the lock is held exclusively for as long as `self` lives, and `&self` lends no `&mut`.
        unsafe { &*self.cell.value.get() }
    }

    #[inline(always)]
    pub(super) fn get_mut(&mut self) -> &mut T {
        // SAFETY: the lock is held exclusively for as long as `self` lives, and `&mut self` is the only way in.
        unsafe { &mut *self.cell.value.get() }
    }

    #[inline(always)]
    pub(super) fn cell(&self) -> &'c Guarded<T, K, S> {
        self.cell
    }

    /// The value's address, for a condition that is looked at while its thread sleeps.
    pub(super) fn value_ptr(&self) -> *const T {
        self.cell.value.get()
    }

    /// Notes that the value has changed.
    #[inline(always)]
    pub(super) fn wrote(&self) {
        #[cfg(feature = "observe")]
        {
            use crate::sync::Ordering;
            let stamp = &self.cell.head.stamp;
            stamp.store(stamp.load(Ordering::Relaxed) + 1, Ordering::Relaxed);
        }
    }
}

impl<T, K: Kind, S: Site> Drop for WriteHold<'_, T, K, S> {
    #[inline(always)]
    fn drop(&mut self) {
        // SAFETY: taken once, here.
        let token = unsafe { ManuallyDrop::take(&mut self.token) };
        self.cell.give_back(token);
    }
}

/// The one upgradable slot is held, until dropped.
pub(super) struct UpgradableHold<'c, T, K: Kind, S: Site> {
    cell: &'c Guarded<T, K, S>,
    token: ManuallyDrop<Token>,
}

impl<'c, T, K: Kind, S: Site> UpgradableHold<'c, T, K, S> {
    #[track_caller]
    pub(super) fn take(cell: &'c Guarded<T, K, S>) -> Self {
        Self { cell, token: ManuallyDrop::new(cell.take_lock(Mode::Upgradable, Poisoned::Refuse)) }
    }

    #[track_caller]
    pub(super) fn try_take(cell: &'c Guarded<T, K, S>, limit: Limit) -> Result<Self, TryError> {
        Ok(Self { cell, token: ManuallyDrop::new(cell.try_take_lock(Mode::Upgradable, limit)?) })
    }

    pub(super) fn get(&self) -> &T {
        // SAFETY: the lock is held upgradable, so nobody writes.
        unsafe { &*self.cell.value.get() }
    }

    pub(super) fn cell(&self) -> &'c Guarded<T, K, S> {
        self.cell
    }

    /// Waits until the readers have left.
    #[track_caller]
    pub(super) fn upgrade(&mut self, limit: Limit) -> Result<Upgraded<'_, 'c, T, K, S>, TryError> {
        let cell = self.cell;
        if !cell.raw.try_lock(Mode::Upgrade) {
            let limit = match limit {
                Limit::None => None,
                Limit::Now => Some(Duration::ZERO),
                Limit::For(limit) => Some(limit),
            };
            contend::wait(&cell.raw, &cell.head, cell.address(), cell.info(), Mode::Upgrade, limit)?;
        }
        #[cfg(feature = "order-check")]
        held::change(self.token.index, Mode::Write);
        #[cfg(feature = "observe")]
        if cell.info().observed {
            cell.head.holder.set(std::panic::Location::caller());
            crate::observe::count(cell.info().class, true);
        }
        self.token.mode = Mode::Write;
        Ok(Upgraded { hold: self })
    }
}

impl<T, K: Kind, S: Site> Drop for UpgradableHold<'_, T, K, S> {
    fn drop(&mut self) {
        // SAFETY: taken once, here.
        let token = unsafe { ManuallyDrop::take(&mut self.token) };
        self.cell.give_back(token);
    }
}

/// The upgradable slot, held for writing until dropped.
pub(super) struct Upgraded<'u, 'c, T, K: Kind, S: Site> {
    hold: &'u mut UpgradableHold<'c, T, K, S>,
}

impl<T, K: Kind, S: Site> Upgraded<'_, '_, T, K, S> {
    pub(super) fn get_mut(&mut self) -> &mut T {
        // SAFETY: the lock is held exclusively for as long as `self` lives.
        unsafe { &mut *self.hold.cell.value.get() }
    }

    pub(super) fn wrote(&self) {
        #[cfg(feature = "observe")]
        {
            use crate::sync::Ordering;
            let stamp = &self.hold.cell.head.stamp;
            stamp.store(stamp.load(Ordering::Relaxed) + 1, Ordering::Relaxed);
        }
    }
}

impl<T, K: Kind, S: Site> Drop for Upgraded<'_, '_, T, K, S> {
    fn drop(&mut self) {
        let hold = &mut *self.hold;
        // SAFETY: the lock is held exclusively, reached through an upgrade.
        unsafe { hold.cell.raw.downgrade_to_upgradable() };
        hold.token.mode = Mode::Upgradable;
        #[cfg(feature = "order-check")]
        held::change(hold.token.index, Mode::Upgradable);
    }
}

/// A cell as a guard sees it: nothing of its strategy but what must be called.
pub(super) trait AnyCell<T> {
    fn value(&self) -> *mut T;
    fn give_back_any(&self, token: Token);
    #[track_caller]
    fn take_again(&self, mode: Mode) -> Token;
    fn to_read(&self, token: &mut Token) -> Mode;
    fn wrote_any(&self);
    fn poison_any(&self, line: crate::error::Line);
    fn left_by_panic_any(&self, line: crate::error::Line);
}

impl<T, K: Kind, S: Site> AnyCell<T> for Guarded<T, K, S> {
    fn value(&self) -> *mut T {
        self.value.get()
    }
    fn give_back_any(&self, token: Token) {
        self.give_back(token);
    }
    #[track_caller]
    fn take_again(&self, mode: Mode) -> Token {
        self.take_lock(mode, Poisoned::Admit)
    }
    fn to_read(&self, token: &mut Token) -> Mode {
        // SAFETY: called by the write guard, whose token says that the lock is held exclusively.
        unsafe { self.raw.downgrade() };
        token.mode = K::READ;
        #[cfg(feature = "order-check")]
        held::change(token.index, K::READ);
        K::READ
    }
    fn wrote_any(&self) {
        #[cfg(feature = "observe")]
        {
            use crate::sync::Ordering;
            self.head.stamp.store(self.head.stamp.load(Ordering::Relaxed) + 1, Ordering::Relaxed);
        }
    }
    fn poison_any(&self, line: crate::error::Line) {
        self.slot.poison(line);
    }
    fn left_by_panic_any(&self, line: crate::error::Line) {
        super::transact::record(self, line, false);
    }
}
