//! What keyed calls need of a map: std's two, and the part of a map that one shard holds.

use super::entry::Slot;
use super::hashing::Hashing;
use crate::cell::{Keep, Poison, Policy, ReadMostly, Rollback};
use hashbrown::{HashTable, hash_table};
use std::borrow::Borrow;
use std::collections::{BTreeMap, HashMap, btree_map, hash_map};
use std::fmt;
use std::hash::{BuildHasher, Hash};

/// A map that keyed calls work on: std's `HashMap`, with any hasher, and `BTreeMap`; with the feature `imbl` those of that
/// crate. Sealed.
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no keys",
    label = "keyed calls (`insert`, `get_cloned`, `remove`, `len`, ..) are for fields with a `HashMap` or a `BTreeMap`",
    note = "of any other value: `with_read(|value| ..)`, or `with_write(|value| ..)` to change it"
)]
pub trait Map: Sealed + Sized {
    /// The type of its keys.
    type Key;
    /// The type of its values.
    type Value;
    /// What hints are made with: a shard's hasher.
    #[doc(hidden)]
    type Context;
    /// What is known of a key beside the key: its hash, for a shard.
    #[doc(hidden)]
    type Hint: Copy;
    /// A key's place.
    #[doc(hidden)]
    #[allow(private_bounds)] // hidden
    type Slot<'m>: Slot<Self::Key, Self::Value>
    where
        Self: 'm;

    #[doc(hidden)]
    fn hint_of_own(context: &Self::Context, key: &Self::Key) -> Self::Hint;
    #[doc(hidden)]
    fn slot(&mut self, context: &Self::Context, hint: Self::Hint, key: Self::Key) -> Self::Slot<'_>;
    /// What a slot is left with, to be dropped outside the lock.
    #[doc(hidden)]
    fn spare<'m>(slot: Self::Slot<'m>) -> Option<Self::Key>
    where
        Self: 'm;
    /// Sets a value; the old one, and the key where it was not needed, come back, to be dropped outside the lock.
    #[doc(hidden)]
    fn put(
        &mut self,
        context: &Self::Context,
        hint: Self::Hint,
        key: Self::Key,
        value: Self::Value,
    ) -> Displaced<Self>;
    #[doc(hidden)]
    fn find_own(&self, hint: Self::Hint, key: &Self::Key) -> Option<&Self::Value> {
        self.pair(hint, key).map(|(_, value)| value)
    }
    /// The value, with the key as the map has it.
    #[doc(hidden)]
    fn pair(&self, hint: Self::Hint, key: &Self::Key) -> Option<(&Self::Key, &Self::Value)>;
    #[doc(hidden)]
    fn cut(&mut self, hint: Self::Hint, key: &Self::Key) -> Option<(Self::Key, Self::Value)>;
    #[doc(hidden)]
    fn count(&self) -> usize;
    #[doc(hidden)]
    fn each(&self, f: impl FnMut(&Self::Key, &Self::Value));
    #[doc(hidden)]
    fn each_mut(&mut self, f: impl FnMut(&Self::Key, &mut Self::Value));
    /// Keeps those for which `f` says so, and gives out the others.
    #[doc(hidden)]
    fn sift(&mut self, f: impl FnMut(&Self::Key, &mut Self::Value) -> bool) -> Vec<(Self::Key, Self::Value)>;
    /// The keys whose values differ.
    #[doc(hidden)]
    fn differing(&self, to: &Self, hint: impl Fn(&Self::Key) -> Self::Hint, f: impl FnMut(&Self::Key))
    where
        Self::Value: PartialEq,
    {
        compare_all(self, to, hint, f);
    }
}

pub(super) fn compare_all<M: Map>(
    one: &M,
    two: &M,
    hint: impl Fn(&M::Key) -> M::Hint,
    mut f: impl FnMut(&M::Key),
) where
    M::Value: PartialEq,
{
    one.each(|key, value| {
        if two.find_own(hint(key), key) != Some(value) {
            f(key);
        }
    });
    two.each(|key, _| {
        if one.find_own(hint(key), key).is_none() {
            f(key);
        }
    });
}

