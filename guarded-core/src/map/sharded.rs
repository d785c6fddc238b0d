//! A map in many parts, each with a lock of its own.

mod balance;
mod whole;

pub use balance::Balance;

use super::hashing::Hashing;
use super::keyed::{keyed_calls, scope};
use super::many::Many;
use super::parts::{Parts, default_count};
use super::table::{ByEntry, Lookup, Map, ProtectsEntries, Table};
use super::{Entry, Op};
use crate::cell::hold::{Limit, Poisoned};
use crate::cell::storage::origin;
use crate::cell::{Guarded, Keep, Left, Policy, Refuses, Shards};
use crate::error::TryError;
use crate::site::{Keyless, Site, Standalone};
use std::collections::HashMap;
use std::fmt;
use std::hash::{BuildHasher, Hash};
use std::panic::Location;
use std::sync::OnceLock;
use std::time::Duration;

/// A map that can be spread over shards: std's `HashMap`. Sealed.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be spread over shards",
    label = "`sharded` is for a `HashMap` whose keys are `Hash + Eq` and whose hasher is `Default + Clone`",
    note = "a `BTreeMap` has an order that shards would lose: `#[guarded(rw)]` has the same keyed calls"
)]
pub trait Shardable: Map<Context = (), Hint = (), Key: Hash + Eq> {
    /// How its keys are hashed.
    type Hasher: BuildHasher + Default + Clone + 'static;
    #[doc(hidden)]
    fn with_hasher(hasher: Self::Hasher) -> Self;
    #[doc(hidden)]
    fn hasher(&self) -> &Self::Hasher;
    #[doc(hidden)]
    fn entries(self) -> impl Iterator<Item = (Self::Key, Self::Value)>;
}

impl<K: Hash + Eq, V, H: BuildHasher + Default + Clone + 'static> Shardable for HashMap<K, V, H> {
    type Hasher = H;
    fn with_hasher(hasher: H) -> Self {
        Self::with_hasher(hasher)
    }
    fn hasher(&self) -> &H {
        self.hasher()
    }
    fn entries(self) -> impl Iterator<Item = (K, V)> {
        self.into_iter()
    }
}

/// What a map of type `T` is spread over.
type Part<T> = Table<<T as Map>::Key, <T as Map>::Value, <T as Shardable>::Hasher>;
type Cell<T, P, S> = Guarded<Part<T>, Shards<P>, S>;

/// A `HashMap` in many parts, each behind a lock of its own: `#[guarded(sharded)]`.
///
/// Calls for different keys seldom meet. The keyed calls are those of a map behind one lock, with the same meaning; each
/// covers its key, and calls for all keys go from shard to shard. There is no `with_write` of the whole map: nothing holds it
/// still.
///
/// ```
/// use guarded_core::Sharded;
/// use std::collections::HashMap;
/// let sessions: Sharded<HashMap<String, u32>> = Sharded::default();
/// std::thread::scope(|scope| {
///     for n in 0..4 {
///         let sessions = &sessions;
///         scope.spawn(move || sessions.with_write_key(format!("user {n}"), |entry| *entry.or_default() += 1));
///     }
/// });
/// assert_eq!(sessions.len(), 4);
/// ```
///
/// # Hashing
/// A call hashes its key once. A map whose type names no hasher uses one that is quicker than std's and randomly seeded,
/// but not made against attackers who choose the keys; name std's, behind a type of your own, or another where they do. A
/// hasher that is named is used, and mixed, so that one which leaves bits empty does not fill one shard only.
///
/// # Number of shards
/// 16 for each processor, 64 at least and 1024 at most; or `SHARDS`, a power of two: `#[guarded(sharded(shards = 256))]`.
///
/// (Maps in parts are Java's first `ConcurrentHashMap`, and `DashMap`; shards of a table with one hash a call are hashbrown's
/// and measured best.)
pub struct Sharded<T: Shardable, P: Policy = Keep, S: Site = Standalone, const SHARDS: usize = 0> {
    parts: OnceLock<Shared<T, P, S>>,
    origin: S::Origin,
}

/// The shards, and how keys are hashed for them and for their tables.
struct Shared<T: Shardable, P: Policy, S: Site> {
    cells: Parts<Part<T>, Shards<P>, S>,
    hashing: Hashing<T::Hasher>,
}

