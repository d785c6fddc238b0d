//! Locks for keys, without a map.

use super::hashing::Hashing;
use super::keyed::scope;
use super::parts::{Parts, default_count};
use crate::cell::hold::{Limit, Poisoned, WriteHold};
use crate::cell::storage::origin;
use crate::cell::{Guarded, Stripe};
use crate::error::TryError;
use crate::site::{Keyless, Site, Standalone};
use std::borrow::Borrow;
use std::fmt;
use std::hash::{Hash, RandomState};
use std::marker::PhantomData;
use std::panic::Location;
use std::sync::OnceLock;
use std::time::Duration;

/// A lock for each key, for what is guarded elsewhere: files, accounts of another service, rows: `#[guarded(striped)]`.
///
/// There is a fixed number of locks, and each key has one of them: equal keys the same, different ones mostly different ones.
/// So it takes no room for keys, and nothing is ever removed.
///
/// ```
/// use guarded_core::Striped;
/// static FILES: Striped<String> = Striped::new();
/// let written = FILES.with("orders.csv", || std::fs::metadata("orders.csv").is_ok()); // nobody else is at this file
/// assert!(!written);
/// ```
///
/// (The idea and the name are those of Guava's `Striped`.)
///
/// # Number of locks
/// As many as a [`Sharded`](crate::Sharded) map has shards; or `STRIPES`, a power of two: `#[guarded(striped(stripes = 256))]`.
pub struct Striped<K, S: Site = Standalone, const STRIPES: usize = 0> {
    stripes: OnceLock<Stripes<S>>,
    origin: S::Origin,
    keys: PhantomData<fn(&K)>,
}

type Cell<S> = Guarded<(), Stripe, S>;

struct Stripes<S: Site> {
    parts: Parts<(), Stripe, S>,
    hashing: Hashing<RandomState>,
}

impl<K, S: Site, const STRIPES: usize> Striped<K, S, STRIPES> {
    const STRIPES_ARE_A_POWER_OF_TWO: () =
        assert!(STRIPES == 0 || STRIPES.is_power_of_two(), "the number of stripes must be a power of two");

    /// The locks; also in a `static`.
    ///
    /// ```
    /// use guarded_core::Striped;
    /// static BY_ACCOUNT: Striped<u64> = Striped::new();
    /// assert_eq!(BY_ACCOUNT.with(&7, || 3), 3);
    /// ```
    ///
    /// # Cost
    /// None here: the locks are made when they are first used.
    #[must_use]
    #[track_caller]
    pub const fn new() -> Self {
        const { Self::STRIPES_ARE_A_POWER_OF_TWO };
        Self { stripes: OnceLock::new(), origin: origin::<S::Origin>(Location::caller()), keys: PhantomData }
    }

    #[cold]
    fn make(&self) -> Stripes<S> {
        let count = if STRIPES == 0 { default_count() } else { STRIPES };
        Stripes { parts: Parts::new(count, &self.origin, || ()), hashing: Hashing::new(RandomState::new()) }
    }

    #[inline(always)]
    fn at<Q: Hash + ?Sized>(&self, key: &Q) -> &Cell<S> {
        let stripes = self.stripes.get_or_init(|| self.make());
        stripes.parts.of(stripes.hashing.hash(key))
    }

    /// Runs `f` while this thread has the lock of `key`.
    ///
    /// ```
    /// # use guarded_core::Striped;
    /// let by_name: Striped<String> = Striped::new();
    /// assert_eq!(by_name.with("ada", || 3), 3);
    /// ```
    ///
    /// # Panics
    /// If this thread has the lock of any key already: two keys may have one lock, so this is told for all of them and not
    /// only for those two. [`with_many`](Self::with_many) takes several. As [`Guarded::with_write`] otherwise.
    ///
    /// # Deadlocks
    /// As [`Guarded::with_write`].
    ///
    /// # Cost
    /// One hash, and that of [`Guarded::with_write`].
    #[track_caller]
    pub fn with<Q: Hash + ?Sized, R>(&self, key: &Q, f: impl FnOnce() -> R) -> R
    where
        K: Borrow<Q>,
        S: Keyless,
    {
        scope::write(self.at(key).hold_write(Poisoned::Refuse), |()| f())
    }

