//! Guards, for fields that say `guards`: for callers that must pass an open scope on.

#![allow(unsafe_code)] // a guard reaches the value through a pointer, because it can give the lock back and forth

use super::hold::{AnyCell, Limit, Poisoned, Token};
use super::kind::{HandsOutGuards, Kind};
use super::storage::Guarded;
use crate::error::{Line, TryError};
use crate::site::Site;
use crate::sync::Mode;
use std::fmt;
use std::marker::PhantomData;
use std::ops::{Deref, DerefMut};
use std::panic::Location;
use std::time::Duration;

/// A guard stays on its thread, whose stack of held locks knows it.
struct GuardStaysOnItsThread(PhantomData<*const ()>);

/// A cell of which only the value's type is known.
struct AnyCellRef<'c, T>(&'c dyn AnyCell<T>);
// SAFETY: a part of guards only, which are not `Send` by their own word; this leaves that word to be the only reason.
unsafe impl<T> Send for AnyCellRef<'_, T> {}

/// What both guards are: an open scope.
struct Open<'c, T> {
    cell: AnyCellRef<'c, T>,
    /// `None` inside `unlocked`, and after a panic there.
    token: Option<Token>,
    mode: Mode,
    line: Line,
    _not_send: GuardStaysOnItsThread,
}

impl<T> Open<'_, T> {
    #[inline(always)]
    fn give_back(&mut self) {
        if let Some(token) = self.token.take() {
            self.cell.0.give_back_any(token, self.mode);
        }
    }

    /// The scope is open.
    #[inline(always)]
    #[track_caller]
    fn demand(&self) {
        assert!(self.token.is_some(), "this guard's scope was closed by a panic inside `unlocked`");
    }

    #[track_caller]
    fn unlocked<R>(&mut self, f: impl FnOnce() -> R) -> R {
        self.give_back();
        let result = f();
        self.token = Some(self.cell.0.take_again(self.mode));
        result
    }
}

/// An open read scope: `#[guarded(guards)]`, then `field.read()`.
///
/// Prefer [`with_read`](Guarded::with_read): a guard lives until the end of its block, or, in the head of a `match`
/// or `if let`, until the end of all arms.
///
/// A guard stays on its thread, so a future that holds one across an `.await` cannot be spawned:
///
/// ```
/// # use guarded_core::{Guarded, Guards, Keep, Rw};
/// fn spawn<F: Future + Send>(_: F) {}
/// static N: Guarded<u32, Rw<Keep, Guards>> = Guarded::new(0);
/// spawn(async { drop(N.read()); std::future::ready(()).await; });
/// ```
/// ```compile_fail
/// # use guarded_core::{Guarded, Guards, Keep, Rw};
/// fn spawn<F: Future + Send>(_: F) {}
/// static N: Guarded<u32, Rw<Keep, Guards>> = Guarded::new(0);
/// spawn(async { let n = N.read(); std::future::ready(()).await; drop(n); });
/// ```
#[must_use = "a guard that is not bound is dropped at once, and protects nothing"]
#[clippy::has_significant_drop]
pub struct ReadGuard<'c, T> {
    open: Open<'c, T>,
}

/// An open write scope: `#[guarded(guards)]`, then `field.write()`.
///
/// Prefer [`with_write`](Guarded::with_write). A panic while it is open runs the field's policy when it is dropped; a
/// guard that is leaked (`mem::forget`) leaves its lock held, which the next access of the same thread says, and
/// other threads wait for.
///
/// ```
/// # use guarded_core::{Guarded, Guards, Keep, Rw, WriteGuard};
/// fn fill(mut open: WriteGuard<'_, Vec<u32>>) { open.push(1) } // the type names the value only
/// let lines: Guarded<Vec<u32>, Rw<Keep, Guards>> = Guarded::new(vec![]);
/// fill(lines.write());
/// assert_eq!(lines.with_read(Vec::len), 1);
/// ```
#[must_use = "a guard that is not bound is dropped at once, and protects nothing"]
#[clippy::has_significant_drop]
pub struct WriteGuard<'c, T> {
    open: Open<'c, T>,
    /// The thread was unwinding already when the guard was made: its end is not this scope's panic.
    unwinding: bool,
}

// SAFETY: sharing a guard shares the value.
unsafe impl<T: Sync> Sync for ReadGuard<'_, T> {}
// SAFETY: as above; `&WriteGuard` gives out `&T` only.
unsafe impl<T: Sync> Sync for WriteGuard<'_, T> {}

// The bound stands at each method: at the impl, rustc would not say what to write.
impl<T, K: Kind, S: Site> Guarded<T, K, S> {
    /// Opens a read scope that ends with its guard.
    ///
    /// ```
    /// # use guarded_core::{Guarded, Guards, Keep, Rw};
    /// let n: Guarded<u32, Rw<Keep, Guards>> = Guarded::new(3);
    /// let open = n.read();
    /// assert_eq!(*open, 3);
    /// ```
    ///
    /// # Panics
    /// As [`with_read`](Guarded::with_read).
    ///
    /// # Deadlocks
    /// As [`with_read`](Guarded::with_read). The scope ends where the guard does: in the head of a `match` that is after
    /// all arms.
    ///
    /// # Cost
    /// That of [`with_read`](Guarded::with_read), and an indirect call at its end where the guard is passed on.
    #[inline(always)]
    #[track_caller]
    pub fn read(&self) -> ReadGuard<'_, T>
    where
        K: HandsOutGuards,
    {
        let token = self.take_lock(K::READ, Poisoned::Refuse);
        ReadGuard { open: open(self, token, K::READ) }
    }

