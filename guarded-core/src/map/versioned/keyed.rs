//! The keyed calls, on a copy-on-write map: reads on the current version, writes on the copy. What changes nothing publishes
//! nothing.

use super::history::Touched;
use super::{Snapshot, Versioned};
use crate::cell::Versions;
use crate::cell::hold::{Limit, Poisoned, WriteHold};
use crate::error::TryError;
use crate::map::entry::Slot;
use crate::map::many::Many;
use crate::map::table::{Lookup, Map};
use crate::map::{Entry, Op};
use crate::site::{Keyless, Site};
use std::time::Duration;

/// A map that can be kept in versions: std's two, and with the feature `imbl` those of that crate; all `Clone`, with keys
/// that are `Clone`, `Send`, `Sync` and borrow nothing. Sealed, as [`Map`] is.
///
/// (Which keys a write touches is noted beside its version, in a list of any type: so the keys borrow nothing.)
#[diagnostic::on_unimplemented(
    message = "keyed calls cannot write `{Self}` in versions",
    label = "needs a map that is `Clone`, with keys that are `Clone + Send + Sync + 'static`",
    note = "`with_write(|map| ..)` needs only `Clone`"
)]
pub trait VersionedMap: Map<Context = (), Hint = (), Key: Clone + Send + Sync + 'static> + Clone {}
impl<T: Map<Context = (), Hint = (), Key: Clone + Send + Sync + 'static> + Clone> VersionedMap for T {}

type Hold<'c, S> = WriteHold<'c, (), Versions, S>;

/// Keyed calls, for a field with a map. They have the same names and the same meaning under every strategy.
///
/// Reads see one version and never wait. Each write is a version; what changes nothing is none. `with_read`, `with_write` and
/// [`snapshot`](Self::snapshot) are for the map as a whole.
impl<T, S: Site, const HISTORY: usize> Versioned<T, S, HISTORY> {
    /// Runs `f` with the value of `key`, if there is one.
    ///
    /// ```
    /// # use guarded_core::Versioned; use std::collections::HashMap;
    /// let stock = Versioned::<HashMap<String, u32>>::new(HashMap::from([("bolt".into(), 5)]));
    /// assert!(stock.with_read_key("bolt", |n| n.is_some_and(|n| *n < 10)));
    /// ```
    ///
    /// Panics, deadlocks, consistency and cost are those of [`with_read`](Self::with_read).
    #[inline]
    pub fn with_read_key<Q: ?Sized, R>(&self, key: &Q, f: impl FnOnce(Option<&T::Value>) -> R) -> R
    where
        T: Lookup<Q, Context = (), Hint = ()>,
    {
        self.with_read(|map| f(map.find((), key)))
    }

    /// [`with_read_key`](Self::with_read_key): it never waits.
    ///
    /// # Errors
    /// None, ever.
    #[inline]
    pub fn try_with_read_key<Q: ?Sized, R>(
        &self,
        key: &Q,
        f: impl FnOnce(Option<&T::Value>) -> R,
    ) -> Result<R, TryError>
    where
        T: Lookup<Q, Context = (), Hint = ()>,
    {
        Ok(self.with_read_key(key, f))
    }

    /// [`with_read_key`](Self::with_read_key): it never waits.
    ///
    /// # Errors
    /// None, ever.
    #[inline]
    pub fn try_with_read_key_for<Q: ?Sized, R>(
        &self,
        _limit: Duration,
        key: &Q,
        f: impl FnOnce(Option<&T::Value>) -> R,
    ) -> Result<R, TryError>
    where
        T: Lookup<Q, Context = (), Hint = ()>,
    {
        Ok(self.with_read_key(key, f))
    }

    /// A copy of the value of `key`.
    ///
    /// ```
    /// # use guarded_core::Versioned; use std::collections::BTreeMap;
    /// let stock = Versioned::<BTreeMap<&str, u32>>::new(BTreeMap::from([("bolt", 5)]));
    /// assert_eq!((stock.get_cloned("bolt"), stock.get_cloned("nut")), (Some(5), None));
    /// ```
    #[inline]
    pub fn get_cloned<Q: ?Sized>(&self, key: &Q) -> Option<T::Value>
    where
        T: Lookup<Q, Context = (), Hint = ()>,
        T::Value: Clone,
    {
        self.with_read(|map| map.find((), key).cloned())
    }