/// What a write has put out of a map.
#[doc(hidden)]
#[allow(unreachable_pub)] // named by a sealed trait's hidden function only
pub type Displaced<M> = (Option<<M as Map>::Key>, Option<<M as Map>::Value>);

/// A map whose keys can be looked up by `Q`: `&str` for `String`, say. Sealed, as [`Map`] is.
#[diagnostic::on_unimplemented(
    message = "the keys of `{Self}` cannot be looked up by `{Q}`",
    label = "a key is looked up by its own type, or by what it borrows as: `&str` for `String`",
    note = "a `HashMap` needs `Hash` and `Eq` of its keys, a `BTreeMap` needs `Ord`"
)]
pub trait Lookup<Q: ?Sized>: Map {
    #[doc(hidden)]
    fn hint(context: &Self::Context, key: &Q) -> Self::Hint;
    #[doc(hidden)]
    fn find(&self, hint: Self::Hint, key: &Q) -> Option<&Self::Value>;
    #[doc(hidden)]
    fn find_mut(&mut self, hint: Self::Hint, key: &Q) -> Option<&mut Self::Value>;
    /// With the key as the map has it.
    #[doc(hidden)]
    fn find_pair(&self, hint: Self::Hint, key: &Q) -> Option<(&Self::Key, &Self::Value)>;
    #[doc(hidden)]
    fn take(&mut self, hint: Self::Hint, key: &Q) -> Option<(Self::Key, Self::Value)>;
}

/// A panic policy whose fields may be written by entries: every one but that of a field with `invariant`, which is looked at
/// as a whole. Sealed, as [`Policy`] is.
#[diagnostic::on_unimplemented(
    message = "a map with `invariant` is written as a whole",
    label = "write `with_write(|map| ..)`: its scope ends with a look at the invariant, which is one of the whole map",
    note = "calls that only read, such as `get_cloned` and `with_read_key`, are there as ever"
)]
pub trait ByEntry: Policy {}
#[diagnostic::do_not_recommend]
impl ByEntry for Keep {}
#[diagnostic::do_not_recommend]
impl ByEntry for Poison {}
#[diagnostic::do_not_recommend]
impl ByEntry for Rollback {}

/// A panic policy for the entries of a map: `rollback` saves the entry that is written, not the map. Sealed, as
/// [`Policy`] is.
#[diagnostic::on_unimplemented(
    message = "an entry of this map cannot be put back",
    label = "`on_panic = rollback` saves the entry that is written: its key and value must be `Clone`",
    note = "`keep` and `poison` need nothing",
    note = "a map with `invariant` is written as a whole: `with_write(|map| ..)`"
)]
pub trait ProtectsEntries<K, V>: ByEntry {
    /// What is kept of an entry.
    #[doc(hidden)]
    type Saved;
    /// It keeps something: the entry is to be looked up first.
    #[doc(hidden)]
    const SAVES: bool;
    #[doc(hidden)]
    fn save_entry(key: &K, value: Option<&V>) -> Self::Saved;
    /// The entry as it was, if the policy puts it back.
    #[doc(hidden)]
    fn saved_entry(saved: Self::Saved) -> Option<(K, Option<V>)>;
}

macro_rules! protects_by_nothing {
    ($($policy:ty),*) => {$(
        impl<K, V> ProtectsEntries<K, V> for $policy {
            type Saved = ();
            const SAVES: bool = false;
            #[inline(always)]
            fn save_entry(_: &K, _: Option<&V>) {}
            fn saved_entry((): ()) -> Option<(K, Option<V>)> {
                None
            }
        }
    )*};
}
protects_by_nothing!(Keep, Poison);

#[diagnostic::do_not_recommend]
impl<P: ByEntry> ByEntry for ReadMostly<P> {}
#[diagnostic::do_not_recommend]
impl<K, V, P: ProtectsEntries<K, V>> ProtectsEntries<K, V> for ReadMostly<P> {
    type Saved = P::Saved;
    const SAVES: bool = P::SAVES;
    #[inline(always)]
    fn save_entry(key: &K, value: Option<&V>) -> P::Saved {
        P::save_entry(key, value)
    }
    fn saved_entry(saved: P::Saved) -> Option<(K, Option<V>)> {
        P::saved_entry(saved)
    }
}

