//! The cache around the flights, and the common traits.

use super::table::{Entry, Slot, Table};
use super::{FlightKind, FlightMap, SingleFlight, Stores};
use crate::site::{Keyless, Site};
use std::borrow::Borrow;
use std::collections::HashMap;
use std::fmt;
use std::hash::{BuildHasher, Hash};
use std::time::Instant;

impl<K, V, H, F, S> SingleFlight<HashMap<K, V, H>, F, S>
where
    K: Hash + Eq,
    H: BuildHasher + 'static,
    F: FlightKind,
    S: Site,
{
    /// A single flight that keeps what is in `map` (where its kind keeps anything).
    ///
    /// Messages and the report call one that stands alone by the line of this call, as a
    /// [`Guarded::new`](crate::Guarded::new).
    ///
    /// ```
    /// use guarded_core::{Flight, SingleFlight};
    /// use std::collections::HashMap;
    /// let quotes: SingleFlight<_, Flight> = SingleFlight::new(HashMap::from([("ACME", 42)]));
    /// assert_eq!(quotes.get_cloned("ACME"), Some(42));
    /// ```
    ///
    /// # Cost
    /// One allocation, and a hash and an insertion for each entry.
    #[must_use]
    #[track_caller]
    pub fn new(map: HashMap<K, V, H>) -> Self
    where
        H: Clone,
    {
        let mut new = Self::with_hasher(map.hasher().clone());
        if F::STORES {
            let until = F::TTL.and_then(|ttl| Instant::now().checked_add(ttl));
            for (key, value) in map {
                let hash = new.hashing.hash(&key);
                let shard = new.shards.of_mut(hash).get_mut();
                let over = shard.add(hash, key, Slot::Ready { value, until }, None);
                drop(over);
            }
        }
        new
    }

    /// What is kept and whose time is not over.
    ///
    /// ```
    /// use guarded_core::SingleFlight;
    /// use std::collections::HashMap;
    /// let quotes: SingleFlight<HashMap<&str, u32>> = SingleFlight::default();
    /// quotes.insert("ACME", 42);
    /// assert_eq!(quotes.into_inner(), HashMap::from([("ACME", 42)]));
    /// ```
    ///
    /// # Cost
    /// Neither locks nor waits; a hash and an insertion for each entry.
    #[must_use]
    pub fn into_inner(self) -> HashMap<K, V, H> {
        let now = F::TTL.map(|_| Instant::now());
        let mut map = HashMap::with_hasher(self.hashing.into_own());
        for shard in self.shards.into_values() {
            for Entry { key, slot, .. } in shard.into_entries() {
                if slot.value(now).is_some()
                    && let Slot::Ready { value, .. } = slot
                {
                    map.insert(key, value);
                }
            }
        }
        map
    }
}

