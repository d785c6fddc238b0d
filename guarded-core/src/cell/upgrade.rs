//! Upgradable reads: look at length beside readers, and write only if need be.

use super::hold::{Limit, UpgradableHold, Upgraded};
use super::kind::{Kind, Upgrades};
use super::policy::{Protects, Slot, Verifies};
use super::storage::Guarded;
use super::transact::{quietly, record};
use crate::error::TryError;
use crate::site::{Keyless, Site};
use scopeguard::ScopeGuard;
use std::fmt;
use std::ops::Deref;
use std::panic::Location;
use std::time::Duration;

// `Upgrades` stands at each method: at the impl, rustc would not say what to write.
impl<T, K: Kind, S: Site> Guarded<T, K, S>
where
    K::Policy: Protects<T>,
{
    /// Runs `f` with a view that reads beside other readers and can [`upgrade`](Upgradable::upgrade).
    ///
    /// One thread at a time is in such a scope, so nothing can change between its look and its write. An upgrade
    /// from [`with_read`](Self::with_read) does not exist: two of those would wait for each other. (The third mode is that
    /// of `parking_lot`'s upgradable reads.)
    ///
    /// ```
    /// # use guarded_core::Guarded;
    /// let names: Guarded<Vec<&str>> = Guarded::new(vec!["ada"]);
    /// names.with_upgradable(|names| {
    ///     if !names.contains(&"grace") {
    ///         names.upgrade(|names| names.push("grace"));
    ///     }
    /// });
    /// assert_eq!(names.with_read(Vec::len), 2);
    /// ```
    ///
    /// # Panics
    /// As [`with_read`](Self::with_read).
    ///
    /// # Deadlocks
    /// As [`with_read`](Self::with_read). Two that would upgrade wait at the door, not for each other.
    ///
    /// # Cost
    /// The bare lock's upgradable read, and the checks of [`with_read`](Self::with_read).
    #[track_caller]
    pub fn with_upgradable<R>(&self, f: impl FnOnce(&mut Upgradable<'_, T, K, S>) -> R) -> R
    where
        S: Keyless,
        K: Upgrades,
    {
        f(&mut Upgradable { hold: UpgradableHold::take(self) })
    }

    /// [`with_upgradable`](Self::with_upgradable), if it is possible within `limit` (zero: at once).
    ///
    /// ```
    /// # use guarded_core::Guarded;
    /// # use std::time::Duration;
    /// let names: Guarded<Vec<&str>> = Guarded::new(vec!["ada"]);
    /// let known = names.try_with_upgradable_for(Duration::ZERO, |names| names.len())?;
    /// assert_eq!(known, 1);
    /// # Ok::<(), guarded_core::TryError>(())
    /// ```
    ///
    /// # Errors
    /// As [`try_with_read_for`](Self::try_with_read_for), `TimedOut` also for the upgradable read of somebody else.
    ///
    /// # Panics
    /// Only where `f` does: what [`with_upgradable`](Self::with_upgradable) panics at is an error here.
    ///
    /// # Deadlocks
    /// Waits for `limit` at the most.
    ///
    /// # Cost
    /// As [`with_upgradable`](Self::with_upgradable); an error allocates.
    #[track_caller]
    pub fn try_with_upgradable_for<R>(
        &self,
        limit: Duration,
        f: impl FnOnce(&mut Upgradable<'_, T, K, S>) -> R,
    ) -> Result<R, TryError>
    where
        S: Keyless,
        K: Upgrades,
    {
        Ok(f(&mut Upgradable { hold: UpgradableHold::try_take(self, Limit::For(limit))? }))
    }
}

/// What [`with_upgradable`](Guarded::with_upgradable) gives its closure: the value, for reading, and the way to write it.
///
/// ```
/// # use guarded_core::Guarded;
/// let total: Guarded<u32> = Guarded::new(1);
/// total.with_upgradable(|total| {
///     let seen = **total; // beside readers
///     total.upgrade(|total| *total = seen * 2); // alone, and nothing has changed in between
/// });
/// assert_eq!(total.cloned(), 2);
/// ```
pub struct Upgradable<'c, T, K: Kind, S: Site> {
    hold: UpgradableHold<'c, T, K, S>,
}

impl<T: fmt::Debug, K: Kind, S: Site> fmt::Debug for Upgradable<'_, T, K, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.hold.get().fmt(f)
    }
}

