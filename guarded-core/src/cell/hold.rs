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

/// The lock is held. Linear: made by taking it, consumed by giving it back; what else is known of the access stands
/// with its thread, so that nothing is carried through the scope.
pub(crate) struct Token(());

/// How long the caller is ready to wait.
#[derive(Clone, Copy)]
pub(crate) enum Limit {
    None,
    Now,
    For(Duration),
}

impl Limit {
    fn duration(self) -> Option<Duration> {
        match self {
            Self::None => None,
            Self::Now => Some(Duration::ZERO),
            Self::For(limit) => Some(limit),
        }
    }
}

/// Whether a poisoned value may be seen.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Poisoned {
    Refuse,
    Admit,
}

impl<T, K: Kind, S: Site> Guarded<T, K, S> {
    /// Takes the lock, as long as it takes. Panics where waiting could only hang, and at poison.
    #[inline(always)]
    #[track_caller]
    pub(crate) fn take_lock(&self, mode: Mode, poisoned: Poisoned) -> Token {
        #[cfg(not(any(feature = "observe", feature = "order-check")))]
        self.raw.lock(mode);
        #[cfg(feature = "order-check")]
        held::enter::<true>(&self.marks, self.info_in(mode));
        #[cfg(any(feature = "observe", feature = "order-check"))]
        if !self.raw.try_lock(mode) {
            self.wait_for_lock(mode);
        }
        self.note(mode);
        if poisoned == Poisoned::Refuse
            && let Some(first) = self.slot.poisoned()
        {
            self.refuse(mode, first);
        }
        Token(())
    }

    /// Takes the lock, or says why not.
    #[inline]
    #[track_caller]
    pub(crate) fn try_take_lock(
        &self,
        mode: Mode,
        limit: Limit,
        poisoned: Poisoned,
    ) -> Result<Token, TryError> {
        #[cfg(feature = "order-check")]
        if held::enter::<false>(&self.marks, self.info_in(mode)) == held::Entered::Reentrant {
            return Err(self.reentrant());
        }
        self.try_take_entered(mode, limit, poisoned)
    }

    /// [`try_take_lock`](Self::try_take_lock), with the order check told.
    #[inline(always)]
    #[track_caller]
    fn try_take_entered(&self, mode: Mode, limit: Limit, poisoned: Poisoned) -> Result<Token, TryError> {
        if !self.raw.try_lock(mode) {
            self.try_wait_for_lock(mode, limit)?;
        }
        self.note(mode);
        match self.slot.poisoned() {
            Some(first) if poisoned == Poisoned::Refuse && !crate::sync::unwinding() => {
                self.give_back(Token(()), mode);
                Err(TryError::Poisoned { field: self.info().class.to_string(), first })
            }
            _ => Ok(Token(())),
        }
    }

    #[cold]
    #[inline(never)]
    #[cfg(feature = "order-check")]
    #[track_caller]
    fn reentrant(&self) -> TryError {
        let held_at = held::held_at(self.address()).unwrap_or_else(|| std::panic::Location::caller());
        TryError::Reentrant { field: self.info().class.to_string(), held_at }
    }

    /// The lock is taken, and the caller waits as long as it takes.
    #[cold]
    #[inline(never)]
    #[track_caller]
    fn wait_for_lock(&self, mode: Mode) {
        // Where waiting would never end there is a panic, and the lock was never taken.
        let unwound = scopeguard::guard((), |()| self.forget());
        let got = contend::wait(&self.raw, &self.head, self.address(), self.info_in(mode), mode, None);
        debug_assert!(got.is_ok(), "without a limit there is the lock or a panic");
        scopeguard::ScopeGuard::into_inner(unwound);
        if got == Ok(true) {
            self.waited();
        }
    }

    /// The lock is taken, and the caller waits as long as `limit` says.
    #[cold]
    #[inline(never)]
    #[track_caller]
    fn try_wait_for_lock(&self, mode: Mode, limit: Limit) -> Result<(), TryError> {
        match contend::wait(&self.raw, &self.head, self.address(), self.info_in(mode), mode, limit.duration())
        {
            Ok(slept) => {
                if slept {
                    self.waited();
                }
                Ok(())
            }
            Err(error) => {
                self.forget();
                Err(error)
            }
        }
    }

