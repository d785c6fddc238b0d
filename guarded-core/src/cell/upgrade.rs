//! Upgradable reads: look at length beside readers, and write only if need be.

use super::hold::{Limit, UpgradableHold, Upgraded};
use super::kind::Rw;
use super::policy::{Policy, Protects, Slot};
use super::storage::Guarded;
use super::transact::record;
use crate::error::TryError;
use crate::site::Site;
use scopeguard::ScopeGuard;
use std::fmt;
use std::ops::Deref;
use std::panic::{AssertUnwindSafe, Location, catch_unwind};
use std::time::Duration;

impl<T, P: Policy + Protects<T>, A, S: Site> Guarded<T, Rw<P, A>, S> {
    /// Runs `f` with a view that reads beside other readers and can [`upgrade`](Upgradable::upgrade).
    ///
    /// One thread at a time is in such a scope, so nothing can change between its look and its write. An upgrade
    /// from [`with_read`](Self::with_read) does not exist: two of those would wait for each other.
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
    #[track_caller]
    pub fn with_upgradable<R>(&self, f: impl FnOnce(&mut Upgradable<'_, T, P, A, S>) -> R) -> R {
        f(&mut Upgradable { hold: UpgradableHold::take(self) })
    }

    /// [`with_upgradable`](Self::with_upgradable), if it is possible within `limit` (zero: at once).
    ///
    /// # Errors
    /// As [`try_with_read_for`](Self::try_with_read_for).
    #[track_caller]
    pub fn try_with_upgradable_for<R>(
        &self,
        limit: Duration,
        f: impl FnOnce(&mut Upgradable<'_, T, P, A, S>) -> R,
    ) -> Result<R, TryError> {
        Ok(f(&mut Upgradable { hold: UpgradableHold::try_take(self, Limit::For(limit))? }))
    }
}

/// What [`with_upgradable`](Guarded::with_upgradable) gives its closure: the value, for reading.
pub struct Upgradable<'c, T, P: Policy, A, S: Site> {
    hold: UpgradableHold<'c, T, Rw<P, A>, S>,
}

impl<T: fmt::Debug, P: Policy, A, S: Site> fmt::Debug for Upgradable<'_, T, P, A, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.hold.get().fmt(f)
    }
}

impl<T, P: Policy, A, S: Site> Deref for Upgradable<'_, T, P, A, S> {
    type Target = T;
    fn deref(&self) -> &T {
        self.hold.get()
    }
}

impl<T, P: Policy + Protects<T>, A, S: Site> Upgradable<'_, T, P, A, S> {
    /// Waits until the readers have left, and runs `f` with the value, alone. The field's panic policy holds.
    ///
    /// # Panics
    /// If waiting would never end.
    #[track_caller]
    pub fn upgrade<R>(&mut self, f: impl FnOnce(&mut T) -> R) -> R {
        match self.run(Limit::None, f) {
            Ok(result) => result,
            Err(error) => unreachable!("an upgrade without a limit cannot fail: {error}"),
        }
    }

    /// [`upgrade`](Self::upgrade), if the readers leave within `limit`.
    ///
    /// # Errors
    /// `TimedOut`, or `Deadlock` where waiting could not help.
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
        let saved = P::save(upgraded.get_mut());
        let mut scope = scopeguard::guard(
            (upgraded, saved),
            |(mut upgraded, mut saved): (Upgraded<'_, '_, T, _, S>, _)| {
                let restored = catch_unwind(AssertUnwindSafe(|| P::restore(upgraded.get_mut(), &mut saved)));
                let restored = matches!(restored, Ok(true));
                if !restored {
                    upgraded.wrote();
                    cell.slot.poison(line);
                }
                drop(upgraded);
                if let Err(payload) = catch_unwind(AssertUnwindSafe(move || drop(saved))) {
                    std::mem::forget(payload); // its drop could panic again
                }
                record(cell, line, restored);
            },
        );
        let result = f(scope.0.get_mut());
        let (mut upgraded, mut saved) = ScopeGuard::into_inner(scope);
        P::keep(upgraded.get_mut(), &mut saved);
        upgraded.wrote();
        drop(upgraded);
        drop(saved);
        Ok(result)
    }
}