    /// [`with`](Self::with), if it is possible at once.
    ///
    /// ```
    /// # use guarded_core::Striped;
    /// let by_name: Striped<String> = Striped::new();
    /// assert_eq!(by_name.try_with("ada", || 3), Ok(3));
    /// ```
    ///
    /// # Errors
    /// `WouldBlock`, also where another key with the same lock is in use; `Reentrant`.
    #[track_caller]
    pub fn try_with<Q: Hash + ?Sized, R>(&self, key: &Q, f: impl FnOnce() -> R) -> Result<R, TryError>
    where
        K: Borrow<Q>,
    {
        let cell = self.at(key);
        scope::not_inside(cell)?;
        Ok(scope::write(cell.try_hold_write(Limit::Now, Poisoned::Refuse)?, |()| f()))
    }

    /// [`with`](Self::with), if it is possible within `limit`.
    ///
    /// ```
    /// # use guarded_core::Striped;
    /// # use std::time::Duration;
    /// let by_name: Striped<String> = Striped::new();
    /// assert_eq!(by_name.try_with_for(Duration::from_millis(50), "ada", || 3), Ok(3));
    /// ```
    ///
    /// # Errors
    /// As [`Guarded::try_with_write_for`].
    #[track_caller]
    pub fn try_with_for<Q: Hash + ?Sized, R>(
        &self,
        limit: Duration,
        key: &Q,
        f: impl FnOnce() -> R,
    ) -> Result<R, TryError>
    where
        K: Borrow<Q>,
        S: Keyless,
    {
        let cell = self.at(key);
        scope::not_inside(cell)?;
        Ok(scope::write(cell.try_hold_write(Limit::For(limit), Poisoned::Refuse)?, |()| f()))
    }

    /// Runs `f` while this thread has the locks of all `keys`.
    ///
    /// ```
    /// # use guarded_core::Striped;
    /// let by_account: Striped<u64> = Striped::new();
    /// assert_eq!(by_account.with_many([&7, &3, &7], || "moved"), "moved");
    /// ```
    ///
    /// # Panics
    /// As [`with`](Self::with).
    ///
    /// # Deadlocks
    /// None among such calls, in whatever order each names its keys.
    ///
    /// # Cost
    /// That of [`with`](Self::with) for each key, and lists of keys and locks.
    #[track_caller]
    pub fn with_many<'q, Q: Hash + ?Sized + 'q, R>(
        &self,
        keys: impl IntoIterator<Item = &'q Q>,
        f: impl FnOnce() -> R,
    ) -> R
    where
        K: Borrow<Q>,
        S: Keyless,
    {
        let cells = keys.into_iter().map(|key| self.at(key)).collect();
        let holds = scope::together(&scope::in_one_order(cells));
        let result = f();
        holds.into_iter().for_each(WriteHold::release);
        result
    }

    /// [`with_many`](Self::with_many), if all locks are to be had within `limit`: with a limit of zero, at once.
    ///
    /// ```
    /// # use guarded_core::Striped;
    /// # use std::time::Duration;
    /// let by_account: Striped<u64> = Striped::new();
    /// assert_eq!(by_account.try_with_many_for(Duration::from_millis(50), [&7, &3], || "moved"), Ok("moved"));
    /// ```
    ///
    /// # Errors
    /// As [`Guarded::try_with_write_for`]; then `f` was not called.
    ///
    /// # Deadlocks
    /// Waits for `limit` at the most.
    ///
    /// # Cost
    /// That of [`with_many`](Self::with_many), and the clock.
    #[track_caller]
    pub fn try_with_many_for<'q, Q: Hash + ?Sized + 'q, R>(
        &self,
        limit: Duration,
        keys: impl IntoIterator<Item = &'q Q>,
        f: impl FnOnce() -> R,
    ) -> Result<R, TryError>
    where
        K: Borrow<Q>,
        S: Keyless,
    {
        let cells = keys.into_iter().map(|key| self.at(key)).collect();
        let holds = scope::together_within(&scope::in_one_order(cells), limit)?;
        let result = f();
        holds.into_iter().for_each(WriteHold::release);
        Ok(result)
    }
}

impl<K, S: Site, const STRIPES: usize> Default for Striped<K, S, STRIPES> {
    #[track_caller]
    fn default() -> Self {
        Self::new()
    }
}

impl<K, S: Site, const STRIPES: usize> fmt::Debug for Striped<K, S, STRIPES> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Striped")
    }
}