    /// Every hold that follows a wait is timed.
    fn waited(&self) {
        #[cfg(feature = "observe")]
        if self.info().observed {
            crate::observe::time(self.info().class, self.address(), true);
        }
    }

    /// The lock is held: by whom, and how often.
    #[inline(always)]
    #[track_caller]
    fn note(&self, mode: Mode) {
        #[cfg(feature = "observe")]
        if self.info().observed {
            if !(K::Raw::QUIET && mode == Mode::Read) {
                self.head.holder.set(std::panic::Location::caller());
            }
            if crate::observe::count(self.info().class, matches!(mode, Mode::Write | Mode::Upgrade)) {
                crate::observe::sample(self.info().class, self.address());
            }
        }
    }

    /// The value is poisoned: admitted only while this thread unwinds.
    #[cold]
    #[inline(never)]
    #[track_caller]
    fn refuse(&self, mode: Mode, first: crate::error::Line) {
        if !crate::sync::unwinding() {
            self.give_back(Token(()), mode);
            contend::refuse_poisoned(self.info(), mode, first)
        }
    }

    /// Notes, with the lock held for writing, that the value has changed.
    #[inline(always)]
    fn wrote(&self) {
        #[cfg(feature = "observe")]
        {
            use crate::sync::Ordering;
            let stamp = &self.head.stamp;
            stamp.store(stamp.load(Ordering::Relaxed) + 1, Ordering::Relaxed);
        }
    }

    /// Gives the lock back, and then forgets it.
    #[inline(always)]
    #[allow(clippy::needless_pass_by_value)] // the token ends here
    pub(crate) fn give_back(&self, token: Token, mode: Mode) {
        let Token(()) = token;
        self.raw.watched_unlock(self.value.get().cast_const().cast(), move || {
            #[cfg(feature = "observe")]
            if self.info().observed && !(K::Raw::QUIET && mode == Mode::Read) {
                self.head.holder.end();
            }
            // SAFETY: a token is made when its cell's lock is taken and consumed here; its owner knows the mode. Held by
            // the models in tests/models.rs and by tests/panics.rs.
            unsafe { self.raw.unlock(mode) };
            self.forget();
        });
    }

    #[inline(always)]
    fn forget(&self) {
        #[cfg(feature = "order-check")]
        held::leave(&self.marks);
        #[cfg(all(feature = "observe", not(feature = "order-check")))]
        if crate::observe::is_timing() {
            crate::observe::end(self.address());
        }
    }

