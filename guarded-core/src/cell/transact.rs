//! Scopes that fail: what a panic or an error leaves behind.

use super::hold::{Poisoned, WriteHold};
use super::kind::Kind;
use super::policy::{Left, Protects, Refuses, Rollback, Slot, Verifies};
use super::storage::Guarded;
use crate::error::Line;
use crate::event::{Event, Finding, emit};
use crate::site::{Keyless, Site};
use crate::sync::RawLock;
use scopeguard::ScopeGuard;
use std::panic::{AssertUnwindSafe, Location, catch_unwind};

/// A panic left a write scope: the policy is run, the lock released, and then what is left over is dropped. User
/// code that panics here once more is stopped here: two panics at once would end the process.
#[cold]
#[inline(never)]
pub(crate) fn abandon<T, K: Kind, S: Site, Saved>(
    hold: WriteHold<'_, T, K, S>,
    mut saved: Saved,
    line: Line,
    restore: impl FnOnce(&mut T, &mut Saved) -> bool,
) {
    let cell = hold.cell();
    fail(hold, &mut saved, line, restore).tell(cell, saved, line);
}

/// The first half of [`abandon`]: what must happen before other locks of the same call are released.
#[cold]
pub(crate) fn fail<T, K: Kind, S: Site, Saved>(
    mut hold: WriteHold<'_, T, K, S>,
    saved: &mut Saved,
    line: Line,
    restore: impl FnOnce(&mut T, &mut Saved) -> bool,
) -> Failed {
    let restored = quietly(|| restore(hold.get_mut(), saved)).unwrap_or(false);
    if !restored {
        hold.wrote();
        hold.cell().poison(line);
    }
    drop(hold);
    Failed { restored }
}

impl<T, K: Kind, S: Site> Guarded<T, K, S> {
    /// Called with the lock held: a panic has left the value as it is.
    pub(crate) fn poison(&self, line: Line) {
        self.slot.poison(line);
        if self.slot.poisoned().is_some() {
            self.raw.poisoned();
        }
    }
}

/// A write scope that a panic left, its lock released.
#[derive(Debug)]
pub struct Failed {
    restored: bool,
}

impl Failed {
    /// The second half of [`abandon`], which runs user code: drops and the hook.
    pub(crate) fn tell<T, K: Kind, S: Site, Saved>(self, cell: &Guarded<T, K, S>, saved: Saved, line: Line) {
        let _ = quietly(move || drop(saved));
        record(cell, line, self.restored);
    }
}

/// Runs user code where a panic must not go on.
pub(crate) fn quietly<R>(f: impl FnOnce() -> R) -> Option<R> {
    match catch_unwind(AssertUnwindSafe(f)) {
        Ok(result) => Some(result),
        Err(payload) => {
            crate::event::discard(payload);
            None
        }
    }
}

/// Remembers and tells that a panic left a write scope.
#[cold]
pub(crate) fn record<T, K: Kind, S: Site>(cell: &Guarded<T, K, S>, line: Line, restored: bool) {
    let info = cell.info();
    #[cfg(feature = "observe")]
    {
        crate::observe::panicked(info.class);
        if !restored {
            let serial = crate::site::serial_of(&cell.marks);
            super::policy::remember(&cell.marks, serial, line);
        }
    }
    let left = if restored {
        "the value was put back"
    } else if cell.slot.poisoned().is_some() {
        "the field is poisoned"
    } else {
        "the value stays as the panic left it"
    };
    emit(&Event {
        finding: Finding::LeftByPanic,
        field: info.class.to_string(),
        at: line,
        other: None,
        message: format!("a panic left the write scope of `{}` entered at {line}: {left}", info.class),
    });
}

impl<T, K: Kind, S: Site> Guarded<T, K, S>
where
    K::Policy: Protects<T>,
{
    /// Runs `f` with the value, alone; `Err` or a panic puts the value back as it was.
    ///
    /// ```
    /// # use guarded_core::Guarded;
    /// let stock: Guarded<Vec<u32>> = Guarded::new(vec![1, 2]);
    /// let refused = stock.transact(|stock| {
    ///     stock.clear();
    ///     "three".parse::<u32>().map(|n| stock.push(n))
    /// });
    /// assert!(refused.is_err());
    /// assert_eq!(stock.cloned(), [1, 2]);
    /// ```
    ///
    /// # Errors
    /// Those of `f`.
    ///
    /// # Panics
    /// As [`with_read`](Self::with_read). A panic in `f` goes on after the value is restored, and neither poisons
    /// nor counts as left by a panic. If `Undo::restore` itself panics, after an `Err` too, that panic goes on, and the field's
    /// policy takes over.
    ///
    /// # Deadlocks
    /// As [`with_read`](Self::with_read).
    ///
    /// # Cost
    /// That of [`with_write`](Self::with_write) and of [`Undo::save`](crate::Undo::save): for a `Clone` type one clone,
    /// under the lock.
    #[track_caller]
    pub fn transact<R, E>(&self, f: impl FnOnce(&mut T) -> Result<R, E>) -> Result<R, E>
    where
        S: Keyless,
        // As much as `T: Undo`, of which rustc would say "consider borrowing": `&T` is `Clone`.
        Rollback: Protects<T>,
    {
        let line = Location::caller();
        let mut hold = self.hold_write(Poisoned::Refuse);
        let saved = <Rollback as Protects<T>>::save(hold.get_mut());
        let mut scope = scopeguard::guard((hold, saved, false), |(hold, saved, begun)| {
            // A restore that panics is not called again.
            abandon(hold, saved, line, |value, saved| {
                !begun && <Rollback as Protects<T>>::restore(value, saved)
            });
        });
        let result = f(scope.0.get_mut());
        let (hold, saved, begun) = &mut *scope;
        if result.is_ok() {
            K::Policy::verify(hold.get(), hold.cell().info(), line);
            <Rollback as Protects<T>>::keep(hold.get_mut(), saved);
            hold.wrote();
        } else {
            *begun = true;
            <Rollback as Protects<T>>::restore(hold.get_mut(), saved);
        }
        let (hold, saved, _) = ScopeGuard::into_inner(scope);
        drop(hold);
        drop(saved); // outside the lock
        result
    }
}

