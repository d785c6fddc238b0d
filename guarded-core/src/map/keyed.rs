//! The keyed calls, written once.
//!
//! Each is a scope on one cell: that of the whole map, or that of the shard in which the key is. The functions of [`scope`]
//! are the scopes; the macro below gives them their public names, for every owner of cells.

pub(super) mod scope;

use super::many::Many;
use super::table::{ByEntry, Lookup, Map, ProtectsEntries};
use super::{Entry, Op};
use crate::cell::hold::{Limit, Poisoned};
use crate::cell::{Guarded, Kind};
use crate::error::TryError;
use crate::site::{Keyless, Site};
use std::time::Duration;

/// Writes the keyed calls for a type that has `at(key)`, the cell of a key with what is known of the key, and `cells()`.
///
/// `$new` and `$use` are for the examples, `$each` says what one moment covers in calls for all keys.
macro_rules! keyed_calls {
    (table: $table:ty, context: $context:ty, hint: $hint:ty, policy: $policy:ty, site: $site:ident, where: ($($bound:tt)*), use: $use:literal, new: $new:literal, each: $each:literal) => {
        /// Runs `f` with the value of `key`, if there is one.
        ///
        /// ```
        #[doc = concat!("# ", $use)]
        #[doc = concat!("let stock = ", $new)]
        /// let few = stock.with_read_key("bolt", |n| n.is_some_and(|n| *n < 10));
        /// assert!(few);
        /// ```
        ///
        /// # Panics
        /// As [`Guarded::with_read`]. A look and a later write are two moments: where the one decides the other, use
        /// [`with_write_key`](Self::with_write_key) or [`compute`](Self::compute).
        ///
        /// # Deadlocks
        /// As [`Guarded::with_read`]: a closure that uses this map again, under any key, is told at once.
        ///
        /// # Consistency
        /// One moment, for this key.
        ///
        /// # Cost
        /// One lock, one hash.
        #[inline]
        #[track_caller]
        pub fn with_read_key<Q: ?Sized, R>(&self, key: &Q, f: impl FnOnce(Option<&<$table as Map>::Value>) -> R) -> R
        where
            $($bound)*
            $table: Lookup<Q, Context = $context, Hint = $hint>,
            $site: Keyless,
        {
            let (cell, hint) = self.at::<Q>(key);
            scope::read(cell.hold_read(Poisoned::Refuse), |map| f(map.find(hint, key)))
        }

        /// [`with_read_key`](Self::with_read_key), if it is possible at once.
        ///
        /// ```
        #[doc = concat!("# ", $use)]
        #[doc = concat!("let stock = ", $new)]
        /// assert_eq!(stock.try_with_read_key("bolt", |n| n.copied()), Ok(Some(5)));
        /// ```
        ///
        /// # Errors
        /// As [`Guarded::try_with_read`].
        #[track_caller]
        pub fn try_with_read_key<Q: ?Sized, R>(
            &self,
            key: &Q,
            f: impl FnOnce(Option<&<$table as Map>::Value>) -> R,
        ) -> Result<R, TryError>
        where
            $($bound)*
            $table: Lookup<Q, Context = $context, Hint = $hint>,
        {
            let (cell, hint) = self.at::<Q>(key);
            scope::not_inside(cell)?;
            Ok(scope::read(cell.try_hold_read(Limit::Now, Poisoned::Refuse)?, |map| f(map.find(hint, key))))
        }

        /// [`with_read_key`](Self::with_read_key), if it is possible within `limit`.
        ///
        /// ```
        #[doc = concat!("# ", $use)]
        /// # use std::time::Duration;
        #[doc = concat!("let stock = ", $new)]
        /// assert_eq!(stock.try_with_read_key_for(Duration::from_millis(50), "bolt", |n| n.copied()), Ok(Some(5)));
        /// ```
        ///
        /// # Errors
        /// As [`Guarded::try_with_read_for`].
        #[track_caller]
        pub fn try_with_read_key_for<Q: ?Sized, R>(
            &self,
            limit: Duration,
            key: &Q,
            f: impl FnOnce(Option<&<$table as Map>::Value>) -> R,
        ) -> Result<R, TryError>
        where
            $($bound)*
            $table: Lookup<Q, Context = $context, Hint = $hint>,
            $site: Keyless,
        {
            let (cell, hint) = self.at::<Q>(key);
            scope::not_inside(cell)?;
            let hold = cell.try_hold_read(Limit::For(limit), Poisoned::Refuse)?;
            Ok(scope::read(hold, |map| f(map.find(hint, key))))
        }

        /// Runs `f` with the entry of `key`, occupied or vacant: look, decide and write are one moment.
        ///
        /// ```
        #[doc = concat!("# ", $use)]
        #[doc = concat!("let stock = ", $new)]
        /// stock.with_write_key("nut".into(), |entry| *entry.or_insert(0) += 2);
        /// assert_eq!(stock.get_cloned("nut"), Some(2));
        /// ```
        ///
        /// # Panics
        /// As [`Guarded::with_write`]. The field's panic policy holds for this entry: `rollback` puts back this one.
        ///
        /// # Deadlocks
        /// As [`with_read_key`](Self::with_read_key).
        ///
        /// # Consistency
        /// One moment, for this key.
        ///
        /// # Cost
        /// One lock, one hash; with `on_panic = rollback` a clone of the key and its value.
        #[inline]
        #[track_caller]
        pub fn with_write_key<R>(
            &self,
            key: <$table as Map>::Key,
            f: impl FnOnce(Entry<'_, <$table as Map>::Key, <$table as Map>::Value>) -> R,
        ) -> R
        where
            $($bound)*
            $policy: ProtectsEntries<<$table as Map>::Key, <$table as Map>::Value>,
            $site: Keyless,
        {
            let (cell, hint) = self.at_own(&key);
            let _watched = self.watch();
            scope::entry(cell.hold_write(Poisoned::Refuse), self.context(), hint, key, f)
        }

        /// [`with_write_key`](Self::with_write_key), if it is possible at once.
        ///
        /// ```
        #[doc = concat!("# ", $use)]
        #[doc = concat!("let stock = ", $new)]
        /// assert_eq!(stock.try_with_write_key("bolt".into(), |entry| *entry.or_default()), Ok(5));
        /// ```
        ///
        /// # Errors
        /// As [`Guarded::try_with_write`].
        #[track_caller]
        pub fn try_with_write_key<R>(
            &self,
            key: <$table as Map>::Key,
            f: impl FnOnce(Entry<'_, <$table as Map>::Key, <$table as Map>::Value>) -> R,
        ) -> Result<R, TryError>
        where
            $($bound)*
            $policy: ProtectsEntries<<$table as Map>::Key, <$table as Map>::Value>,
        {
            let (cell, hint) = self.at_own(&key);
            scope::not_inside(cell)?;
            let _watched = self.watch();
            Ok(scope::entry(cell.try_hold_write(Limit::Now, Poisoned::Refuse)?, self.context(), hint, key, f))
        }

        /// [`with_write_key`](Self::with_write_key), if it is possible within `limit`.
        ///
        /// ```
        #[doc = concat!("# ", $use)]
        /// # use std::time::Duration;
        #[doc = concat!("let stock = ", $new)]
        /// let limit = Duration::from_millis(50);
        /// assert_eq!(stock.try_with_write_key_for(limit, "bolt".into(), |entry| *entry.or_default()), Ok(5));
        /// ```
        ///
        /// # Errors
        /// As [`Guarded::try_with_write_for`].
        #[track_caller]
        pub fn try_with_write_key_for<R>(
            &self,
            limit: Duration,
            key: <$table as Map>::Key,
            f: impl FnOnce(Entry<'_, <$table as Map>::Key, <$table as Map>::Value>) -> R,
        ) -> Result<R, TryError>
        where
            $($bound)*
            $policy: ProtectsEntries<<$table as Map>::Key, <$table as Map>::Value>,
            $site: Keyless,
        {
            let (cell, hint) = self.at_own(&key);
            scope::not_inside(cell)?;
            let _watched = self.watch();
            Ok(scope::entry(cell.try_hold_write(Limit::For(limit), Poisoned::Refuse)?, self.context(), hint, key, f))
        }

        /// Runs `f` with the entries of several keys, which are locked together. Keys that are named twice are locked once.
        ///
        /// ```
        #[doc = concat!("# ", $use)]
        #[doc = concat!("let stock = ", $new)]
        /// stock.with_write_many(["bolt".into(), "nut".into()], |mut stock| {
        ///     let bolts = stock.remove("bolt").unwrap_or(0);
        ///     stock.insert("nut".into(), bolts);
        /// });
        /// assert_eq!((stock.get_cloned("bolt"), stock.get_cloned("nut")), (None, Some(5)));
        /// ```
        ///
        /// # Panics
        /// As [`with_write_key`](Self::with_write_key), with all named entries put back by `rollback`; where `f` asks for a key
        /// that is not named.
        ///
        /// # Deadlocks
        /// None among such calls, in whatever order each names its keys.
        ///
        /// # Consistency
        /// One moment, for all named keys.
        ///
        /// # Cost
        /// A lock for each cell in which a key is, and lists of keys and cells.
        #[track_caller]
        pub fn with_write_many<R>(
            &self,
            keys: impl IntoIterator<Item = <$table as Map>::Key>,
            f: impl FnOnce(Many<'_, $table>) -> R,
        ) -> R
        where
            $($bound)*
            <$table as Map>::Key: Eq,
            $policy: ProtectsEntries<<$table as Map>::Key, <$table as Map>::Value>,
            $site: Keyless,
        {
            let keys: Vec<_> = keys.into_iter().collect();
            let found: Vec<_> = keys.iter().map(|key| self.at_own(key)).collect();
            let _watched = self.watch();
            scope::many(&keys, &found, self.context(), f)
        }

        /// [`with_write_many`](Self::with_write_many), if all its locks are to be had within `limit`: with a limit of zero, at once.
        ///
        /// ```
        #[doc = concat!("# ", $use)]
        #[doc = concat!("let stock = ", $new)]
        /// # use std::time::Duration;
        /// let keys = ["bolt".into(), "nut".into()];
        /// let left = stock.try_with_write_many_for(Duration::from_millis(50), keys, |mut stock| stock.remove("bolt"));
        /// assert_eq!(left, Ok(Some(5)));
        /// ```
        ///
        /// # Errors
        /// As [`Guarded::try_with_write_for`]: `TimedOut` or `WouldBlock`, `Reentrant`, `Poisoned`, `Deadlock`. Then `f` was not called.
        ///
        /// # Panics
        /// As [`with_write_many`](Self::with_write_many), but not for that.
        ///
        /// # Deadlocks
        /// Waits for `limit` at the most.
        ///
        /// # Consistency
        /// One moment, for all named keys.
        ///
        /// # Cost
        /// As [`with_write_many`](Self::with_write_many), and the clock.
        #[track_caller]
        pub fn try_with_write_many_for<R>(
            &self,
            limit: Duration,
            keys: impl IntoIterator<Item = <$table as Map>::Key>,
            f: impl FnOnce(Many<'_, $table>) -> R,
        ) -> Result<R, TryError>
        where
            $($bound)*
            <$table as Map>::Key: Eq,
            $policy: ProtectsEntries<<$table as Map>::Key, <$table as Map>::Value>,
            $site: Keyless,
        {
            let keys: Vec<_> = keys.into_iter().collect();
            let found: Vec<_> = keys.iter().map(|key| self.at_own(key)).collect();
            let _watched = self.watch();
            scope::try_many(&keys, &found, self.context(), limit, f)
        }

        /// A copy of the value of `key`.
        ///
        /// ```
        #[doc = concat!("# ", $use)]
        #[doc = concat!("let stock = ", $new)]
        /// assert_eq!((stock.get_cloned("bolt"), stock.get_cloned("nut")), (Some(5), None));
        /// ```
        ///
        /// Panics, deadlocks, consistency and cost are those of [`with_read_key`](Self::with_read_key); the clone runs under the
        /// lock.
        #[inline]
        #[track_caller]
        pub fn get_cloned<Q: ?Sized>(&self, key: &Q) -> Option<<$table as Map>::Value>
        where
            $($bound)*
            $table: Lookup<Q, Context = $context, Hint = $hint>,
            <$table as Map>::Value: Clone,
            $site: Keyless,
        {
            self.with_read_key(key, |value| value.cloned())
        }

        /// Whether there is a value of `key`, at this moment.
        ///
        /// ```
        #[doc = concat!("# ", $use)]
        #[doc = concat!("let stock = ", $new)]
        /// assert!(stock.contains_key("bolt"));
        /// ```
        ///
        /// Panics, deadlocks, consistency and cost are those of [`with_read_key`](Self::with_read_key).
        #[inline]
        #[track_caller]
        pub fn contains_key<Q: ?Sized>(&self, key: &Q) -> bool
        where
            $($bound)*
            $table: Lookup<Q, Context = $context, Hint = $hint>,
            $site: Keyless,
        {
            self.with_read_key(key, |value| value.is_some())
        }

        /// Sets the value of `key` and returns the old one.
        ///
        /// ```
        #[doc = concat!("# ", $use)]
        #[doc = concat!("let stock = ", $new)]
        /// assert_eq!(stock.insert("bolt".into(), 7), Some(5));
        /// ```
        ///
        /// Panics, deadlocks and consistency are those of [`with_write_key`](Self::with_write_key).
        ///
        /// # Cost
        /// One lock, one hash. Nothing is saved for `rollback`: there is nothing to put back.
        #[inline]
        #[track_caller]
        pub fn insert(&self, key: <$table as Map>::Key, value: <$table as Map>::Value) -> Option<<$table as Map>::Value>
        where
            $policy: ByEntry,
            $($bound)*
            $site: Keyless,
        {
            let (cell, hint) = self.at_own(&key);
            let (_spare, old) = scope::write(cell.hold_write(Poisoned::Refuse), |map| map.put(self.context(), hint, key, value));
            old
        }

        /// Sets the value of `key`, if there is none.
        ///
        /// ```
        #[doc = concat!("# ", $use)]
        #[doc = concat!("let stock = ", $new)]
        /// assert_eq!((stock.try_insert("bolt".into(), 7), stock.try_insert("nut".into(), 7)), (Err(7), Ok(())));
        /// ```
        ///
        /// # Errors
        /// There is a value: `value` comes back.
        ///
        /// Panics, deadlocks, consistency and cost are those of [`insert`](Self::insert).
        #[track_caller]
        pub fn try_insert(
            &self,
            key: <$table as Map>::Key,
            value: <$table as Map>::Value,
        ) -> Result<(), <$table as Map>::Value>
        where
            $policy: ByEntry,
            $($bound)*
            $site: Keyless,
        {
            let (cell, hint) = self.at_own(&key);
            scope::fill(cell.hold_write(Poisoned::Refuse), self.context(), hint, key, value)
        }

        /// A copy of the value of `key`, which `value` makes where there is none.
        ///
        /// `value` runs under the lock, at most once for all callers. Where it takes long, or calls into this map, load the
        /// value outside: look, load, [`try_insert`](Self::try_insert).
        ///
        /// ```
        #[doc = concat!("# ", $use)]
        #[doc = concat!("let stock = ", $new)]
        /// assert_eq!(stock.get_or_insert_with("nut".into(), || 9), 9);
        /// assert_eq!(stock.get_or_insert_with("nut".into(), || unreachable!()), 9);
        /// ```
        ///
        /// Panics, deadlocks, consistency and cost are those of [`insert`](Self::insert): a panic in `value` inserts nothing.
        #[track_caller]
        pub fn get_or_insert_with(
            &self,
            key: <$table as Map>::Key,
            value: impl FnOnce() -> <$table as Map>::Value,
        ) -> <$table as Map>::Value
        where
            $policy: ByEntry,
            $($bound)*
            <$table as Map>::Value: Clone,
            $site: Keyless,
        {
            let (cell, hint) = self.at_own(&key);
            scope::get_or_fill(cell.hold_write(Poisoned::Refuse), self.context(), hint, key, value)
        }

        /// Sets, removes or keeps what is at `key`, as `f` decides by the value; returns what was put out.
        ///
        /// ```
        #[doc = concat!("# ", $use)]
        /// # use guarded_core::Op;
        #[doc = concat!("let stock = ", $new)]
        /// let sold = stock.compute("bolt".into(), |n| match n {
        ///     Some(5..) => Op::Set(n.copied().unwrap_or(0) - 5),
        ///     Some(_) => Op::Keep,
        ///     None => Op::Keep,
        /// });
        /// assert_eq!((sold, stock.get_cloned("bolt")), (Some(5), Some(0)));
        /// ```
        ///
        /// Panics, deadlocks, consistency and cost are those of [`insert`](Self::insert): a panic in `f` changes nothing.
        #[track_caller]
        pub fn compute(
            &self,
            key: <$table as Map>::Key,
            f: impl FnOnce(Option<&<$table as Map>::Value>) -> Op<<$table as Map>::Value>,
        ) -> Option<<$table as Map>::Value>
        where
            $policy: ByEntry,
            $($bound)*
            $site: Keyless,
        {
            let (cell, hint) = self.at_own(&key);
            scope::compute(cell.hold_write(Poisoned::Refuse), self.context(), hint, key, f)
        }

        /// Runs `f` with the value of `key`, to be changed where it stands; `None` where there is none.
        ///
        /// The key is borrowed: what [`with_write_key`](Self::with_write_key) does for a key that may be new, this does for one that is there,
        /// without a `String` of one's own for each call.
        ///
        /// ```
        #[doc = concat!("# ", $use)]
        #[doc = concat!("let stock = ", $new)]
        /// let left = stock.modify("bolt", |n| { *n -= 2; *n });
        /// assert_eq!((left, stock.modify("nut", |n| *n += 1)), (Some(3), None));
        /// ```
        ///
        /// # Panics
        /// As [`Guarded::with_write`]. The field's panic policy holds for this entry: `rollback` puts back this one.
        ///
        /// # Deadlocks
        /// As [`with_read_key`](Self::with_read_key).
        ///
        /// # Consistency
        /// One moment, for this key.
        ///
        /// # Cost
        /// One lock, one hash, no allocation; with `on_panic = rollback` a second look, and a clone of the key and its value.
        #[inline]
        #[track_caller]
        pub fn modify<Q: ?Sized, R>(&self, key: &Q, f: impl FnOnce(&mut <$table as Map>::Value) -> R) -> Option<R>
        where
            $($bound)*
            $policy: ProtectsEntries<<$table as Map>::Key, <$table as Map>::Value>,
            $table: Lookup<Q, Context = $context, Hint = $hint>,
            $site: Keyless,
        {
            let (cell, hint) = self.at::<Q>(key);
            let _watched = self.watch();
            scope::value(cell.hold_write(Poisoned::Refuse), self.context(), hint, key, f)
        }

        /// Sets the value of `key`, if there is one and `condition` holds for it; returns the old one.
        ///
        /// ```
        #[doc = concat!("# ", $use)]
        #[doc = concat!("let stock = ", $new)]
        /// assert_eq!(stock.replace_if("bolt", 7, |n| *n < 5), Err(7));
        /// assert_eq!(stock.replace_if("bolt", 7, |n| *n == 5), Ok(5));
        /// ```
        ///
        /// # Errors
        /// There is no such value: `value` comes back.
        ///
        /// Panics, deadlocks, consistency and cost are those of [`insert`](Self::insert): a panic in `condition` changes nothing.
        #[track_caller]
        pub fn replace_if<Q: ?Sized>(
            &self,
            key: &Q,
            value: <$table as Map>::Value,
            condition: impl FnOnce(&<$table as Map>::Value) -> bool,
        ) -> Result<<$table as Map>::Value, <$table as Map>::Value>
        where
            $policy: ByEntry,
            $($bound)*
            $table: Lookup<Q, Context = $context, Hint = $hint>,
            $site: Keyless,
        {
            let (cell, hint) = self.at::<Q>(key);
            scope::write(cell.hold_write(Poisoned::Refuse), |map| match map.find_mut(hint, key) {
                Some(old) if condition(old) => Ok(std::mem::replace(old, value)),
                _ => Err(value),
            })
        }

        /// Sets the value of `key` to `new`, if it is `current`; returns the old one.
        ///
        /// ```
        #[doc = concat!("# ", $use)]
        #[doc = concat!("let stock = ", $new)]
        /// assert_eq!(stock.compare_exchange("bolt", &4, 7), Err(7));
        /// assert_eq!(stock.compare_exchange("bolt", &5, 7), Ok(5));
        /// ```
        ///
        /// # Errors
        /// It is not: `new` comes back.
        ///
        /// Panics, deadlocks, consistency and cost are those of [`insert`](Self::insert).
        #[track_caller]
        pub fn compare_exchange<Q: ?Sized>(
            &self,
            key: &Q,
            current: &<$table as Map>::Value,
            new: <$table as Map>::Value,
        ) -> Result<<$table as Map>::Value, <$table as Map>::Value>
        where
            $policy: ByEntry,
            $($bound)*
            $table: Lookup<Q, Context = $context, Hint = $hint>,
            <$table as Map>::Value: PartialEq,
            $site: Keyless,
        {
            self.replace_if(key, new, |value| value == current)
        }

        /// Takes the value of `key` out.
        ///
        /// ```
        #[doc = concat!("# ", $use)]
        #[doc = concat!("let stock = ", $new)]
        /// assert_eq!((stock.remove("bolt"), stock.remove("bolt")), (Some(5), None));
        /// ```
        ///
        /// Panics, deadlocks, consistency and cost are those of [`insert`](Self::insert).
        #[inline]
        #[track_caller]
        pub fn remove<Q: ?Sized>(&self, key: &Q) -> Option<<$table as Map>::Value>
        where
            $policy: ByEntry,
            $($bound)*
            $table: Lookup<Q, Context = $context, Hint = $hint>,
            $site: Keyless,
        {
            let (cell, hint) = self.at::<Q>(key);
            let (_key, value) = scope::write(cell.hold_write(Poisoned::Refuse), |map| map.take(hint, key))?;
            Some(value)
        }

        /// Takes the value of `key` out, if `condition` holds for it.
        ///
        /// ```
        #[doc = concat!("# ", $use)]
        #[doc = concat!("let stock = ", $new)]
        /// assert_eq!((stock.remove_if("bolt", |n| *n == 0), stock.remove_if("bolt", |n| *n == 5)), (None, Some(5)));
        /// ```
        ///
        /// Panics, deadlocks, consistency and cost are those of [`insert`](Self::insert): a panic in `condition` changes nothing.
        #[track_caller]
        pub fn remove_if<Q: ?Sized>(
            &self,
            key: &Q,
            condition: impl FnOnce(&<$table as Map>::Value) -> bool,
        ) -> Option<<$table as Map>::Value>
        where
            $policy: ByEntry,
            $($bound)*
            $table: Lookup<Q, Context = $context, Hint = $hint>,
            $site: Keyless,
        {
            let (cell, hint) = self.at::<Q>(key);
            let (_key, value) = scope::write(cell.hold_write(Poisoned::Refuse), |map| {
                if map.find(hint, key).is_some_and(condition) { map.take(hint, key) } else { None }
            })?;
            Some(value)
        }

        /// Keeps the entries for which `keep` says so. The others are dropped outside the lock.
        ///
        /// ```
        #[doc = concat!("# ", $use)]
        #[doc = concat!("let stock = ", $new)]
        /// stock.retain(|_, n| *n > 5);
        /// assert!(stock.is_empty());
        /// ```
        ///
        /// # Panics
        /// As [`Guarded::with_write`]. The panic policy holds for the entry at which `keep` panics; those before it are done.
        ///
        /// # Deadlocks
        /// As [`with_read_key`](Self::with_read_key).
        ///
        /// # Consistency
        #[doc = $each]
        #[track_caller]
        pub fn retain(&self, mut keep: impl FnMut(&<$table as Map>::Key, &mut <$table as Map>::Value) -> bool)
        where
            $($bound)*
            $policy: ProtectsEntries<<$table as Map>::Key, <$table as Map>::Value>,
            $site: Keyless,
        {
            let _watched = self.watch();
            for cell in self.cells() {
                drop(scope::retain(cell.hold_write(Poisoned::Refuse), self.context(), &mut keep));
            }
        }

        /// Runs `f` with each entry.
        ///
        /// ```
        #[doc = concat!("# ", $use)]
        #[doc = concat!("let stock = ", $new)]
        /// let mut sum = 0;
        /// stock.for_each(|_, n| sum += n);
        /// assert_eq!(sum, 5);
        /// ```
        ///
        /// # Panics
        /// As [`Guarded::with_read`].
        ///
        /// # Deadlocks
        /// As [`with_read_key`](Self::with_read_key).
        ///
        /// # Consistency
        #[doc = $each]
        #[track_caller]
        pub fn for_each(&self, mut f: impl FnMut(&<$table as Map>::Key, &<$table as Map>::Value))
        where
            $($bound)*
            $site: Keyless,
        {
            for cell in self.cells() {
                scope::read(cell.hold_read(Poisoned::Refuse), |map| map.each(&mut f));
            }
        }

        /// Runs `f` with each entry, to change its value.
        ///
        /// ```
        #[doc = concat!("# ", $use)]
        #[doc = concat!("let stock = ", $new)]
        /// stock.for_each_mut(|_, n| *n *= 2);
        /// assert_eq!(stock.get_cloned("bolt"), Some(10));
        /// ```
        ///
        /// # Panics
        /// As [`Guarded::with_write`]. The panic policy holds for the entry at which `f` panics; those before it are done.
        ///
        /// # Deadlocks
        /// As [`with_read_key`](Self::with_read_key).
        ///
        /// # Consistency
        #[doc = $each]
        #[track_caller]
        pub fn for_each_mut(&self, mut f: impl FnMut(&<$table as Map>::Key, &mut <$table as Map>::Value))
        where
            $($bound)*
            $policy: ProtectsEntries<<$table as Map>::Key, <$table as Map>::Value>,
            $site: Keyless,
        {
            let _watched = self.watch();
            for cell in self.cells() {
                scope::each_mut(cell.hold_write(Poisoned::Refuse), self.context(), &mut f);
            }
        }

        /// How many entries there are.
        ///
        /// ```
        #[doc = concat!("# ", $use)]
        #[doc = concat!("let stock = ", $new)]
        /// assert_eq!(stock.len(), 1);
        /// ```
        ///
        /// # Consistency
        #[doc = $each]
        #[must_use]
        #[track_caller]
        pub fn len(&self) -> usize
        where
            $($bound)*
            $site: Keyless,
        {
            let mut count = 0;
            for cell in self.cells() {
                count += scope::read(cell.hold_read(Poisoned::Refuse), <$table as Map>::count);
            }
            count
        }

        /// Whether there are no entries.
        ///
        /// ```
        #[doc = concat!("# ", $use)]
        #[doc = concat!("let stock = ", $new)]
        /// assert!(!stock.is_empty());
        /// ```
        ///
        /// # Consistency
        #[doc = $each]
        #[must_use]
        #[track_caller]
        pub fn is_empty(&self) -> bool
        where
            $($bound)*
            $site: Keyless,
        {
            self.len() == 0
        }

        /// Takes all entries out, and drops them outside the lock.
        ///
        /// ```
        #[doc = concat!("# ", $use)]
        #[doc = concat!("let stock = ", $new)]
        /// stock.clear();
        /// assert!(stock.is_empty());
        /// ```
        ///
        /// # Consistency
        #[doc = $each]
        #[track_caller]
        pub fn clear(&self)
        where
            $policy: ByEntry,
            $($bound)*
            $site: Keyless,
        {
            for cell in self.cells() {
                drop(scope::write(cell.hold_write(Poisoned::Refuse), |map| map.sift(|_, _| false)));
            }
        }

        /// A list of all keys.
        ///
        /// ```
        #[doc = concat!("# ", $use)]
        #[doc = concat!("let stock = ", $new)]
        /// assert_eq!(stock.keys(), ["bolt"]);
        /// ```
        ///
        /// # Consistency
        #[doc = $each]
        #[must_use]
        #[track_caller]
        pub fn keys(&self) -> Vec<<$table as Map>::Key>
        where
            $($bound)*
            <$table as Map>::Key: Clone,
            $site: Keyless,
        {
            let mut keys = Vec::new();
            self.for_each(|key, _| keys.push(key.clone()));
            keys
        }

        /// Inserts all of them, one after another.
        ///
        /// ```
        #[doc = concat!("# ", $use)]
        #[doc = concat!("let stock = ", $new)]
        /// stock.extend([("nut".into(), 1), ("bolt".into(), 2)]);
        /// assert_eq!((stock.len(), stock.get_cloned("bolt")), (2, Some(2)));
        /// ```
        ///
        /// # Consistency
        /// One moment for each: others may see some of them and not yet the rest. `entries` runs outside the lock.
        #[track_caller]
        pub fn extend(&self, entries: impl IntoIterator<Item = (<$table as Map>::Key, <$table as Map>::Value)>)
        where
            $policy: ByEntry,
            $($bound)*
            $site: Keyless,
        {
            for (key, value) in entries {
                drop(self.insert(key, value));
            }
        }
    };
}
pub(super) use keyed_calls;

/// One cell has nobody to tell of its poison.
struct Alone;

/// Keyed calls, for a field with a `HashMap` or a `BTreeMap`.
///
/// They have the same names and the same meaning under every strategy. Here each is a scope of the whole map: a moment
/// covers all keys.
impl<T, K: Kind, S: Site> Guarded<T, K, S> {
    #[inline(always)]
    fn at<Q: ?Sized>(&self, key: &Q) -> (&Self, ())
    where
        T: Lookup<Q, Context = (), Hint = ()>,
    {
        (self, T::hint(&(), key))
    }

    #[inline(always)]
    fn at_own(&self, key: &T::Key) -> (&Self, ())
    where
        T: Map<Context = (), Hint = ()>,
    {
        (self, T::hint_of_own(&(), key))
    }

    fn cells(&self) -> [&Self; 1] {
        [self]
    }

    #[allow(clippy::unused_self)] // a sharded map spreads its poison
    fn watch(&self) -> Alone {
        Alone
    }

    #[allow(clippy::unused_self)] // a sharded map has one
    fn context(&self) -> &'static () {
        &()
    }

    keyed_calls! {
        table: T,
        context: (),
        hint: (),
        policy: K::Policy,
        site: S,
        where: (T: Map<Context = (), Hint = ()>,),
        use: "use guarded_core::Guarded; use std::collections::HashMap;",
        new: "Guarded::rw(HashMap::from([(String::from(\"bolt\"), 5)]));",
        each: "One moment, for all entries."
    }

    /// A copy of the map. The same as [`cloned`](Self::cloned), under the name that every strategy has.
    ///
    /// ```
    /// use guarded_core::Guarded;
    /// use std::collections::BTreeMap;
    /// let stock = Guarded::rw(BTreeMap::from([("bolt", 5)]));
    /// assert_eq!(stock.snapshot(), BTreeMap::from([("bolt", 5)]));
    /// ```
    ///
    /// # Consistency
    /// One moment, for all entries.
    #[must_use]
    #[track_caller]
    pub fn snapshot(&self) -> T
    where
        T: Map<Context = ()> + Clone,
        S: Keyless,
    {
        scope::read(self.hold_read(Poisoned::Refuse), T::clone)
    }

    /// Takes all entries out, and returns them as a map.
    ///
    /// ```
    /// use guarded_core::Guarded;
    /// use std::collections::HashMap;
    /// let stock = Guarded::mutex(HashMap::from([("bolt", 5)]));
    /// assert_eq!((stock.drain().len(), stock.len()), (1, 0));
    /// ```
    ///
    /// # Consistency
    /// One moment, for all entries.
    #[must_use = "`clear()` is for those who don't want them"]
    #[track_caller]
    pub fn drain(&self) -> T
    where
        K::Policy: ByEntry,
        T: Map<Context = ()> + Default,
        S: Keyless,
    {
        let empty = T::default();
        scope::write(self.hold_write(Poisoned::Refuse), |map| std::mem::replace(map, empty))
    }
}