impl<K: Clone, V: Clone> ProtectsEntries<K, V> for Rollback {
    type Saved = (K, Option<V>);
    const SAVES: bool = true;
    fn save_entry(key: &K, value: Option<&V>) -> Self::Saved {
        (key.clone(), value.cloned())
    }
    fn saved_entry(saved: Self::Saved) -> Option<(K, Option<V>)> {
        Some(saved)
    }
}

pub(super) use sealed::Sealed;

mod sealed {
    pub trait Sealed {}
    impl<K, V, H> Sealed for std::collections::HashMap<K, V, H> {}
    impl<K, V> Sealed for std::collections::BTreeMap<K, V> {}
    impl<K, V, H> Sealed for super::Table<K, V, H> {}
}

/// A place in one of std's maps, whose entries are of three kinds.
#[doc(hidden)]
#[allow(missing_debug_implementations)] // named by a sealed trait's hidden type only
pub enum StdSlot<K, O, F> {
    Occupied(O),
    Vacant(F),
    /// Its value was taken out; or it is changing from one to another.
    Gone(Option<K>),
}

macro_rules! std_map {
    ($module:ident, $map:ident<$k:ident, $v:ident $(, $h:ident: $hasher:ident)?>, $key:ident $(+ $more:ident)? $(, $all:expr)?) => {
        impl<$k: $key $(+ $more)?, $v $(, $h: $hasher)?> Map for $map<$k, $v $(, $h)?> {
            type Key = $k;
            type Value = $v;
            type Context = ();
            type Hint = ();
            type Slot<'m> = StdSlot<$k, $module::OccupiedEntry<'m, $k, $v>, $module::VacantEntry<'m, $k, $v>>
            where
                Self: 'm;

            #[inline]
            fn hint_of_own((): &(), _: &$k) {}
            #[inline]
            fn slot(&mut self, (): &(), (): (), key: $k) -> Self::Slot<'_> {
                match self.entry(key) {
                    $module::Entry::Occupied(entry) => StdSlot::Occupied(entry),
                    $module::Entry::Vacant(entry) => StdSlot::Vacant(entry),
                }
            }
            fn spare<'m>(slot: Self::Slot<'m>) -> Option<$k>
            where
                Self: 'm,
            {
                match slot {
                    StdSlot::Vacant(entry) => Some(entry.into_key()),
                    StdSlot::Gone(key) => key,
                    StdSlot::Occupied(_) => None,
                }
            }
            #[inline]
            fn put(&mut self, (): &(), (): (), key: $k, value: $v) -> Displaced<Self> {
                (None, self.insert(key, value)) // std drops the key itself
            }
            fn pair(&self, (): (), key: &$k) -> Option<(&$k, &$v)> {
                self.get_key_value(key)
            }
            fn cut(&mut self, (): (), key: &$k) -> Option<($k, $v)> {
                self.remove_entry(key)
            }
            #[inline]
            fn count(&self) -> usize {
                self.len()
            }
            fn each(&self, mut f: impl FnMut(&$k, &$v)) {
                for (key, value) in self {
                    f(key, value);
                }
            }
            fn each_mut(&mut self, mut f: impl FnMut(&$k, &mut $v)) {
                for (key, value) in self {
                    f(key, value);
                }
            }
            fn sift(&mut self, mut f: impl FnMut(&$k, &mut $v) -> bool) -> Vec<($k, $v)> {
                self.extract_if($($all,)? |key, value| !f(key, value)).collect()
            }
        }

        impl<'m, $k: $key $(+ $more)?, $v> Slot<$k, $v>
            for StdSlot<$k, $module::OccupiedEntry<'m, $k, $v>, $module::VacantEntry<'m, $k, $v>>
        {
            fn key(&self) -> &$k {
                match self {
                    Self::Occupied(entry) => entry.key(),
                    Self::Vacant(entry) => entry.key(),
                    Self::Gone(key) => key.as_ref().expect("a slot is left with its key"),
                }
            }
            fn get(&self) -> Option<&$v> {
                if let Self::Occupied(entry) = self { Some(entry.get()) } else { None }
            }
            fn get_mut(&mut self) -> Option<&mut $v> {
                if let Self::Occupied(entry) = self { Some(entry.get_mut()) } else { None }
            }
            fn insert(&mut self, value: $v) {
                match std::mem::replace(self, Self::Gone(None)) {
                    Self::Vacant(entry) => *self = Self::Occupied(entry.insert_entry(value)),
                    other => *self = other,
                }
            }
            fn remove(&mut self) -> Option<$v> {
                match std::mem::replace(self, Self::Gone(None)) {
                    Self::Occupied(entry) => {
                        let (key, value) = entry.remove_entry();
                        *self = Self::Gone(Some(key));
                        Some(value)
                    }
                    other => {
                        *self = other;
                        None
                    }
                }
            }
        }

        impl<$k: $key $(+ $more)? + Borrow<Q>, $v $(, $h: $hasher)?, Q: ?Sized + $key $(+ $more)?> Lookup<Q>
            for $map<$k, $v $(, $h)?>
        {
            #[inline]
            fn hint((): &(), _: &Q) {}
            #[inline]
            fn find(&self, (): (), key: &Q) -> Option<&$v> {
                self.get(key)
            }
            #[inline]
            fn find_mut(&mut self, (): (), key: &Q) -> Option<&mut $v> {
                self.get_mut(key)
            }
            fn find_pair(&self, (): (), key: &Q) -> Option<(&$k, &$v)> {
                self.get_key_value(key)
            }
            #[inline]
            fn take(&mut self, (): (), key: &Q) -> Option<($k, $v)> {
                self.remove_entry(key)
            }
        }
    };
}
std_map!(hash_map, HashMap<K, V, H: BuildHasher>, Hash + Eq);
std_map!(btree_map, BTreeMap<K, V>, Ord, ..);