impl<T, K: Kind, S: Site> Guarded<T, K, S> {
    /// The latest record of panics that left write scopes of this cell without the value being put back; `None`
    /// after [`recover`](Self::recover) or [`clear_poison`](Self::clear_poison), and without the feature `observe`.
    ///
    /// ```
    /// # use guarded_core::Guarded;
    /// let stock: Guarded<u32> = Guarded::new(3);
    /// let panicked = std::panic::catch_unwind(|| stock.with_write(|_| panic!("half way")));
    /// assert!(panicked.is_err());
    /// # #[cfg(feature = "observe")]
    /// assert_eq!(stock.left_by_panic().map(|left| left.times), Some(1));
    /// ```
    ///
    /// # Cost
    /// One relaxed load, and, after a panic, a lock that all cells share. It does not take the cell's lock.
    #[must_use]
    pub fn left_by_panic(&self) -> Option<Left> {
        #[cfg(feature = "observe")]
        {
            let marks = self.marks.load(crate::sync::Ordering::Relaxed);
            if marks & 1 == 1 { super::policy::recall(marks >> 1) } else { None }
        }
        #[cfg(not(feature = "observe"))]
        None
    }

    fn forget_panics(&self) {
        self.slot.clear();
        #[cfg(feature = "observe")]
        {
            let marks = self.marks.fetch_and(!1, crate::sync::Ordering::Relaxed);
            if marks & 1 == 1 {
                super::policy::forget(marks >> 1);
            }
        }
    }

    /// Runs `f` with the value, poisoned or not, and accepts what it makes of it: the poison is cleared and the
    /// record of panics forgotten, unless `f` panics.
    ///
    /// ```
    /// # use guarded_core::{Guarded, Poison, Rw};
    /// let pair: Guarded<(u32, u32), Rw<Poison>> = Guarded::new((1, 1));
    /// let _ = std::panic::catch_unwind(|| pair.with_write(|p| { p.0 = 2; panic!("half way") }));
    /// assert!(pair.try_with_read(|_| ()).is_err());
    /// pair.recover(|p| p.1 = p.0);
    /// assert_eq!(pair.cloned(), (2, 2));
    /// ```
    ///
    /// # Panics
    /// As [`with_read`](Self::with_read), but not at poison.
    ///
    /// # Deadlocks
    /// As [`with_read`](Self::with_read).
    ///
    /// # Cost
    /// That of [`with_write`](Self::with_write), and, after a panic, a lock that all cells share.
    #[track_caller]
    pub fn recover<R>(&self, f: impl FnOnce(&mut T) -> R) -> R
    where
        K::Policy: Verifies<T>,
        S: Keyless,
    {
        let line = Location::caller();
        let hold = self.hold_write(Poisoned::Admit);
        let mut scope = scopeguard::guard(hold, |hold| abandon(hold, (), line, |_, ()| false));
        let result = f(scope.get_mut());
        K::Policy::verify(scope.get(), self.info(), line);
        let hold = ScopeGuard::into_inner(scope);
        self.forget_panics();
        hold.wrote();
        drop(hold);
        result
    }
}

// The bound stands at each method: at the impl, rustc would not say what to write.
impl<T, K: Kind, S: Site> Guarded<T, K, S> {
    /// Accepts the value as it is.
    ///
    /// ```
    /// # use guarded_core::{Guarded, Poison, Rw};
    /// let n: Guarded<u32, Rw<Poison>> = Guarded::new(3);
    /// let _ = std::panic::catch_unwind(|| n.with_write(|_| panic!("half way")));
    /// n.clear_poison();
    /// assert_eq!(n.cloned(), 3);
    /// ```
    ///
    /// # Panics
    /// As [`with_read`](Self::with_read), but not at poison.
    ///
    /// # Deadlocks
    /// As [`with_read`](Self::with_read).
    ///
    /// # Cost
    /// That of [`recover`](Self::recover).
    #[track_caller]
    pub fn clear_poison(&self)
    where
        S: Keyless,
        K::Policy: Refuses,
    {
        let hold = self.hold_write(Poisoned::Admit);
        self.forget_panics();
        drop(hold);
    }

    /// A panic has left a write scope, and nobody has recovered the value since.
    ///
    /// ```
    /// # use guarded_core::{Guarded, Poison, Rw};
    /// let n: Guarded<u32, Rw<Poison>> = Guarded::new(3);
    /// assert!(!n.is_poisoned());
    /// let _ = std::panic::catch_unwind(|| n.with_write(|_| panic!("half way")));
    /// assert!(n.is_poisoned());
    /// ```
    ///
    /// # Cost
    /// One relaxed load: it neither locks nor waits, and may be out of date when it returns.
    #[must_use]
    pub fn is_poisoned(&self) -> bool
    where
        K::Policy: Refuses,
    {
        self.slot.poisoned().is_some()
    }
}
