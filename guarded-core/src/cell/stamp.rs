//! Optimistic writing: look, think without the lock, write only if nothing has changed.

#![cfg(feature = "observe")]

use super::access::{read_with_stamp, write_scope};
use super::hold::Poisoned;
use super::kind::Kind;
use super::policy::Protects;
use super::storage::Guarded;
use crate::site::{Keyless, Site};
use crate::sync::Ordering;

/// Moves with every write of a cell; equal stamps of one cell mean that nothing was written in between.
///
/// It moves at the end of each write scope, whether or not the closure changed anything. What changes inside the
/// value without a write scope (atomics, `Cell`s) does not move it. It comes from
/// [`cloned_stamped`](Guarded::cloned_stamped), and is of one cell: that of another says nothing. (Java's
/// `StampedLock` has such stamps for reading; these are for writing.)
///
/// ```
/// # use guarded_core::Guarded;
/// let price: Guarded<u32> = Guarded::new(100);
/// let (_, before) = price.cloned_stamped();
/// price.with_write(|_| ());
/// assert_ne!(price.cloned_stamped().1, before);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stamp(u64);

impl<T, K: Kind, S: Site> Guarded<T, K, S>
where
    K::Policy: Protects<T>,
{
    /// A copy of the value, with the stamp of the moment.
    ///
    /// `cloned` and `set` around a computation lose what others write in between; this pair does not:
    ///
    /// ```
    /// # use guarded_core::Guarded;
    /// let price: Guarded<u32> = Guarded::new(100);
    /// let mut new = None;
    /// while new.is_none() {
    ///     let (old, stamp) = price.cloned_stamped();
    ///     new = price.set_if(stamp, old + 1).ok(); // the slow part, without the lock
    /// }
    /// assert_eq!(price.cloned(), 101);
    /// ```
    ///
    /// # Panics
    /// As [`with_read`](Self::with_read).
    ///
    /// # Deadlocks
    /// As [`with_read`](Self::with_read).
    ///
    /// # Cost
    /// That of [`cloned`](Self::cloned).
    #[track_caller]
    pub fn cloned_stamped(&self) -> (T, Stamp)
    where
        S: Keyless,
        T: Clone,
    {
        let (value, stamp) = read_with_stamp(&self.hold_read(Poisoned::Refuse), T::clone);
        (value, Stamp(stamp))
    }

    /// Sets the value, if nothing was written since `stamp`, and returns the stamp after it. The old value is
    /// dropped after the lock is released.
    ///
    /// ```
    /// # use guarded_core::Guarded;
    /// let price: Guarded<u32> = Guarded::new(100);
    /// let (old, stamp) = price.cloned_stamped();
    /// price.set(150); // somebody else
    /// assert_eq!(price.set_if(stamp, old + 1), Err(101));
    /// assert_eq!(price.cloned(), 150);
    /// ```
    ///
    /// # Errors
    /// Something was written: `value` comes back.
    ///
    /// # Panics
    /// As [`with_read`](Self::with_read).
    ///
    /// # Deadlocks
    /// As [`with_read`](Self::with_read).
    ///
    /// # Cost
    /// That of [`with_write`](Self::with_write), and a comparison.
    #[track_caller]
    pub fn set_if(&self, stamp: Stamp, value: T) -> Result<Stamp, T>
    where
        S: Keyless,
    {
        let mut value = Some(value);
        let set = self.with_write_if(stamp, |place| {
            value.take().map(|value| std::mem::replace(place, value)) // dropped by the caller
        });
        match (set, value) {
            (Some(_old), _) => Ok(Stamp(stamp.0 + 1)),
            (None, Some(value)) => Err(value),
            (None, None) => unreachable!("the value is used in the scope only"),
        }
    }

    /// Runs `f` with the value, alone, if nothing was written since `stamp`; `None` if something was.
    ///
    /// ```
    /// # use guarded_core::Guarded;
    /// let log: Guarded<Vec<&str>> = Guarded::new(vec![]);
    /// let (_, stamp) = log.cloned_stamped();
    /// assert_eq!(log.with_write_if(stamp, |log| log.push("first")), Some(()));
    /// assert_eq!(log.with_write_if(stamp, |log| log.push("late")), None);
    /// ```
    ///
    /// # Panics
    /// As [`with_read`](Self::with_read).
    ///
    /// # Deadlocks
    /// As [`with_read`](Self::with_read).
    ///
    /// # Cost
    /// That of [`with_write`](Self::with_write), and a comparison.
    #[track_caller]
    pub fn with_write_if<R>(&self, stamp: Stamp, f: impl FnOnce(&mut T) -> R) -> Option<R>
    where
        S: Keyless,
    {
        let hold = self.hold_write(Poisoned::Refuse);
        if self.head.stamp.load(Ordering::Relaxed) != stamp.0 {
            return None;
        }
        Some(write_scope(hold, f))
    }
}