    /// A hold for reading.
    #[inline(always)]
    #[track_caller]
    pub(crate) fn hold_read(&self, poisoned: Poisoned) -> ReadHold<'_, T, K, S> {
        ReadHold { cell: self, token: ManuallyDrop::new(self.take_lock(K::READ, poisoned)) }
    }

    /// A hold for reading, or why not.
    #[inline]
    #[track_caller]
    pub(crate) fn try_hold_read(
        &self,
        limit: Limit,
        poisoned: Poisoned,
    ) -> Result<ReadHold<'_, T, K, S>, TryError> {
        Ok(ReadHold { cell: self, token: ManuallyDrop::new(self.try_take_lock(K::READ, limit, poisoned)?) })
    }

    /// A hold for writing.
    #[inline(always)]
    #[track_caller]
    pub(crate) fn hold_write(&self, poisoned: Poisoned) -> WriteHold<'_, T, K, S> {
        WriteHold { cell: self, token: ManuallyDrop::new(self.take_lock(Mode::Write, poisoned)) }
    }

    /// A hold for writing beside another part of the same map, which this thread holds already.
    #[track_caller]
    pub(crate) fn hold_write_beside(&self) -> WriteHold<'_, T, K, S> {
        #[cfg(feature = "order-check")]
        held::enter_beside(&self.marks, self.info_in(Mode::Write));
        if !self.raw.try_lock(Mode::Write) {
            self.wait_for_lock(Mode::Write);
        }
        self.note(Mode::Write);
        if let Some(first) = self.slot.poisoned() {
            self.refuse(Mode::Write, first);
        }
        WriteHold { cell: self, token: ManuallyDrop::new(Token(())) }
    }

    /// [`hold_write_beside`](Self::hold_write_beside), or why not.
    #[track_caller]
    pub(crate) fn try_hold_write_beside(&self, limit: Limit) -> Result<WriteHold<'_, T, K, S>, TryError> {
        #[cfg(feature = "order-check")]
        held::enter_beside(&self.marks, self.info_in(Mode::Write));
        let token = self.try_take_entered(Mode::Write, limit, Poisoned::Refuse)?;
        Ok(WriteHold { cell: self, token: ManuallyDrop::new(token) })
    }

    /// Refuses where this thread holds another part of the same map.
    #[cold]
    #[cfg(feature = "order-check")]
    pub(crate) fn not_inside_another_part(&self) -> Result<(), TryError> {
        match held::part_held(&self.marks, self.info()) {
            Some(held_at) => Err(TryError::Reentrant { field: self.info().class.to_string(), held_at }),
            None => Ok(()),
        }
    }

    /// A hold for writing, or why not.
    #[inline]
    #[track_caller]
    pub(crate) fn try_hold_write(
        &self,
        limit: Limit,
        poisoned: Poisoned,
    ) -> Result<WriteHold<'_, T, K, S>, TryError> {
        Ok(WriteHold {
            cell: self,
            token: ManuallyDrop::new(self.try_take_lock(Mode::Write, limit, poisoned)?),
        })
    }

    /// Takes the lock if nobody else and not this thread is inside; it does not count as contended otherwise.
    #[inline(always)]
    #[track_caller]
    fn take_if_free(&self, mode: Mode) -> Option<Token> {
        #[cfg(feature = "order-check")]
        if held::enter::<false>(&self.marks, self.info_in(mode)) == held::Entered::Reentrant {
            return None;
        }
        if !self.raw.try_lock(mode) {
            self.forget();
            return None;
        }
        self.note(mode);
        Some(Token(()))
    }

    /// A hold for reading, poisoned or not, if that is possible at once.
    #[inline(always)]
    #[track_caller]
    pub(crate) fn hold_read_if_free(&self) -> Option<ReadHold<'_, T, K, S>> {
        Some(ReadHold { cell: self, token: ManuallyDrop::new(self.take_if_free(K::READ)?) })
    }

    /// A hold for writing, poisoned or not, if that is possible at once.
    #[inline(always)]
    #[track_caller]
    pub(crate) fn hold_write_if_free(&self) -> Option<WriteHold<'_, T, K, S>> {
        Some(WriteHold { cell: self, token: ManuallyDrop::new(self.take_if_free(Mode::Write)?) })
    }

    /// Says that the lock will be taken: what is wrong with that is told now.
    #[track_caller]
    pub(crate) fn announce(&self, mode: Mode) {
        #[cfg(feature = "order-check")]
        {
            held::enter::<true>(&self.marks, self.info_in(mode));
            held::leave(&self.marks);
        }
    }

    /// The write scope that the first panic left, if the policy refuses the value since.
    #[inline(always)]
    pub(crate) fn poisoned_by(&self) -> Option<crate::error::Line> {
        self.slot.poisoned()
    }
}

/// The lock is held for reading, until dropped.
#[allow(unreachable_pub, missing_debug_implementations)] // named by a sealed trait's hidden type only
pub struct ReadHold<'c, T, K: Kind, S: Site> {
    cell: &'c Guarded<T, K, S>,
    token: ManuallyDrop<Token>,
}

impl<'c, T, K: Kind, S: Site> ReadHold<'c, T, K, S> {
    #[inline(always)]
    pub(crate) fn get(&self) -> &T {
        // SAFETY: the lock is held at least shared for as long as `self` lives, so nobody writes.
        unsafe { &*self.cell.value.get() }
    }