impl<K, V, H, F, S> SingleFlight<HashMap<K, V, H>, F, S>
where
    K: Hash + Eq,
    H: BuildHasher + 'static,
    F: FlightKind,
    S: Keyless,
{
    /// Forgets all about `key`: its value, its error, and the load that may be under way, which goes on for those who
    /// wait for it, but whose result is not kept and which nobody joins any more. False if there was nothing.
    ///
    /// ```
    /// use guarded_core::SingleFlight;
    /// use std::{collections::HashMap, convert::Infallible};
    /// let quotes: SingleFlight<HashMap<&str, u32>> = SingleFlight::default();
    /// quotes.get_or_load("ACME", |_| {
    ///     quotes.forget("ACME"); // what is being loaded is out of date already
    ///     Ok::<_, Infallible>(42)
    /// })?;
    /// assert_eq!(quotes.get_cloned("ACME"), None);
    /// # Ok::<(), std::sync::Arc<Infallible>>(())
    /// ```
    ///
    /// # Panics
    /// As [`Guarded::with_write`](crate::Guarded::with_write); if `Hash` or `Eq` of the key does.
    ///
    /// # Deadlocks
    /// As [`Guarded::with_write`](crate::Guarded::with_write); it does not wait for loads.
    ///
    /// # Cost
    /// One hash, one mutex of a shard; what is forgotten is dropped outside of it.
    #[track_caller]
    pub fn forget<Q: Hash + Eq + ?Sized>(&self, key: &Q) -> bool
    where
        K: Borrow<Q>,
    {
        self.remove_entry(key).is_some()
    }

    #[track_caller]
    fn remove_entry<Q: Hash + Eq + ?Sized>(&self, key: &Q) -> Option<Entry<K, V>>
    where
        K: Borrow<Q>,
    {
        let hash = self.hashing.hash(key);
        self.shard(hash).with_write(|table| table.remove(hash, key))
    }

    /// How many callers wait just now for the load of `key`, beside the one whose loader runs.
    ///
    /// ```
    /// use guarded_core::SingleFlight;
    /// use std::{collections::HashMap, convert::Infallible, thread};
    /// let quotes: SingleFlight<HashMap<u32, u32>> = SingleFlight::default();
    /// let ask = || quotes.get_or_load(7, |_| {
    ///     while quotes.waiting(&7) < 3 { thread::yield_now(); }
    ///     Ok::<_, Infallible>(42)
    /// });
    /// thread::scope(|scope| for _ in 0..4 { scope.spawn(ask); });
    /// assert_eq!(quotes.waiting(&7), 0);
    /// ```
    ///
    /// # Panics
    /// As [`Guarded::with_read`](crate::Guarded::with_read).
    ///
    /// # Deadlocks
    /// As [`Guarded::with_read`](crate::Guarded::with_read); it does not wait for loads.
    ///
    /// # Cost
    /// One hash and one mutex of a shard. The number may be out of date when it is returned.
    #[must_use]
    #[track_caller]
    pub fn waiting<Q: Hash + Eq + ?Sized>(&self, key: &Q) -> usize
    where
        K: Borrow<Q>,
    {
        let hash = self.hashing.hash(key);
        self.shard(hash).with_read(|table| match table.get(hash, key) {
            Some(Slot::Flying(call)) => call.waiting(),
            _ => 0,
        })
    }
}

