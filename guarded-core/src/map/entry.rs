//! One key's place in a map, whatever map it is.

use std::fmt;

/// What is at a key: the argument of [`with_write_key`](crate::Guarded::with_write_key).
///
/// It is used as `std`'s entries are, and is the same type for every map and strategy.
///
/// ```
/// use guarded_core::{Entry, Guarded};
/// use std::collections::HashMap;
/// let stock = Guarded::rw(HashMap::from([("bolt", 5)]));
/// stock.with_write_key("bolt", |entry| *entry.or_insert(0) += 1);
/// let left = stock.with_write_key("nut", |entry| match entry {
///     Entry::Occupied(nuts) => Some(nuts.remove()),
///     Entry::Vacant(_) => None,
/// });
/// assert_eq!((left, stock.get_cloned("bolt")), (None, Some(6)));
/// ```
#[derive(Debug)]
pub enum Entry<'a, K, V> {
    /// There is a value.
    Occupied(OccupiedEntry<'a, K, V>),
    /// There is none.
    Vacant(VacantEntry<'a, K, V>),
}

/// A key with a value.
pub struct OccupiedEntry<'a, K, V>(&'a mut (dyn Slot<K, V> + 'a));

/// A key without a value.
pub struct VacantEntry<'a, K, V>(&'a mut (dyn Slot<K, V> + 'a));

/// A key's place, as the map behind an entry knows it.
pub(crate) trait Slot<K, V> {
    fn key(&self) -> &K;
    fn get(&self) -> Option<&V>;
    fn get_mut(&mut self) -> Option<&mut V>;
    /// Only where there is no value.
    fn insert(&mut self, value: V);
    fn remove(&mut self) -> Option<V>;
}

/// Whether there is a value was looked at when the entry was made.
fn there<V>(value: Option<V>) -> V {
    value.unwrap_or_else(|| unreachable!("an occupied entry has a value"))
}

impl<'a, K, V> Entry<'a, K, V> {
    pub(super) fn new(slot: &'a mut (dyn Slot<K, V> + 'a)) -> Self {
        if slot.get().is_some() {
            Self::Occupied(OccupiedEntry(slot))
        } else {
            Self::Vacant(VacantEntry(slot))
        }
    }

    /// The key.
    #[must_use]
    pub fn key(&self) -> &K {
        match self {
            Self::Occupied(entry) => entry.key(),
            Self::Vacant(entry) => entry.key(),
        }
    }

    /// The value, if there is one.
    ///
    /// ```
    /// # use guarded_core::Guarded;
    /// # use std::collections::HashMap;
    /// let stock = Guarded::rw(HashMap::from([("bolt", 5)]));
    /// assert_eq!(stock.with_write_key("bolt", |entry| entry.get().copied()), Some(5));
    /// ```
    #[must_use]
    pub fn get(&self) -> Option<&V> {
        match self {
            Self::Occupied(entry) => Some(entry.get()),
            Self::Vacant(_) => None,
        }
    }

    /// The value, or `value` where there is none.
    pub fn or_insert(self, value: V) -> &'a mut V {
        match self {
            Self::Occupied(entry) => entry.into_mut(),
            Self::Vacant(entry) => entry.insert(value),
        }
    }

    /// The value, or what `value` makes where there is none.
    pub fn or_insert_with(self, value: impl FnOnce() -> V) -> &'a mut V {
        match self {
            Self::Occupied(entry) => entry.into_mut(),
            Self::Vacant(entry) => entry.insert(value()),
        }
    }

    /// The value, or the default where there is none.
    pub fn or_default(self) -> &'a mut V
    where
        V: Default,
    {
        self.or_insert_with(V::default)
    }

    /// Changes the value, if there is one.
    #[must_use = "it is the entry again, to go on with"]
    pub fn and_modify(mut self, f: impl FnOnce(&mut V)) -> Self {
        if let Self::Occupied(entry) = &mut self {
            f(entry.get_mut());
        }
        self
    }
}

impl<'a, K, V> OccupiedEntry<'a, K, V> {
    /// The key.
    #[must_use]
    pub fn key(&self) -> &K {
        self.0.key()
    }

    /// The value.
    #[must_use]
    pub fn get(&self) -> &V {
        there(self.0.get())
    }

    /// The value, to be changed.
    pub fn get_mut(&mut self) -> &mut V {
        there(self.0.get_mut())
    }

    /// The value, for as long as the scope lends it.
    #[must_use]
    pub fn into_mut(self) -> &'a mut V {
        there(self.0.get_mut())
    }

    /// Sets the value and returns the old one.
    pub fn insert(&mut self, value: V) -> V {
        std::mem::replace(self.get_mut(), value)
    }

    /// Takes the value out of the map. Return it from the closure, to drop it outside the lock.
    #[must_use = "dropped here, it is dropped under the lock: return it from the closure"]
    pub fn remove(self) -> V {
        there(self.0.remove())
    }
}

impl<'a, K, V> VacantEntry<'a, K, V> {
    /// The key.
    #[must_use]
    pub fn key(&self) -> &K {
        self.0.key()
    }

    /// Sets the value.
    pub fn insert(self, value: V) -> &'a mut V {
        self.0.insert(value);
        there(self.0.get_mut())
    }
}

impl<K: fmt::Debug, V: fmt::Debug> fmt::Debug for OccupiedEntry<'_, K, V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OccupiedEntry").field("key", self.key()).field("value", self.get()).finish()
    }
}

impl<K: fmt::Debug, V> fmt::Debug for VacantEntry<'_, K, V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("VacantEntry").field(self.key()).finish()
    }
}

/// What [`compute`](crate::Guarded::compute) does with a key. (The three outcomes are those of xsync's `Compute`.)
///
/// ```
/// use guarded_core::{Guarded, Op};
/// use std::collections::BTreeMap;
/// let stock = Guarded::rw(BTreeMap::from([("bolt", 1)]));
/// let take_one = |n: Option<&u32>| match n {
///     Some(1) => Op::Remove,
///     Some(n) => Op::Set(n - 1),
///     None => Op::Keep,
/// };
/// assert_eq!(stock.compute("bolt", take_one), Some(1));
/// assert_eq!((stock.compute("bolt", take_one), stock.len()), (None, 0));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Op<V> {
    /// The key has this value from now on.
    Set(V),
    /// The key is in the map no more.
    Remove,
    /// All stays as it is.
    Keep,
}
