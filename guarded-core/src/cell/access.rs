//! The scopes that every cell has.

use super::hold::{Limit, Poisoned, ReadHold, WriteHold};
use super::kind::Kind;
use super::policy::{Protects, Verifies};
use super::storage::Guarded;
use super::transact::abandon;
use crate::error::{Line, TryError};
use crate::site::{Keyless, Site};
use scopeguard::ScopeGuard;
use std::time::Duration;

impl<T, K: Kind, S: Site> Guarded<T, K, S>
where
    K::Policy: Protects<T>,
{
    /// Runs `f` with the value, shared with other readers where the strategy shares.
    ///
    /// Nothing that borrows from the value leaves the closure: clone it, or do the work inside.
    ///
    /// ```
    /// # use guarded_core::Guarded;
    /// let names: Guarded<Vec<String>> = Guarded::new(vec!["ada".into()]);
    /// let first = names.with_read(|names| names.first().cloned());
    /// assert_eq!(first.as_deref(), Some("ada"));
    /// ```
    /// ```compile_fail
    /// # use guarded_core::Guarded;
    /// # let names: Guarded<Vec<String>> = Guarded::new(vec!["ada".into()]);
    /// let first = names.with_read(|names| names.first()); // a reference would outlive its lock
    /// ```
    ///
    /// # Panics
    /// If this thread is inside the same cell already; if the order of locks is inverted and the build says panic;
    /// if waiting would never end; if the cell is poisoned (not while this thread unwinds).
    ///
    /// # Deadlocks
    /// None that stays, with the feature `order-check`: see [`Finding`](crate::Finding).
    ///
    /// # Cost
    /// The bare lock, and at most 40 instructions with all checks on; no allocation, no clock but for one in 1024.
    #[inline]
    #[track_caller]
    pub fn with_read<R>(&self, f: impl FnOnce(&T) -> R) -> R
    where
        S: Keyless,
    {
        read_scope(self.hold_read(Poisoned::Refuse), f)
    }

    /// Runs `f` with the value, alone.
    ///
    /// A panic in `f` releases the lock; what it leaves in the value is up to the field's `on_panic`.
    ///
    /// ```
    /// # use guarded_core::Guarded;
    /// let stock: Guarded<u32> = Guarded::new(3);
    /// let left = stock.with_write(|n| { *n -= 1; *n });
    /// assert_eq!(left, 2);
    /// ```
    ///
    /// # Panics
    /// As [`with_read`](Self::with_read).
    ///
    /// # Deadlocks
    /// As [`with_read`](Self::with_read).
    ///
    /// # Cost
    /// The bare lock, and at most 30 instructions with all checks on. With `on_panic = rollback` also what
    /// [`Undo::save`](crate::Undo::save) costs.
    #[inline]
    #[track_caller]
    pub fn with_write<R>(&self, f: impl FnOnce(&mut T) -> R) -> R
    where
        S: Keyless,
    {
        write_scope(self.hold_write(Poisoned::Refuse), f)
    }

    /// [`with_read`](Self::with_read), if it is possible at once.
    ///
    /// ```
    /// # use guarded_core::Guarded;
    /// let stock: Guarded<u32> = Guarded::new(3);
    /// assert_eq!(stock.try_with_read(|n| *n), Ok(3));
    /// ```
    ///
    /// # Errors
    /// `WouldBlock`, `Reentrant` or `Poisoned`.
    ///
    /// # Panics
    /// Only where `f` does: what [`with_read`](Self::with_read) panics at is an error here.
    ///
    /// # Deadlocks
    /// Never waits, and says nothing about the order of locks.
    ///
    /// # Cost
    /// As [`with_read`](Self::with_read); an error allocates.
    #[inline]
    #[track_caller]
    pub fn try_with_read<R>(&self, f: impl FnOnce(&T) -> R) -> Result<R, TryError> {
        Ok(read_scope(self.try_hold_read(Limit::Now, Poisoned::Refuse)?, f))
    }

    /// [`with_write`](Self::with_write), if it is possible at once.
    ///
    /// ```
    /// # use guarded_core::Guarded;
    /// let stock: Guarded<u32> = Guarded::new(3);
    /// stock.try_with_write(|n| *n += 1)?;
    /// # Ok::<(), guarded_core::TryError>(())
    /// ```
    ///
    /// # Errors
    /// `WouldBlock`, `Reentrant` or `Poisoned`.
    ///
    /// # Panics
    /// Only where `f` does: what [`with_write`](Self::with_write) panics at is an error here.
    ///
    /// # Deadlocks
    /// Never waits, and says nothing about the order of locks.
    ///
    /// # Cost
    /// As [`with_write`](Self::with_write); an error allocates.
    #[inline]
    #[track_caller]
    pub fn try_with_write<R>(&self, f: impl FnOnce(&mut T) -> R) -> Result<R, TryError> {
        Ok(write_scope(self.try_hold_write(Limit::Now, Poisoned::Refuse)?, f))
    }

    /// [`with_read`](Self::with_read), if it is possible within `limit`.
    ///
    /// ```
    /// # use guarded_core::Guarded;
    /// # use std::time::Duration;
    /// let stock: Guarded<u32> = Guarded::new(3);
    /// assert_eq!(stock.try_with_read_for(Duration::from_millis(50), |n| *n), Ok(3));
    /// ```
    ///
    /// # Errors
    /// `TimedOut` with the line that is inside (`WouldBlock` where `limit` is zero), `Reentrant` at once, `Poisoned`, or
    /// `Deadlock` before the limit where waiting could not help.
    ///
    /// # Panics
    /// Only where `f` does: what [`with_read`](Self::with_read) panics at is an error here.
    ///
    /// # Deadlocks
    /// Waits for `limit` at the most.
    ///
    /// # Cost
    /// As [`with_read`](Self::with_read); an error allocates.
    #[inline]
    #[track_caller]
    pub fn try_with_read_for<R>(&self, limit: Duration, f: impl FnOnce(&T) -> R) -> Result<R, TryError>
    where
        S: Keyless,
    {
        Ok(read_scope(self.try_hold_read(Limit::For(limit), Poisoned::Refuse)?, f))
    }

    /// [`with_write`](Self::with_write), if it is possible within `limit`.
    ///
    /// ```
    /// # use guarded_core::{Guarded, TryError};
    /// # use std::time::Duration;
    /// let stock: Guarded<u32> = Guarded::new(3);
    /// match stock.try_with_write_for(Duration::from_millis(50), |n| *n += 1) {
    ///     Ok(()) => {}
    ///     Err(TryError::TimedOut { holder, waited, .. }) => eprintln!("gave up after {waited:?} behind {holder:?}"),
    ///     Err(other) => eprintln!("{other}"),
    /// }
    /// ```
    ///
    /// # Errors
    /// As [`try_with_read_for`](Self::try_with_read_for).
    ///
    /// # Panics
    /// Only where `f` does: what [`with_write`](Self::with_write) panics at is an error here.
    ///
    /// # Deadlocks
    /// Waits for `limit` at the most.
    ///
    /// # Cost
    /// As [`with_write`](Self::with_write); an error allocates.
    #[inline]
    #[track_caller]
    pub fn try_with_write_for<R>(&self, limit: Duration, f: impl FnOnce(&mut T) -> R) -> Result<R, TryError>
    where
        S: Keyless,
    {
        Ok(write_scope(self.try_hold_write(Limit::For(limit), Poisoned::Refuse)?, f))
    }
}