    #[inline(always)]
    pub(crate) fn cell(&self) -> &'c Guarded<T, K, S> {
        self.cell
    }

    /// The end of a scope that was not left by a panic: the same as dropping, but always inlined.
    #[inline(always)]
    pub(crate) fn release(self) {
        let mut hold = ManuallyDrop::new(self);
        // SAFETY: taken once, here; the hold is not dropped.
        let token = unsafe { ManuallyDrop::take(&mut hold.token) };
        hold.cell.give_back(token, K::READ);
    }
}

impl<T, K: Kind, S: Site> Drop for ReadHold<'_, T, K, S> {
    fn drop(&mut self) {
        // SAFETY: taken once, here.
        let token = unsafe { ManuallyDrop::take(&mut self.token) };
        self.cell.give_back(token, K::READ);
    }
}

/// The lock is held for writing, until dropped.
#[allow(unreachable_pub, missing_debug_implementations)] // named by a sealed trait's hidden type only
pub struct WriteHold<'c, T, K: Kind, S: Site> {
    cell: &'c Guarded<T, K, S>,
    token: ManuallyDrop<Token>,
}

impl<'c, T, K: Kind, S: Site> WriteHold<'c, T, K, S> {
    #[inline(always)]
    pub(crate) fn get(&self) -> &T {
        // SAFETY: the lock is held exclusively for as long as `self` lives, and `&self` lends no `&mut`.
        unsafe { &*self.cell.value.get() }
    }

    #[inline(always)]
    pub(crate) fn get_mut(&mut self) -> &mut T {
        // SAFETY: the lock is held exclusively for as long as `self` lives, and `&mut self` is the only way in.
        unsafe { &mut *self.cell.value.get() }
    }

    #[inline(always)]
    pub(crate) fn cell(&self) -> &'c Guarded<T, K, S> {
        self.cell
    }

    /// The end of a scope that was not left by a panic: the same as dropping, but always inlined.
    #[inline(always)]
    pub(crate) fn release(self) {
        let mut hold = ManuallyDrop::new(self);
        // SAFETY: taken once, here; the hold is not dropped.
        let token = unsafe { ManuallyDrop::take(&mut hold.token) };
        hold.cell.give_back(token, Mode::Write);
    }

    /// The value's address, for a condition that is looked at while its thread sleeps.
    pub(crate) fn value_ptr(&self) -> *const T {
        self.cell.value.get()
    }

    /// Notes that the value has changed.
    #[inline(always)]
    pub(crate) fn wrote(&self) {
        self.cell.wrote();
    }
}

impl<T, K: Kind, S: Site> Drop for WriteHold<'_, T, K, S> {
    fn drop(&mut self) {
        // SAFETY: taken once, here.
        let token = unsafe { ManuallyDrop::take(&mut self.token) };
        self.cell.give_back(token, Mode::Write);
    }
}

/// The one upgradable slot is held, until dropped.
pub(crate) struct UpgradableHold<'c, T, K: Kind, S: Site> {
    cell: &'c Guarded<T, K, S>,
    token: ManuallyDrop<Token>,
}

impl<'c, T, K: Kind, S: Site> UpgradableHold<'c, T, K, S> {
    #[track_caller]
    pub(crate) fn take(cell: &'c Guarded<T, K, S>) -> Self {
        Self { cell, token: ManuallyDrop::new(cell.take_lock(Mode::Upgradable, Poisoned::Refuse)) }
    }

    #[track_caller]
    pub(crate) fn try_take(cell: &'c Guarded<T, K, S>, limit: Limit) -> Result<Self, TryError> {
        Ok(Self {
            cell,
            token: ManuallyDrop::new(cell.try_take_lock(Mode::Upgradable, limit, Poisoned::Refuse)?),
        })
    }

    pub(crate) fn get(&self) -> &T {
        // SAFETY: the lock is held upgradable, so nobody writes.
        unsafe { &*self.cell.value.get() }
    }