impl<K, V, H, F, S> SingleFlight<HashMap<K, V, H>, F, S>
where
    K: Hash + Eq,
    H: BuildHasher + 'static,
    F: FlightKind,
    S: Keyless,
{
    /// A clone of what is kept for `key`, without loading and without waiting for a load.
    ///
    /// ```
    /// use guarded_core::SingleFlight;
    /// use std::collections::HashMap;
    /// let quotes: SingleFlight<HashMap<String, u32>> = SingleFlight::default();
    /// quotes.insert("ACME".into(), 42);
    /// assert_eq!((quotes.get_cloned("ACME"), quotes.get_cloned("none")), (Some(42), None));
    /// ```
    ///
    /// # Panics
    /// As [`Guarded::with_read`](crate::Guarded::with_read); if `Hash`, `Eq` or `clone` does.
    ///
    /// # Deadlocks
    /// As [`Guarded::with_read`](crate::Guarded::with_read).
    ///
    /// # Cost
    /// One hash, one mutex of a shard, one clone under it; with a time to live also a look at the clock.
    #[inline]
    #[must_use]
    #[track_caller]
    pub fn get_cloned<Q: Hash + Eq + ?Sized>(&self, key: &Q) -> Option<V>
    where
        K: Borrow<Q>,
        V: Clone,
        F: Stores,
    {
        let hash = self.hashing.hash(key);
        let now = F::TTL.map(|_| Instant::now());
        self.shard(hash).with_read(|table| table.get(hash, key)?.value(now).cloned())
    }

    /// Whether something is kept for `key`.
    ///
    /// ```
    /// use guarded_core::SingleFlight;
    /// use std::collections::HashMap;
    /// let quotes: SingleFlight<HashMap<String, u32>> = SingleFlight::from(HashMap::from([("ACME".into(), 42)]));
    /// assert!(quotes.contains_key("ACME") && !quotes.contains_key("none"));
    /// ```
    ///
    /// # Panics
    /// As [`Guarded::with_read`](crate::Guarded::with_read); if `Hash` or `Eq` of the key does.
    ///
    /// # Deadlocks
    /// As [`Guarded::with_read`](crate::Guarded::with_read).
    ///
    /// # Cost
    /// As [`get_cloned`](Self::get_cloned), without the clone.
    #[inline]
    #[must_use]
    #[track_caller]
    pub fn contains_key<Q: Hash + Eq + ?Sized>(&self, key: &Q) -> bool
    where
        K: Borrow<Q>,
        F: Stores,
    {
        let hash = self.hashing.hash(key);
        let now = F::TTL.map(|_| Instant::now());
        self.shard(hash).with_read(|table| table.get(hash, key).is_some_and(|slot| slot.value(now).is_some()))
    }

    /// Keeps `value` for `key` and returns the one before. A load that is under way goes on for those who wait for it, but
    /// its result is not kept.
    ///
    /// ```
    /// use guarded_core::SingleFlight;
    /// use std::collections::HashMap;
    /// let quotes: SingleFlight<HashMap<&str, u32>> = SingleFlight::default();
    /// assert_eq!((quotes.insert("ACME", 41), quotes.insert("ACME", 42)), (None, Some(41)));
    /// ```
    ///
    /// # Panics
    /// As [`Guarded::with_write`](crate::Guarded::with_write); if `Hash` or `Eq` of the key does.
    ///
    /// # Deadlocks
    /// As [`Guarded::with_write`](crate::Guarded::with_write).
    ///
    /// # Cost
    /// One hash, one mutex of a shard; what is replaced is dropped outside of it.
    #[track_caller]
    pub fn insert(&self, key: K, value: V) -> Option<V>
    where
        F: Stores,
    {
        let hash = self.hashing.hash(&key);
        let now = F::TTL.map(|_| Instant::now());
        let until = now.zip(F::TTL).and_then(|(now, ttl)| now.checked_add(ttl));
        let ready = Slot::Ready { value, until };
        let (old, over, spare) = self.shard(hash).with_write(|table| match table.get_mut(hash, &key) {
            Some(slot) => (Some(std::mem::replace(slot, ready)), Vec::new(), Some(key)),
            None => (None, table.add(hash, key, ready, now), None),
        });
        drop((over, spare)); // outside the lock
        old.and_then(|old| value_of(old, now))
    }

    /// Removes what is kept for `key` and returns it; all else is as in [`forget`](Self::forget).
    ///
    /// ```
    /// use guarded_core::SingleFlight;
    /// use std::collections::HashMap;
    /// let quotes: SingleFlight<HashMap<&str, u32>> = SingleFlight::default();
    /// quotes.insert("ACME", 42);
    /// assert_eq!((quotes.remove("ACME"), quotes.remove("ACME")), (Some(42), None));
    /// ```
    ///
    /// # Panics
    /// As [`forget`](Self::forget).
    ///
    /// # Deadlocks
    /// As [`forget`](Self::forget).
    ///
    /// # Cost
    /// As [`forget`](Self::forget).
    #[track_caller]
    pub fn remove<Q: Hash + Eq + ?Sized>(&self, key: &Q) -> Option<V>
    where
        K: Borrow<Q>,
        F: Stores,
    {
        let now = F::TTL.map(|_| Instant::now());
        self.remove_entry(key).and_then(|entry| value_of(entry.slot, now))
    }

    /// How many values are kept whose time is not over. Errors that are kept and loads under way do not count.
    ///
    /// ```
    /// use guarded_core::SingleFlight;
    /// use std::collections::HashMap;
    /// let quotes: SingleFlight<HashMap<&str, u32>> = SingleFlight::default();
    /// quotes.insert("ACME", 42);
    /// assert_eq!(quotes.len(), 1);
    /// ```
    ///
    /// # Panics
    /// As [`Guarded::with_read`](crate::Guarded::with_read).
    ///
    /// # Deadlocks
    /// As [`Guarded::with_read`](crate::Guarded::with_read).
    ///
    /// # Consistency
    /// Weak: the shards are counted one after another.
    ///
    /// # Cost
    /// Each shard's mutex in turn, and a look at each entry.
    #[must_use]
    #[track_caller]
    pub fn len(&self) -> usize {
        let now = F::TTL.map(|_| Instant::now());
        let mut len = 0;
        for shard in self.shards.iter() {
            len += shard.with_read(|table| count(table, now));
        }
        len
    }

    /// No value is kept.
    ///
    /// ```
    /// use guarded_core::SingleFlight;
    /// use std::collections::HashMap;
    /// assert!(SingleFlight::<HashMap<u32, u32>>::default().is_empty());
    /// ```
    ///
    /// # Panics
    /// As [`len`](Self::len).
    ///
    /// # Deadlocks
    /// As [`len`](Self::len).
    ///
    /// # Consistency
    /// As [`len`](Self::len).
    ///
    /// # Cost
    /// As [`len`](Self::len).
    #[must_use]
    #[track_caller]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// [`forget`](Self::forget) for all keys.
    ///
    /// ```
    /// use guarded_core::SingleFlight;
    /// use std::collections::HashMap;
    /// let quotes = SingleFlight::<HashMap<&str, u32>>::default();
    /// quotes.insert("ACME", 42);
    /// quotes.clear();
    /// assert!(quotes.is_empty());
    /// ```
    ///
    /// # Panics
    /// As [`Guarded::with_write`](crate::Guarded::with_write).
    ///
    /// # Deadlocks
    /// As [`Guarded::with_write`](crate::Guarded::with_write).
    ///
    /// # Consistency
    /// Weak: the shards are emptied one after another.
    ///
    /// # Cost
    /// Each shard's mutex in turn; what is forgotten is dropped outside of them.
    #[track_caller]
    pub fn clear(&self) {
        for shard in self.shards.iter() {
            let old = shard.with_write(Table::take);
            drop(old); // outside the lock
        }
    }
}