/// Runs a read scope on a hold.
#[inline(always)]
pub(crate) fn read_scope<T, K: Kind, S: Site, R>(hold: ReadHold<'_, T, K, S>, f: impl FnOnce(&T) -> R) -> R {
    let result = f(hold.get());
    hold.release();
    result
}

/// Runs a write scope on a hold, under the field's policy.
#[inline(always)]
#[track_caller]
pub(crate) fn write_scope<T, K: Kind, S: Site, R>(
    hold: WriteHold<'_, T, K, S>,
    f: impl FnOnce(&mut T) -> R,
) -> R
where
    K::Policy: Protects<T>,
{
    write_scope_at(hold, std::panic::Location::caller(), f)
}

/// [`write_scope`], entered at a line that is not the caller's.
#[inline(always)]
pub(crate) fn write_scope_at<T, K: Kind, S: Site, R>(
    mut hold: WriteHold<'_, T, K, S>,
    line: Line,
    f: impl FnOnce(&mut T) -> R,
) -> R
where
    K::Policy: Protects<T>,
{
    let saved = K::Policy::save(hold.get_mut());
    let mut scope = scopeguard::guard((hold, saved), |(hold, saved)| {
        abandon(hold, saved, line, <K::Policy as Protects<T>>::restore);
    });
    let result = f(scope.0.get_mut());
    K::Policy::verify(scope.0.get(), scope.0.cell().info(), line);
    let (mut hold, mut saved) = ScopeGuard::into_inner(scope);
    K::Policy::keep(hold.get_mut(), &mut saved);
    hold.wrote();
    hold.release();
    drop(saved); // outside the lock: it may have a `Drop` that uses this very field
    result
}

/// A read scope that also takes what is noted beside the value.
#[cfg(feature = "observe")]
pub(crate) fn read_with_stamp<T, K: Kind, S: Site, R>(
    hold: &ReadHold<'_, T, K, S>,
    f: impl FnOnce(&T) -> R,
) -> (R, u64) {
    let stamp = hold.cell().head.stamp.load(crate::sync::Ordering::Relaxed);
    (f(hold.get()), stamp)
}