/// The keys and values of one shard.
#[doc(hidden)]
pub struct Table<K, V, H> {
    table: HashTable<(K, V)>,
    hasher: std::marker::PhantomData<fn() -> H>,
}

impl<K, V, H> Table<K, V, H> {
    pub(super) const NEW: Self = Self { table: HashTable::new(), hasher: std::marker::PhantomData };
}

impl<K, V, H> fmt::Debug for Table<K, V, H> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Table({})", self.table.len())
    }
}

/// A place in a shard.
#[doc(hidden)]
#[allow(missing_debug_implementations)] // named by a sealed trait's hidden type only
pub enum ShardSlot<'m, K, V> {
    Occupied(hash_table::OccupiedEntry<'m, (K, V)>, K),
    Vacant(hash_table::VacantEntry<'m, (K, V)>, K),
    Filled(hash_table::OccupiedEntry<'m, (K, V)>),
    Gone(Option<K>),
}

#[diagnostic::do_not_recommend] // a part of a sharded map
impl<K: Hash + Eq, V, H: BuildHasher + 'static> Map for Table<K, V, H> {
    type Key = K;
    type Value = V;
    type Context = Hashing<H>;
    type Hint = u64;
    type Slot<'m>
        = ShardSlot<'m, K, V>
    where
        Self: 'm;

    #[inline]
    fn hint_of_own(hashing: &Hashing<H>, key: &K) -> u64 {
        hashing.hash(key)
    }
    #[inline]
    fn slot(&mut self, hashing: &Hashing<H>, hash: u64, key: K) -> Self::Slot<'_> {
        match self.table.entry(hash, |(known, _)| *known == key, |(known, _)| hashing.hash(known)) {
            hash_table::Entry::Occupied(entry) => ShardSlot::Occupied(entry, key),
            hash_table::Entry::Vacant(entry) => ShardSlot::Vacant(entry, key),
        }
    }
    fn spare<'m>(slot: Self::Slot<'m>) -> Option<K>
    where
        Self: 'm,
    {
        match slot {
            ShardSlot::Occupied(_, key) | ShardSlot::Vacant(_, key) => Some(key),
            ShardSlot::Gone(key) => key,
            ShardSlot::Filled(_) => None,
        }
    }
    #[inline]
    fn put(&mut self, hashing: &Hashing<H>, hash: u64, key: K, value: V) -> Displaced<Self> {
        match self.table.entry(hash, |(known, _)| *known == key, |(known, _)| hashing.hash(known)) {
            hash_table::Entry::Occupied(mut entry) => {
                (Some(key), Some(std::mem::replace(&mut entry.get_mut().1, value)))
            }
            hash_table::Entry::Vacant(entry) => {
                entry.insert((key, value));
                (None, None)
            }
        }
    }
    fn pair(&self, hash: u64, key: &K) -> Option<(&K, &V)> {
        self.table.find(hash, |(known, _)| known == key).map(|(known, value)| (known, value))
    }
    fn cut(&mut self, hash: u64, key: &K) -> Option<(K, V)> {
        self.take(hash, key)
    }
    fn count(&self) -> usize {
        self.table.len()
    }
    fn each(&self, mut f: impl FnMut(&K, &V)) {
        for (key, value) in &self.table {
            f(key, value);
        }
    }
    fn each_mut(&mut self, mut f: impl FnMut(&K, &mut V)) {
        for (key, value) in &mut self.table {
            f(key, value);
        }
    }
    fn sift(&mut self, mut f: impl FnMut(&K, &mut V) -> bool) -> Vec<(K, V)> {
        self.table.extract_if(|(key, value)| !f(key, value)).collect()
    }
}