fn value_of<V>(slot: Slot<V>, now: Option<Instant>) -> Option<V> {
    slot.value(now)?;
    match slot {
        Slot::Ready { value, .. } => Some(value),
        _ => None,
    }
}

fn count<K, V>(table: &Table<K, V>, now: Option<Instant>) -> usize {
    table.iter().filter(|entry| entry.slot.value(now).is_some()).count()
}

impl<K, V, H, F, S> From<HashMap<K, V, H>> for SingleFlight<HashMap<K, V, H>, F, S>
where
    K: Hash + Eq,
    H: BuildHasher + Clone + 'static,
    F: FlightKind,
    S: Site,
{
    #[track_caller]
    fn from(map: HashMap<K, V, H>) -> Self {
        Self::new(map)
    }
}

impl<K, V, H, F, S> Default for SingleFlight<HashMap<K, V, H>, F, S>
where
    K: Hash + Eq,
    H: BuildHasher + Default + 'static,
    F: FlightKind,
    S: Site,
{
    #[track_caller]
    fn default() -> Self {
        Self::with_hasher(H::default())
    }
}

/// Never waits: tells the numbers of values, of errors and of loads under way, without the shards in use.
impl<T: FlightMap, F: FlightKind, S: Site> fmt::Debug for SingleFlight<T, F, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let now = F::TTL.map(|_| Instant::now());
        let (mut values, mut errors, mut loads) = (0_usize, 0_usize, 0_usize);
        for shard in self.shards.iter() {
            // A shard in use is not counted.
            drop(shard.try_with_read(|table| {
                for entry in table.iter() {
                    match &entry.slot {
                        Slot::Flying(_) => loads += 1,
                        Slot::Failed { .. } => errors += 1,
                        Slot::Ready { .. } => values += usize::from(entry.slot.value(now).is_some()),
                    }
                }
            }));
        }
        f.debug_struct("SingleFlight")
            .field("values", &values)
            .field("errors", &errors)
            .field("loads", &loads)
            .finish_non_exhaustive()
    }
}