impl<T: Shardable, P: Policy, S: Site, const SHARDS: usize> Sharded<T, P, S, SHARDS> {
    const SHARDS_ARE_A_POWER_OF_TWO: () =
        assert!(SHARDS == 0 || SHARDS.is_power_of_two(), "the number of shards must be a power of two");

    /// A map without entries; also in a `static`.
    ///
    /// ```
    /// use guarded_core::Sharded;
    /// use std::collections::HashMap;
    /// static SESSIONS: Sharded<HashMap<u32, &str>> = Sharded::empty();
    /// SESSIONS.insert(1, "ada");
    /// assert_eq!(SESSIONS.get_cloned(&1), Some("ada"));
    /// ```
    ///
    /// # Cost
    /// None here: the shards are made when they are first used.
    #[must_use]
    #[track_caller]
    pub const fn empty() -> Self {
        const { Self::SHARDS_ARE_A_POWER_OF_TWO };
        Self { parts: OnceLock::new(), origin: origin::<S::Origin>(Location::caller()) }
    }

    /// A map with the entries of `map`.
    ///
    /// ```
    /// use guarded_core::Sharded;
    /// use std::collections::HashMap;
    /// let stock: Sharded<HashMap<&str, u32>> = Sharded::new(HashMap::from([("bolt", 5)]));
    /// assert_eq!(stock.get_cloned("bolt"), Some(5));
    /// ```
    #[must_use]
    #[track_caller]
    pub fn new(map: T) -> Self {
        let sharded = Self::empty();
        let hasher = map.hasher().clone();
        let mut parts = sharded.make(hasher);
        for (key, value) in map.entries() {
            let hash = parts.hashing.hash(&key);
            let Shared { cells, hashing } = &mut parts;
            drop(Part::<T>::put(cells.of_mut(hash).get_mut(), hashing, hash, key, value));
        }
        let Ok(()) = sharded.parts.set(parts) else { unreachable!("it was made empty") };
        sharded
    }

    fn make(&self, hasher: T::Hasher) -> Shared<T, P, S> {
        let count = if SHARDS == 0 { default_count() } else { SHARDS };
        Shared { cells: Parts::new(count, &self.origin, || Part::<T>::NEW), hashing: Hashing::new(hasher) }
    }
}

/// A write that may be left by a panic.
struct Watched<'c, T: Shardable, P: Policy, S: Site>(&'c Shared<T, P, S>);

impl<T: Shardable, P: Policy, S: Site> Drop for Watched<'_, T, P, S> {
    #[inline(always)]
    fn drop(&mut self) {
        // Else the policy remembers nothing, and this is no code.
        if size_of::<P::Slot>() != 0 && std::thread::panicking() {
            self.0.spread_poison();
        }
    }
}

impl<T: Shardable, P: Policy, S: Site> Shared<T, P, S> {
    #[cold]
    fn spread_poison(&self) {
        if let Some(line) = self.cells.iter().find_map(Guarded::poisoned_by) {
            for cell in self.cells.iter() {
                cell.poison(line);
            }
        }
    }
}

impl<T: Shardable, P: Policy, S: Site, const SHARDS: usize> Sharded<T, P, S, SHARDS> {
    #[inline(always)]
    fn parts(&self) -> &Shared<T, P, S> {
        match self.parts.get() {
            Some(parts) => parts,
            None => self.first(),
        }
    }

    #[cold]
    fn first(&self) -> &Shared<T, P, S> {
        self.parts.get_or_init(|| self.make(T::Hasher::default()))
    }

    #[inline(always)]
    fn at<Q: ?Sized>(&self, key: &Q) -> (&Cell<T, P, S>, u64)
    where
        Part<T>: Lookup<Q, Context = Hashing<T::Hasher>, Hint = u64>,
    {
        let parts = self.parts();
        let hash = <Part<T> as Lookup<Q>>::hint(&parts.hashing, key);
        (parts.cells.of(hash), hash)
    }

    #[inline(always)]
    fn at_own(&self, key: &T::Key) -> (&Cell<T, P, S>, u64) {
        let parts = self.parts();
        let hash = parts.hashing.hash(key);
        (parts.cells.of(hash), hash)
    }

    fn cells(&self) -> impl Iterator<Item = &Cell<T, P, S>> {
        self.parts().cells.iter()
    }