impl<K: Hash + Eq + Borrow<Q>, V, H: BuildHasher + 'static, Q: ?Sized + Hash + Eq> Lookup<Q>
    for Table<K, V, H>
{
    #[inline]
    fn hint(hashing: &Hashing<H>, key: &Q) -> u64 {
        hashing.hash(key)
    }
    #[inline]
    fn find(&self, hash: u64, key: &Q) -> Option<&V> {
        self.table.find(hash, |(known, _)| known.borrow() == key).map(|(_, value)| value)
    }
    #[inline]
    fn find_mut(&mut self, hash: u64, key: &Q) -> Option<&mut V> {
        self.table.find_mut(hash, |(known, _)| known.borrow() == key).map(|(_, value)| value)
    }
    fn find_pair(&self, hash: u64, key: &Q) -> Option<(&K, &V)> {
        self.table.find(hash, |(known, _)| known.borrow() == key).map(|(known, value)| (known, value))
    }
    #[inline]
    fn take(&mut self, hash: u64, key: &Q) -> Option<(K, V)> {
        let entry = self.table.find_entry(hash, |(known, _)| known.borrow() == key).ok()?;
        Some(entry.remove().0)
    }
}

impl<K, V> Slot<K, V> for ShardSlot<'_, K, V> {
    fn key(&self) -> &K {
        match self {
            Self::Occupied(_, key) | Self::Vacant(_, key) => key,
            Self::Filled(entry) => &entry.get().0,
            Self::Gone(key) => key.as_ref().expect("a slot is left with its key"),
        }
    }
    fn get(&self) -> Option<&V> {
        match self {
            Self::Occupied(entry, _) | Self::Filled(entry) => Some(&entry.get().1),
            Self::Vacant(..) | Self::Gone(_) => None,
        }
    }
    fn get_mut(&mut self) -> Option<&mut V> {
        match self {
            Self::Occupied(entry, _) | Self::Filled(entry) => Some(&mut entry.get_mut().1),
            Self::Vacant(..) | Self::Gone(_) => None,
        }
    }
    fn insert(&mut self, value: V) {
        match std::mem::replace(self, Self::Gone(None)) {
            Self::Vacant(entry, key) => *self = Self::Filled(entry.insert((key, value))),
            other => *self = other,
        }
    }
    fn remove(&mut self) -> Option<V> {
        match std::mem::replace(self, Self::Gone(None)) {
            Self::Occupied(entry, _) | Self::Filled(entry) => {
                let ((key, value), _) = entry.remove();
                *self = Self::Gone(Some(key));
                Some(value)
            }
            other => {
                *self = other;
                None
            }
        }
    }
}
