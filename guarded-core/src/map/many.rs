//! Several keys of a map at once.

use super::table::{Displaced, Lookup, Map};
use std::borrow::Borrow;
use std::fmt;

/// The entries of the keys that a call of [`with_write_many`](crate::Guarded::with_write_many) has named.
///
/// A key that was not named is a panic, whichever cell it is in: the call has not locked it.
///
/// ```
/// use guarded_core::Guarded;
/// use std::collections::HashMap;
/// let accounts = Guarded::rw(HashMap::from([("ada", 5), ("bob", 1)]));
/// accounts.with_write_many(["ada", "bob"], |mut accounts| {
///     if let Some(from) = accounts.get_mut("ada") {
///         *from -= 2;
///     }
///     let bob = accounts.get("bob").copied().unwrap_or(0);
///     accounts.insert("bob", bob + 2);
/// });
/// assert_eq!(accounts.get_cloned("bob"), Some(3));
/// ```
pub struct Many<'a, M: Map> {
    keys: &'a [M::Key],
    /// For each key its map's place, and what is known of the key.
    places: &'a [(usize, M::Hint)],
    maps: Vec<&'a mut M>,
    context: &'a M::Context,
    displaced: &'a mut Vec<Displaced<M>>,
}

impl<'a, M: Map> Many<'a, M> {
    pub(super) fn new(
        keys: &'a [M::Key],
        places: &'a [(usize, M::Hint)],
        maps: Vec<&'a mut M>,
        context: &'a M::Context,
        displaced: &'a mut Vec<Displaced<M>>,
    ) -> Self {
        Self { keys, places, maps, context, displaced }
    }

    /// The named keys, as they were named.
    #[must_use]
    pub fn keys(&self) -> &'a [M::Key] {
        self.keys
    }

    #[track_caller]
    fn place<Q: ?Sized + Eq>(&self, key: &Q) -> (usize, M::Hint)
    where
        M::Key: Borrow<Q>,
    {
        match self.keys.iter().position(|named| named.borrow() == key) {
            Some(number) => self.places[number],
            None => panic!("`with_write_many` has not locked this key: name it in the call's list of keys"),
        }
    }

    /// The value of `key`.
    ///
    /// # Panics
    /// If the call has not named the key.
    #[must_use]
    #[track_caller]
    pub fn get<Q: ?Sized + Eq>(&self, key: &Q) -> Option<&M::Value>
    where
        M: Lookup<Q>,
        M::Key: Borrow<Q>,
    {
        let (map, hint) = self.place(key);
        self.maps[map].find(hint, key)
    }

    /// The value of `key`, to be changed.
    ///
    /// # Panics
    /// If the call has not named the key.
    #[track_caller]
    pub fn get_mut<Q: ?Sized + Eq>(&mut self, key: &Q) -> Option<&mut M::Value>
    where
        M: Lookup<Q>,
        M::Key: Borrow<Q>,
    {
        let (map, hint) = self.place(key);
        self.maps[map].find_mut(hint, key)
    }

    /// Sets the value of `key`, and returns the old one.
    ///
    /// # Panics
    /// If the call has not named the key.
    #[track_caller]
    pub fn insert(&mut self, key: M::Key, value: M::Value) -> Option<M::Value>
    where
        M::Key: Eq,
    {
        let (map, hint) = self.place(&key);
        let (spare, old) = self.maps[map].put(self.context, hint, key, value);
        self.displaced.push((spare, None)); // dropped outside the lock
        old
    }

    /// Takes the value of `key` out.
    ///
    /// # Panics
    /// If the call has not named the key.
    #[track_caller]
    pub fn remove<Q: ?Sized + Eq>(&mut self, key: &Q) -> Option<M::Value>
    where
        M: Lookup<Q>,
        M::Key: Borrow<Q>,
    {
        let (map, hint) = self.place(key);
        let (key, value) = self.maps[map].take(hint, key)?;
        self.displaced.push((Some(key), None));
        Some(value)
    }
}

impl<M: Map> fmt::Debug for Many<'_, M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Many({} keys)", self.keys.len())
    }
}