    /// Watches a write: poison holds for the map, not for the keys that happen to be in one part.
    #[inline(always)]
    fn watch(&self) -> Watched<'_, T, P, S> {
        Watched(self.parts())
    }

    #[inline(always)]
    fn context(&self) -> &Hashing<T::Hasher> {
        &self.parts().hashing
    }

    keyed_calls! {
        table: Part<T>,
        context: Hashing<T::Hasher>,
        hint: u64,
        policy: P,
        site: S,
        where: (),
        use: "use guarded_core::{Guarded, Sharded}; use std::collections::HashMap;",
        new: "Sharded::<HashMap<String, u32>>::new(HashMap::from([(String::from(\"bolt\"), 5)]));",
        each: "Weak: one moment a shard. What others insert or remove meanwhile may be seen or not."
    }

    /// A std map with copies of all entries.
    ///
    /// ```
    /// use guarded_core::Sharded;
    /// use std::collections::HashMap;
    /// let stock: Sharded<HashMap<&str, u32>> = Sharded::new(HashMap::from([("bolt", 5)]));
    /// assert_eq!(stock.snapshot(), HashMap::from([("bolt", 5)]));
    /// ```
    ///
    /// # Consistency
    /// Weak: one moment a shard. What others insert or remove meanwhile may be seen or not.
    #[must_use]
    #[track_caller]
    pub fn snapshot(&self) -> T
    where
        T::Key: Clone,
        T::Value: Clone,
        S: Keyless,
    {
        let mut map = T::with_hasher(self.context().own().clone());
        self.for_each(|key, value| drop(map.put(&(), (), key.clone(), value.clone())));
        map
    }

    /// Takes all entries out, and returns them as a std map.
    ///
    /// ```
    /// use guarded_core::Sharded;
    /// use std::collections::HashMap;
    /// let stock: Sharded<HashMap<&str, u32>> = Sharded::new(HashMap::from([("bolt", 5)]));
    /// assert_eq!((stock.drain().len(), stock.len()), (1, 0));
    /// ```
    ///
    /// # Consistency
    /// Weak: one moment a shard. What others insert meanwhile is taken out or stays.
    #[must_use = "`clear()` is for those who don't want them"]
    #[track_caller]
    pub fn drain(&self) -> T
    where
        S: Keyless,
    {
        let mut map = T::with_hasher(self.context().own().clone());
        for cell in self.cells() {
            for (key, value) in scope::write(cell.hold_write(Poisoned::Refuse), |map| map.sift(|_, _| false))
            {
                drop(map.put(&(), (), key, value));
            }
        }
        map
    }

    /// A panic has left a write, and nobody has accepted the map since: `on_panic = poison`.
    ///
    /// ```
    /// use guarded_core::{Poison, Sharded};
    /// use std::collections::HashMap;
    /// let stock: Sharded<HashMap<&str, u32>, Poison> = Sharded::default();
    /// let half_way = || stock.with_write_key("bolt", |_| panic!("half way"));
    /// assert!(std::panic::catch_unwind(std::panic::AssertUnwindSafe(half_way)).is_err());
    /// assert!(stock.is_poisoned() && stock.try_with_read_key("nut", |_| ()).is_err(), "for all keys");
    /// stock.clear_poison();
    /// assert_eq!(stock.get_cloned("nut"), None);
    /// ```
    #[must_use]
    pub fn is_poisoned(&self) -> bool
    where
        P: Refuses,
    {
        self.cells().any(Guarded::is_poisoned)
    }

    /// Goes through all entries, of a poisoned map too, to repair or remove them, and accepts the map: the entries for which `keep` says
    /// `false` come back. As [`Guarded::recover`] for a map in parts.
    ///
    /// ```
    /// use guarded_core::{Poison, Sharded};
    /// use std::collections::HashMap;
    /// let stock: Sharded<HashMap<&str, i32>, Poison> = Sharded::new(HashMap::from([("bolt", -1), ("nut", 5)]));
    /// let half_way = || stock.with_write_key("nut", |_| panic!("half way"));
    /// assert!(std::panic::catch_unwind(std::panic::AssertUnwindSafe(half_way)).is_err());
    /// let removed = stock.recover(|_, n| *n >= 0);
    /// assert_eq!((removed, stock.get_cloned("nut")), (vec![("bolt", -1)], Some(5)));
    /// ```
    ///
    /// # Panics
    /// As [`Guarded::recover`]. Where `keep` panics, its shard is as the panic left it, and the map stays poisoned.
    ///
    /// # Deadlocks
    /// As [`Guarded::recover`], a shard at a time.
    ///
    /// # Consistency
    /// Weak: one moment a shard. Those that are done are open to others again.
    #[track_caller]
    pub fn recover(&self, mut keep: impl FnMut(&T::Key, &mut T::Value) -> bool) -> Vec<(T::Key, T::Value)>
    where
        P: crate::cell::Verifies<Part<T>>,
        S: Keyless,
    {
        let mut removed = Vec::new();
        for cell in self.cells() {
            removed.extend(cell.recover(|map| map.sift(&mut keep)));
        }
        removed
    }

    /// Accepts the map as it is. [`is_poisoned`](Self::is_poisoned) has an example.
    ///
    /// Panics and deadlocks are those of [`Guarded::clear_poison`].
    #[track_caller]
    pub fn clear_poison(&self)
    where
        P: Refuses,
        S: Keyless,
    {
        for cell in self.cells() {
            cell.clear_poison();
        }
    }

    /// The latest record of panics that left writes of this map: [`Guarded::left_by_panic`].
    ///
    /// ```
    /// use guarded_core::Sharded;
    /// use std::collections::HashMap;
    /// let stock: Sharded<HashMap<&str, u32>> = Sharded::default();
    /// assert!(stock.left_by_panic().is_none());
    /// ```
    #[must_use]
    pub fn left_by_panic(&self) -> Option<Left> {
        self.cells().find_map(Guarded::left_by_panic)
    }

    /// The map, taken out of the shards; it does not matter whether it is poisoned.
    ///
    /// ```
    /// use guarded_core::Sharded;
    /// use std::collections::HashMap;
    /// let stock: Sharded<HashMap<&str, u32>> = Sharded::new(HashMap::from([("bolt", 5)]));
    /// assert_eq!(stock.into_inner(), HashMap::from([("bolt", 5)]));
    /// ```
    #[must_use]
    pub fn into_inner(self) -> T {
        let Some(parts) = self.parts.into_inner() else { return T::with_hasher(T::Hasher::default()) };
        let mut map = T::with_hasher(parts.hashing.own().clone());
        for mut part in parts.cells.into_values() {
            for (key, value) in part.sift(|_, _| false) {
                drop(map.put(&(), (), key, value));
            }
        }
        map
    }
}