    /// Whether there is a value of `key`, in the current version.
    #[inline]
    pub fn contains_key<Q: ?Sized>(&self, key: &Q) -> bool
    where
        T: Lookup<Q, Context = (), Hint = ()>,
    {
        self.with_read_key(key, |value| value.is_some())
    }

    /// Runs `f` with each entry of the current version.
    pub fn for_each(&self, f: impl FnMut(&T::Key, &T::Value))
    where
        T: Map<Context = (), Hint = ()>,
    {
        self.with_read(|map| map.each(f));
    }

    /// How many entries the current version has.
    #[must_use]
    pub fn len(&self) -> usize
    where
        T: Map<Context = (), Hint = ()>,
    {
        self.with_read(T::count)
    }

    /// Whether the current version has no entries.
    #[must_use]
    pub fn is_empty(&self) -> bool
    where
        T: Map<Context = (), Hint = ()>,
    {
        self.len() == 0
    }

    /// A list of all keys of the current version.
    #[must_use]
    pub fn keys(&self) -> Vec<T::Key>
    where
        T: Map<Context = (), Hint = (), Key: Clone>,
    {
        let mut keys = Vec::new();
        self.for_each(|key, _| keys.push(key.clone()));
        keys
    }

    /// Runs `f` with the entry of `key`, occupied or vacant, of a copy, and publishes it.
    ///
    /// ```
    /// # use guarded_core::Versioned; use std::collections::BTreeMap;
    /// let stock = Versioned::<BTreeMap<&str, u32>>::default();
    /// stock.with_write_key("nut", |entry| *entry.or_insert(0) += 2);
    /// assert_eq!(stock.get_cloned("nut"), Some(2));
    /// ```
    ///
    /// Panics, deadlocks and cost are those of [`with_write`](Self::with_write).
    ///
    /// # Consistency
    /// Look, decide and write are one moment.
    #[track_caller]
    pub fn with_write_key<R>(&self, key: T::Key, f: impl FnOnce(Entry<'_, T::Key, T::Value>) -> R) -> R
    where
        T: VersionedMap,
        S: Keyless,
    {
        self.write_key(self.writer.hold_write(Poisoned::Refuse), key, f)
    }

    /// [`with_write_key`](Self::with_write_key), if nobody else writes just now.
    ///
    /// # Errors
    /// As [`try_with_write`](Self::try_with_write).
    #[track_caller]
    pub fn try_with_write_key<R>(
        &self,
        key: T::Key,
        f: impl FnOnce(Entry<'_, T::Key, T::Value>) -> R,
    ) -> Result<R, TryError>
    where
        T: VersionedMap,
    {
        Ok(self.write_key(self.writer.try_hold_write(Limit::Now, Poisoned::Refuse)?, key, f))
    }

    /// [`with_write_key`](Self::with_write_key), if the other writers are done within `limit`.
    ///
    /// # Errors
    /// As [`try_with_write_for`](Self::try_with_write_for).
    #[track_caller]
    pub fn try_with_write_key_for<R>(
        &self,
        limit: Duration,
        key: T::Key,
        f: impl FnOnce(Entry<'_, T::Key, T::Value>) -> R,
    ) -> Result<R, TryError>
    where
        T: VersionedMap,
        S: Keyless,
    {
        Ok(self.write_key(self.writer.try_hold_write(Limit::For(limit), Poisoned::Refuse)?, key, f))
    }

    /// Runs `f` with the entries of several keys of a copy, and publishes it: one version.
    ///
    /// # Panics
    /// As [`with_write`](Self::with_write); where `f` asks for a key that is not named.
    #[track_caller]
    pub fn with_write_many<R>(
        &self,
        keys: impl IntoIterator<Item = T::Key>,
        f: impl FnOnce(Many<'_, T>) -> R,
    ) -> R
    where
        T: VersionedMap,
        T::Key: Eq,
        S: Keyless,
    {
        let keys: Vec<_> = keys.into_iter().collect();
        self.write_many(self.writer.hold_write(Poisoned::Refuse), &keys, f)
    }

    /// [`with_write_many`](Self::with_write_many), if the other writers are done within `limit`.
    ///
    /// # Errors
    /// As [`try_with_write_for`](Self::try_with_write_for).
    ///
    /// # Panics
    /// As [`with_write_many`](Self::with_write_many).
    #[track_caller]
    pub fn try_with_write_many_for<R>(
        &self,
        limit: Duration,
        keys: impl IntoIterator<Item = T::Key>,
        f: impl FnOnce(Many<'_, T>) -> R,
    ) -> Result<R, TryError>
    where
        T: VersionedMap,
        T::Key: Eq,
        S: Keyless,
    {
        let keys: Vec<_> = keys.into_iter().collect();
        let hold = self.writer.try_hold_write(Limit::For(limit), Poisoned::Refuse)?;
        Ok(self.write_many(hold, &keys, f))
    }

    /// Sets the value of `key` and returns the old one.
    ///
    /// ```
    /// # use guarded_core::Versioned; use std::collections::HashMap;
    /// let stock = Versioned::<HashMap<&str, u32>>::default();
    /// assert_eq!((stock.insert("bolt", 7), stock.insert("bolt", 8)), (None, Some(7)));
    /// ```
    #[track_caller]
    pub fn insert(&self, key: T::Key, value: T::Value) -> Option<T::Value>
    where
        T: VersionedMap,
        S: Keyless,
    {
        let (_spare, old) = self.write_touching(self.writer.hold_write(Poisoned::Refuse), |map| {
            let touched = Self::touched(|| vec![key.clone()]);
            (map.put(&(), (), key, value), touched)
        });
        old
    }

    /// Sets the value of `key`, if there is none.
    ///
    /// # Errors
    /// There is a value: `value` comes back.
    #[track_caller]
    pub fn try_insert(&self, key: T::Key, value: T::Value) -> Result<(), T::Value>
    where
        T: VersionedMap,
        S: Keyless,
    {
        let hold = self.writer.hold_write(Poisoned::Refuse);
        if self.with_read(|map| map.find_own((), &key).is_some()) {
            hold.release();
            return Err(value);
        }
        self.write_touching(hold, |map| {
            let touched = Self::touched(|| vec![key.clone()]);
            drop(map.put(&(), (), key, value));
            (Ok(()), touched)
        })
    }

    /// A copy of the value of `key`, which `value` makes where there is none, at most once for all callers.
    #[track_caller]
    pub fn get_or_insert_with(&self, key: T::Key, value: impl FnOnce() -> T::Value) -> T::Value
    where
        T: VersionedMap,
        T::Value: Clone,
        S: Keyless,
    {
        let there = |map: &T| map.find_own((), &key).cloned();
        if let Some(value) = self.with_read(there) {
            return value;
        }
        let hold = self.writer.hold_write(Poisoned::Refuse);
        if let Some(value) = self.with_read(there) {
            hold.release();
            return value;
        }
        self.write_touching(hold, |map| {
            let value = value();
            let touched = Self::touched(|| vec![key.clone()]);
            drop(map.put(&(), (), key, value.clone()));
            (value, touched)
        })
    }

    /// Sets, removes or keeps what is at `key`, as `f` decides by the value; returns what was put out.
    ///
    /// ```
    /// # use guarded_core::{Op, Versioned}; use std::collections::HashMap;
    /// let stock = Versioned::<HashMap<&str, u32>>::new(HashMap::from([("bolt", 5)]));
    /// let before = stock.version();
    /// let sell = |count| stock.compute("bolt", |n| match n {
    ///     Some(n) if *n >= count => Op::Set(n - count),
    ///     _ => Op::Keep,
    /// });
    /// assert_eq!((sell(9), stock.version()), (None, before), "nothing changed: no new version");
    /// assert_eq!((sell(2), stock.get_cloned("bolt")), (Some(5), Some(3)));
    /// ```
    #[track_caller]
    pub fn compute(&self, key: T::Key, f: impl FnOnce(Option<&T::Value>) -> Op<T::Value>) -> Option<T::Value>
    where
        T: VersionedMap,
        S: Keyless,
    {
        let hold = self.writer.hold_write(Poisoned::Refuse);
        let now = self.snapshot();
        let op = f(now.find_own((), &key));
        if matches!(op, Op::Keep) {
            hold.release();
            return None;
        }
        let (_spare, old) = self.write_touching(hold, |map| {
            let touched = Self::touched(|| vec![key.clone()]);
            let displaced = match op {
                Op::Set(value) => map.put(&(), (), key, value),
                Op::Remove => map.cut((), &key).unzip(),
                Op::Keep => (None, None),
            };
            (displaced, touched)
        });
        old
    }

    /// Runs `f` with the value of `key` in a copy, and publishes it; `None` where there is none. The key is borrowed.
    ///
    /// ```
    /// # use guarded_core::Versioned;
    /// # use std::collections::HashMap;
    /// let stock: Versioned<HashMap<String, u32>> = Versioned::new(HashMap::from([("bolt".into(), 5)]));
    /// let left = stock.modify("bolt", |n| { *n -= 2; *n });
    /// assert_eq!((left, stock.modify("nut", |n| *n += 1)), (Some(3), None));
    /// ```
    ///
    /// Panics, deadlocks and cost are those of [`with_write`](Self::with_write); where there is none, of a read.
    ///
    /// # Consistency
    /// Look and write are one moment.
    #[track_caller]
    pub fn modify<Q: ?Sized, R>(&self, key: &Q, f: impl FnOnce(&mut T::Value) -> R) -> Option<R>
    where
        T: VersionedMap + Lookup<Q, Context = (), Hint = ()>,
        S: Keyless,
    {
        let hold = self.writer.hold_write(Poisoned::Refuse);
        let now = self.snapshot();
        let Some((own, _)) = now.find_pair((), key) else {
            hold.release();
            return None;
        };
        let touched = Self::touched(|| vec![own.clone()]);
        let result = self.write_touching(hold, |map| {
            let Some(value) = map.find_mut((), key) else {
                unreachable!("it was there, and nobody else writes")
            };
            (f(value), touched)
        });
        Some(result)
    }

    /// Sets the value of `key`, if there is one and `condition` holds for it; returns the old one.
    ///
    /// # Errors
    /// There is no such value: `value` comes back.
    #[track_caller]
    pub fn replace_if<Q: ?Sized>(
        &self,
        key: &Q,
        value: T::Value,
        condition: impl FnOnce(&T::Value) -> bool,
    ) -> Result<T::Value, T::Value>
    where
        T: VersionedMap + Lookup<Q, Context = (), Hint = ()>,
        S: Keyless,
    {
        let hold = self.writer.hold_write(Poisoned::Refuse);
        let now = self.snapshot();
        if !now.find((), key).is_some_and(condition) {
            hold.release();
            return Err(value);
        }
        self.write_touching(hold, |map| {
            // Taken out and put back: so the key is at hand, as the map has it.
            let Some((key, old)) = map.take((), key) else {
                unreachable!("it was there, and nobody else writes")
            };
            let touched = Self::touched(|| vec![key.clone()]);
            drop(map.put(&(), (), key, value));
            (Ok(old), touched)
        })
    }

    /// Sets the value of `key` to `new`, if it is `current`; returns the old one.
    ///
    /// # Errors
    /// It is not: `new` comes back.
    #[track_caller]
    pub fn compare_exchange<Q: ?Sized>(
        &self,
        key: &Q,
        current: &T::Value,
        new: T::Value,
    ) -> Result<T::Value, T::Value>
    where
        T: VersionedMap + Lookup<Q, Context = (), Hint = ()>,
        T::Value: PartialEq,
        S: Keyless,
    {
        self.replace_if(key, new, |value| value == current)
    }

    /// Takes the value of `key` out.
    #[track_caller]
    pub fn remove<Q: ?Sized>(&self, key: &Q) -> Option<T::Value>
    where
        T: VersionedMap + Lookup<Q, Context = (), Hint = ()>,
        S: Keyless,
    {
        self.remove_if(key, |_| true)
    }

    /// Takes the value of `key` out, if `condition` holds for it.
    #[track_caller]
    pub fn remove_if<Q: ?Sized>(&self, key: &Q, condition: impl FnOnce(&T::Value) -> bool) -> Option<T::Value>
    where
        T: VersionedMap + Lookup<Q, Context = (), Hint = ()>,
        S: Keyless,
    {
        let hold = self.writer.hold_write(Poisoned::Refuse);
        let now = self.snapshot();
        if !now.find((), key).is_some_and(condition) {
            hold.release();
            return None;
        }
        self.write_touching(hold, |map| match map.take((), key) {
            Some((key, value)) => (Some(value), Self::touched(|| vec![key])),
            None => (None, Touched::nothing()),
        })
    }

    /// Keeps the entries for which `keep` says so: one version.
    #[track_caller]
    pub fn retain(&self, keep: impl FnMut(&T::Key, &mut T::Value) -> bool)
    where
        T: VersionedMap,
        S: Keyless,
    {
        let out = self.with_write(|map| map.sift(keep));
        drop(out); // outside the lock
    }

    /// Runs `f` with each entry, to change its value: one version.
    #[track_caller]
    pub fn for_each_mut(&self, f: impl FnMut(&T::Key, &mut T::Value))
    where
        T: VersionedMap,
        S: Keyless,
    {
        self.with_write(|map| map.each_mut(f));
    }

    /// Publishes a map without entries.
    #[track_caller]
    pub fn clear(&self)
    where
        T: Map<Context = (), Hint = ()> + Default,
        S: Keyless,
    {
        drop(self.drain());
    }

    /// Publishes a map without entries, and returns the version with all of them.
    #[must_use = "`clear()` is for those who don't want them"]
    #[track_caller]
    pub fn drain(&self) -> Snapshot<T>
    where
        T: Map<Context = (), Hint = ()> + Default,
        S: Keyless,
    {
        self.replace(T::default())
    }

    /// Inserts all of them: one version. `entries` runs outside the lock.
    #[track_caller]
    pub fn extend(&self, entries: impl IntoIterator<Item = (T::Key, T::Value)>)
    where
        T: VersionedMap,
        S: Keyless,
    {
        let entries: Vec<_> = entries.into_iter().collect();
        if entries.is_empty() {
            return;
        }
        let _displaced = self.write_touching(self.writer.hold_write(Poisoned::Refuse), |map| {
            let touched = Self::touched(|| entries.iter().map(|(key, _)| key.clone()).collect());
            let displaced = entries.into_iter().map(|(key, value)| map.put(&(), (), key, value));
            (displaced.collect::<Vec<_>>(), touched)
        }); // dropped outside the lock
    }

    /// What is noted of a write's keys; nothing, where no version is kept to compare with.
    pub(super) fn touched<K: Send + Sync + 'static>(keys: impl FnOnce() -> Vec<K>) -> Touched {
        if HISTORY == 0 { Touched::All } else { Touched::keys(keys()) }
    }

    #[track_caller]
    fn write_many<R>(&self, hold: Hold<'_, S>, keys: &[T::Key], f: impl FnOnce(Many<'_, T>) -> R) -> R
    where
        T: VersionedMap,
        T::Key: Eq,
    {
        let places: Vec<_> = keys.iter().map(|_| (0, ())).collect();
        let mut displaced = Vec::new();
        self.write_touching(hold, |map| {
            let result = f(Many::new(keys, &places, vec![map], &(), &mut displaced));
            (result, Self::touched(|| keys.to_vec()))
        })
    }

    fn write_key<R>(
        &self,
        hold: Hold<'_, S>,
        key: T::Key,
        f: impl FnOnce(Entry<'_, T::Key, T::Value>) -> R,
    ) -> R
    where
        T: VersionedMap,
    {
        let (result, _spare) = self.write_touching(hold, |map| {
            let mut slot = map.slot(&(), (), key);
            let touched = Self::touched(|| vec![slot.key().clone()]);
            let result = f(Entry::new(&mut slot));
            ((result, T::spare(slot)), touched)
        });
        result
    }

    fn write_touching<R>(&self, hold: Hold<'_, S>, f: impl FnOnce(&mut T) -> (R, Touched)) -> R
    where
        T: Clone,
    {
        match self.publish_if_ok(hold, |copy| Ok::<_, std::convert::Infallible>(f(copy))) {
            Ok(result) => result,
            Err(never) => match never {},
        }
    }
}