    /// Opens a write scope that ends with its guard.
    ///
    /// ```
    /// # use guarded_core::{Guarded, Guards, Keep, Rw};
    /// let n: Guarded<u32, Rw<Keep, Guards>> = Guarded::new(3);
    /// let mut open = n.write();
    /// *open += 1;
    /// drop(open);
    /// assert_eq!(n.cloned(), 4);
    /// ```
    ///
    /// # Panics
    /// As [`with_read`](Guarded::with_read).
    ///
    /// # Deadlocks
    /// As [`with_read`](Guarded::with_read). The scope ends where the guard does: in the head of a `match` that is after
    /// all arms.
    ///
    /// # Cost
    /// That of [`with_write`](Guarded::with_write), two looks whether this thread unwinds, and an indirect call at its end
    /// where the guard is passed on.
    #[inline(always)]
    #[track_caller]
    pub fn write(&self) -> WriteGuard<'_, T>
    where
        K: HandsOutGuards,
    {
        let token = self.take_lock(Mode::Write, Poisoned::Refuse);
        WriteGuard { open: open(self, token, Mode::Write), unwinding: std::thread::panicking() }
    }

    /// [`read`](Self::read), if it is possible within `limit` (zero: at once).
    ///
    /// ```
    /// # use guarded_core::{Guarded, Guards, Keep, Rw};
    /// # use std::time::Duration;
    /// let n: Guarded<u32, Rw<Keep, Guards>> = Guarded::new(3);
    /// assert_eq!(*n.try_read_for(Duration::ZERO)?, 3);
    /// # Ok::<(), guarded_core::TryError>(())
    /// ```
    ///
    /// # Errors
    /// As [`try_with_read_for`](Guarded::try_with_read_for).
    ///
    /// # Panics
    /// Never: what [`read`](Self::read) panics at is an error here.
    ///
    /// # Deadlocks
    /// Waits for `limit` at the most.
    ///
    /// # Cost
    /// As [`read`](Self::read); an error allocates.
    #[track_caller]
    pub fn try_read_for(&self, limit: Duration) -> Result<ReadGuard<'_, T>, TryError>
    where
        K: HandsOutGuards,
    {
        let token = self.try_take_lock(K::READ, at_most(limit), Poisoned::Refuse)?;
        Ok(ReadGuard { open: open(self, token, K::READ) })
    }

    /// [`write`](Self::write), if it is possible within `limit` (zero: at once).
    ///
    /// ```
    /// # use guarded_core::{Guarded, Guards, Keep, Rw};
    /// # use std::time::Duration;
    /// let n: Guarded<u32, Rw<Keep, Guards>> = Guarded::new(3);
    /// *n.try_write_for(Duration::from_millis(10))? += 1;
    /// # Ok::<(), guarded_core::TryError>(())
    /// ```
    ///
    /// # Errors
    /// As [`try_with_read_for`](Guarded::try_with_read_for).
    ///
    /// # Panics
    /// Never: what [`write`](Self::write) panics at is an error here.
    ///
    /// # Deadlocks
    /// Waits for `limit` at the most.
    ///
    /// # Cost
    /// As [`write`](Self::write); an error allocates.
    #[track_caller]
    pub fn try_write_for(&self, limit: Duration) -> Result<WriteGuard<'_, T>, TryError>
    where
        K: HandsOutGuards,
    {
        let token = self.try_take_lock(Mode::Write, at_most(limit), Poisoned::Refuse)?;
        Ok(WriteGuard { open: open(self, token, Mode::Write), unwinding: std::thread::panicking() })
    }
}

fn at_most(limit: Duration) -> Limit {
    if limit.is_zero() { Limit::Now } else { Limit::For(limit) }
}

/// Inlined with all that uses the cell's table of functions, which is then known: nothing is called through it.
#[inline(always)]
#[track_caller]
fn open<T, K: Kind, S: Site>(cell: &Guarded<T, K, S>, token: Token, mode: Mode) -> Open<'_, T> {
    Open {
        cell: AnyCellRef(cell),
        token: Some(token),
        mode,
        line: Location::caller(),
        _not_send: GuardStaysOnItsThread(PhantomData),
    }
}