impl<T, K: Kind, S: Site> Deref for Upgradable<'_, T, K, S> {
    type Target = T;
    fn deref(&self) -> &T {
        self.hold.get()
    }
}

impl<T, K: Kind, S: Site> Upgradable<'_, T, K, S>
where
    K::Policy: Protects<T>,
{
    /// Waits until the readers have left, and runs `f` with the value, alone. The field's panic policy holds.
    ///
    /// ```
    /// # use guarded_core::Guarded;
    /// let names: Guarded<Vec<&str>> = Guarded::new(vec![]);
    /// let len = names.with_upgradable(|names| names.upgrade(|names| { names.push("ada"); names.len() }));
    /// assert_eq!(len, 1);
    /// ```
    ///
    /// # Panics
    /// If waiting would never end.
    ///
    /// # Deadlocks
    /// None that stays, with the feature `order-check`.
    ///
    /// # Cost
    /// The bare lock's upgrade and return; with `on_panic = rollback` also what [`Undo::save`](crate::Undo::save) costs.
    #[track_caller]
    pub fn upgrade<R>(&mut self, f: impl FnOnce(&mut T) -> R) -> R {
        match self.run(Limit::None, f) {
            Ok(result) => result,
            Err(error) => unreachable!("an upgrade without a limit cannot fail: {error}"),
        }
    }

    /// [`upgrade`](Self::upgrade), if the readers leave within `limit`.
    ///
    /// ```
    /// # use guarded_core::Guarded;
    /// # use std::time::Duration;
    /// let n: Guarded<u32> = Guarded::new(1);
    /// let done = n.with_upgradable(|n| n.try_upgrade_for(Duration::from_millis(50), |n| *n += 1));
    /// assert_eq!(done, Ok(()));
    /// ```
    ///
    /// # Errors
    /// `TimedOut`, or `Deadlock` where waiting could not help.
    ///
    /// # Panics
    /// Only where `f` does; the field's panic policy holds then.
    ///
    /// # Deadlocks
    /// Waits for `limit` at the most.
    ///
    /// # Cost
    /// As [`upgrade`](Self::upgrade); an error allocates.
    #[track_caller]
    pub fn try_upgrade_for<R>(
        &mut self,
        limit: Duration,
        f: impl FnOnce(&mut T) -> R,
    ) -> Result<R, TryError> {
        self.run(Limit::For(limit), f)
    }

    #[track_caller]
    fn run<R>(&mut self, limit: Limit, f: impl FnOnce(&mut T) -> R) -> Result<R, TryError> {
        let line = Location::caller();
        let cell = self.hold.cell();
        let mut upgraded = self.hold.upgrade(limit)?;
        let saved = K::Policy::save(upgraded.get_mut());
        let mut scope = scopeguard::guard(
            (upgraded, saved),
            |(mut upgraded, mut saved): (Upgraded<'_, '_, T, _, S>, _)| {
                let restored =
                    quietly(|| K::Policy::restore(upgraded.get_mut(), &mut saved)).unwrap_or(false);
                if !restored {
                    upgraded.wrote();
                    cell.slot.poison(line);
                }
                drop(upgraded);
                let _ = quietly(move || drop(saved));
                record(cell, line, restored);
            },
        );
        let result = f(scope.0.get_mut());
        K::Policy::verify(scope.0.get_mut(), cell.info(), line);
        let (mut upgraded, mut saved) = ScopeGuard::into_inner(scope);
        K::Policy::keep(upgraded.get_mut(), &mut saved);
        upgraded.wrote();
        drop(upgraded);
        drop(saved);
        Ok(result)
    }
}