    pub(crate) fn cell(&self) -> &'c Guarded<T, K, S> {
        self.cell
    }

    /// Waits until the readers have left.
    #[track_caller]
    pub(crate) fn upgrade(&mut self, limit: Limit) -> Result<Upgraded<'_, 'c, T, K, S>, TryError> {
        let cell = self.cell;
        if !cell.raw.try_lock(Mode::Upgrade) {
            contend::wait(
                &cell.raw,
                &cell.head,
                cell.address(),
                cell.info_in(Mode::Upgrade),
                Mode::Upgrade,
                limit.duration(),
            )?;
        }
        #[cfg(feature = "order-check")]
        held::change(&cell.marks, cell.info_in(Mode::Write));
        #[cfg(feature = "observe")]
        if cell.info().observed {
            cell.head.holder.set(std::panic::Location::caller());
            if crate::observe::count(cell.info().class, true) {
                crate::observe::sample(cell.info().class, cell.address());
            }
        }
        Ok(Upgraded { hold: self })
    }
}

impl<T, K: Kind, S: Site> Drop for UpgradableHold<'_, T, K, S> {
    fn drop(&mut self) {
        // SAFETY: taken once, here.
        let token = unsafe { ManuallyDrop::take(&mut self.token) };
        self.cell.give_back(token, Mode::Upgradable);
    }
}

/// The upgradable slot, held for writing until dropped.
pub(crate) struct Upgraded<'u, 'c, T, K: Kind, S: Site> {
    hold: &'u mut UpgradableHold<'c, T, K, S>,
}

impl<T, K: Kind, S: Site> Upgraded<'_, '_, T, K, S> {
    pub(crate) fn get_mut(&mut self) -> &mut T {
        // SAFETY: the lock is held exclusively for as long as `self` lives.
        unsafe { &mut *self.hold.cell.value.get() }
    }

    pub(crate) fn wrote(&self) {
        self.hold.cell.wrote();
    }
}

impl<T, K: Kind, S: Site> Drop for Upgraded<'_, '_, T, K, S> {
    fn drop(&mut self) {
        let hold = &mut *self.hold;
        // SAFETY: the lock is held exclusively, reached through an upgrade.
        unsafe { hold.cell.raw.downgrade_to_upgradable() };
        #[cfg(feature = "order-check")]
        held::change(&hold.cell.marks, hold.cell.info_in(Mode::Upgradable));
    }
}

/// A cell as a guard sees it: nothing of its strategy but what must be called.
pub(crate) trait AnyCell<T> {
    fn value(&self) -> *mut T;
    fn give_back_any(&self, token: Token, mode: Mode);
    #[track_caller]
    fn take_again(&self, mode: Mode) -> Token;
    fn to_read(&self) -> Mode;
    fn wrote_any(&self);
    fn poison_any(&self, line: crate::error::Line);
    fn left_by_panic_any(&self, line: crate::error::Line);
}

impl<T, K: Kind, S: Site> AnyCell<T> for Guarded<T, K, S> {
    #[inline(always)]
    fn value(&self) -> *mut T {
        self.value.get()
    }
    #[inline(always)]
    fn give_back_any(&self, token: Token, mode: Mode) {
        self.give_back(token, mode);
    }
    #[track_caller]
    fn take_again(&self, mode: Mode) -> Token {
        self.take_lock(mode, Poisoned::Admit)
    }
    fn to_read(&self) -> Mode {
        // SAFETY: called by the write guard, whose token says that the lock is held exclusively.
        unsafe { self.raw.downgrade() };
        #[cfg(feature = "order-check")]
        held::change(&self.marks, self.info_in(K::READ));
        K::READ
    }
    #[inline(always)]
    fn wrote_any(&self) {
        self.wrote();
    }
    fn poison_any(&self, line: crate::error::Line) {
        self.poison(line);
    }
    fn left_by_panic_any(&self, line: crate::error::Line) {
        super::transact::record(self, line, false);
    }
}