impl<T> ReadGuard<'_, T> {
    /// Runs `f` with the scope closed, and opens it again. The value may have changed meanwhile.
    ///
    /// ```
    /// # use guarded_core::{Guarded, Guards, Keep, ReadGuard, Rw};
    /// let n: Guarded<u32, Rw<Keep, Guards>> = Guarded::new(3);
    /// let mut open = n.read();
    /// ReadGuard::unlocked(&mut open, || n.set(4)); // a write of the same cell, in between
    /// assert_eq!(*open, 4);
    /// ```
    ///
    /// # Panics
    /// As [`with_read`](Guarded::with_read), when it is opened again. If `f` panics, it stays closed.
    ///
    /// # Deadlocks
    /// As [`with_read`](Guarded::with_read), when it is opened again. `f` may lock this cell.
    ///
    /// # Cost
    /// The end of a scope and the begin of another, both by an indirect call.
    #[track_caller]
    pub fn unlocked<R>(guard: &mut Self, f: impl FnOnce() -> R) -> R {
        guard.open.unlocked(f)
    }
}

impl<'c, T> WriteGuard<'c, T> {
    /// Turns the write scope into a read scope, without letting a writer in between. On a mutex or monitor the
    /// result is alone all the same.
    ///
    /// ```
    /// # use guarded_core::{Guarded, Guards, Keep, Rw, WriteGuard};
    /// let n: Guarded<u32, Rw<Keep, Guards>> = Guarded::new(3);
    /// let mut open = n.write();
    /// *open += 1;
    /// let open = WriteGuard::downgrade(open); // other readers may come
    /// assert_eq!(*open, 4);
    /// ```
    ///
    /// # Deadlocks
    /// None: it never waits.
    ///
    /// # Cost
    /// That of the bare lock's downgrade, by an indirect call.
    pub fn downgrade(guard: Self) -> ReadGuard<'c, T> {
        let mut guard = guard;
        guard.open.cell.0.wrote_any();
        let token = guard.open.token.take();
        let mode = if token.is_some() { guard.open.cell.0.to_read() } else { guard.open.mode };
        let (AnyCellRef(cell), line) = (&guard.open.cell, guard.open.line);
        ReadGuard {
            open: Open {
                cell: AnyCellRef(*cell),
                token,
                mode,
                line,
                _not_send: GuardStaysOnItsThread(PhantomData),
            },
        }
    }

    /// Runs `f` with the scope closed, and opens it again. The value may have changed meanwhile.
    ///
    /// ```
    /// # use guarded_core::{Guarded, Guards, Keep, Rw, WriteGuard};
    /// let n: Guarded<u32, Rw<Keep, Guards>> = Guarded::new(3);
    /// let mut open = n.write();
    /// let seen = WriteGuard::unlocked(&mut open, || n.cloned());
    /// *open += seen;
    /// assert_eq!(*open, 6);
    /// ```
    ///
    /// # Panics
    /// As [`with_write`](Guarded::with_write), when it is opened again. If `f` panics, it stays closed.
    ///
    /// # Deadlocks
    /// As [`with_read`](Guarded::with_read), when it is opened again. `f` may lock this cell.
    ///
    /// # Cost
    /// The end of a scope and the begin of another, both by an indirect call.
    #[track_caller]
    pub fn unlocked<R>(guard: &mut Self, f: impl FnOnce() -> R) -> R {
        guard.open.cell.0.wrote_any();
        guard.open.unlocked(f)
    }
}

impl<T> Deref for ReadGuard<'_, T> {
    type Target = T;
    #[inline(always)]
    fn deref(&self) -> &T {
        self.open.demand();
        // SAFETY: the scope is open: `unlocked` borrows the guard mutably, and after a panic in it `demand` refuses.
        unsafe { &*self.open.cell.0.value() }
    }
}

impl<T> Deref for WriteGuard<'_, T> {
    type Target = T;
    #[inline(always)]
    fn deref(&self) -> &T {
        self.open.demand();
        // SAFETY: as for `ReadGuard`.
        unsafe { &*self.open.cell.0.value() }
    }
}

impl<T> DerefMut for WriteGuard<'_, T> {
    #[inline(always)]
    fn deref_mut(&mut self) -> &mut T {
        self.open.demand();
        // SAFETY: as for `ReadGuard`; the lock is held exclusively.
        unsafe { &mut *self.open.cell.0.value() }
    }
}

impl<T> Drop for ReadGuard<'_, T> {
    #[inline(always)]
    fn drop(&mut self) {
        self.open.give_back();
    }
}

impl<T> Drop for WriteGuard<'_, T> {
    #[inline(always)]
    fn drop(&mut self) {
        let Open { cell: AnyCellRef(cell), mode, line, .. } = self.open;
        let Some(token) = self.open.token.take() else {
            return; // downgraded, or closed by a panic in `unlocked`
        };
        cell.wrote_any();
        if std::thread::panicking() && !self.unwinding {
            return abandon(cell, token, mode, line);
        }
        cell.give_back_any(token, mode);
    }
}

/// A panic left the write scope. All comes by value: the guard itself may stay in registers.
#[cold]
#[inline(never)]
fn abandon<T>(cell: &dyn AnyCell<T>, token: Token, mode: Mode, line: Line) {
    cell.poison_any(line);
    cell.give_back_any(token, mode);
    cell.left_by_panic_any(line);
}

impl<T: fmt::Debug> fmt::Debug for ReadGuard<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (**self).fmt(f)
    }
}

impl<T: fmt::Debug> fmt::Debug for WriteGuard<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (**self).fmt(f)
    }
}