impl<T: Shardable, P: Policy, S: Site, const SHARDS: usize> From<T> for Sharded<T, P, S, SHARDS> {
    #[track_caller]
    fn from(map: T) -> Self {
        Self::new(map)
    }
}

impl<T: Shardable, P: Policy, S: Site, const SHARDS: usize> Default for Sharded<T, P, S, SHARDS> {
    #[track_caller]
    fn default() -> Self {
        Self::empty()
    }
}

/// Never waits: what is in a shard that is in use is left out, and said to be.
impl<T: Shardable<Key: fmt::Debug, Value: fmt::Debug>, P: Policy, S: Site, const SHARDS: usize> fmt::Debug
    for Sharded<T, P, S, SHARDS>
{
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut map = f.debug_map();
        let mut in_use = 0;
        for cell in self.cells() {
            match cell.try_hold_read(Limit::Now, Poisoned::Refuse) {
                Ok(hold) => hold.get().each(|key, value| {
                    map.entry(key, value);
                }),
                Err(_) => in_use += 1,
            }
        }
        if in_use == 0 {
            return map.finish();
        }
        map.entry(&format_args!("<locked>"), &format_args!("{in_use} shards")).finish()
    }
}

#[cfg(feature = "serde")]
mod with_serde {
    use super::{Keyless, Policy, Shardable, Sharded, Site};
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    /// As its [`snapshot`](Sharded::snapshot): each shard at one moment, and nothing is locked while it is written.
    impl<T, P: Policy, S: Keyless, const SHARDS: usize> Serialize for Sharded<T, P, S, SHARDS>
    where
        T: Shardable + Serialize,
        T::Key: Clone,
        T::Value: Clone,
    {
        #[track_caller]
        fn serialize<Z: Serializer>(&self, serializer: Z) -> Result<Z::Ok, Z::Error> {
            self.snapshot().serialize(serializer)
        }
    }

    impl<'de, T, P: Policy, S: Site, const SHARDS: usize> Deserialize<'de> for Sharded<T, P, S, SHARDS>
    where
        T: Shardable + Deserialize<'de>,
    {
        fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
            T::deserialize(deserializer).map(Self::new)
        }
    }
}
