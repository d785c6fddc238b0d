//! The maps that are measured, each by the calls that its own documentation recommends.

mod locks;
mod ours;
mod shelf;

use std::hash::Hash;

/// A key: a number, or text.
pub(crate) trait Key: Hash + Ord + Clone + Default + Send + Sync + 'static {
    /// What the results call it.
    const NAME: &'static str;

    /// Another one for each number.
    fn of(number: usize) -> Self;
}

impl Key for u64 {
    const NAME: &'static str = "u64";

    fn of(number: usize) -> Self {
        (number as Self).wrapping_mul(0x9E37_79B9_7F4A_7C15) // neither small nor in order
    }
}

impl Key for String {
    const NAME: &'static str = "String";

    fn of(number: usize) -> Self {
        format!("key number {number}")
    }
}

/// What every map can do. The keys of `put` are its own, as in every map; `update` gets what the map's own call asks for.
pub(crate) trait Collection<K>: Default + Send + Sync {
    fn get(&self, key: &K) -> Option<u64>;
    /// Whatever was there, it is this then. True if nothing was.
    fn put(&self, key: K, value: u64) -> bool;
    fn remove(&self, key: &K) -> bool;
    /// Adds one to what is there. False if nothing is.
    fn update(&self, key: &K) -> bool;
}

/// Does something with a collection whose type is known where it is called only.
pub(crate) trait Work<K: Key> {
    type Result;
    fn with<C: Collection<K>>(&self) -> Self::Result;
}

/// One map.
pub(crate) struct Entry<W: ?Sized, R> {
    pub name: &'static str,
    pub kind: Kind,
    pub run: fn(&W) -> R,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Fields of this library.
    Ours,
    /// Another map, as it comes.
    Peer,
    /// Another map, told to hash as ours does.
    SameHash,
}

/// All of them.
pub(crate) fn entries<K: Key, W: Work<K>>() -> Vec<Entry<W, W::Result>> {
    use std::hash::RandomState as Std;
    type Fold = foldhash::fast::RandomState;

    fn entry<K: Key, W: Work<K>, C: Collection<K>>(name: &'static str, kind: Kind) -> Entry<W, W::Result> {
        Entry { name, kind, run: W::with::<C> }
    }
    let (ours, peer, same) = (Kind::Ours, Kind::Peer, Kind::SameHash);
    vec![
        entry::<K, W, ours::Sharded<K>>("sharded", ours),
        entry::<K, W, ours::ReadMostly<K>>("sharded, read_mostly", ours),
        entry::<K, W, ours::Rw<K>>("rw", ours),
        entry::<K, W, ours::Mutex<K>>("mutex", ours),
        entry::<K, W, dashmap::DashMap<K, u64>>("dashmap 6", peer),
        entry::<K, W, dashmap7::DashMap<K, u64>>("dashmap 7 rc", peer),
        entry::<K, W, scc::HashMap<K, u64>>("scc HashMap", peer),
        entry::<K, W, scc::HashIndex<K, u64>>("scc HashIndex", peer),
        entry::<K, W, papaya::HashMap<K, u64>>("papaya", peer),
        entry::<K, W, flurry::HashMap<K, u64>>("flurry", peer),
        entry::<K, W, locks::PlRw<K, Std>>("parking_lot RwLock", peer),
        entry::<K, W, locks::PlMutex<K, Std>>("parking_lot Mutex", peer),
        entry::<K, W, locks::StdRw<K, Std>>("std RwLock", peer),
        entry::<K, W, locks::StdMutex<K, Std>>("std Mutex", peer),
        entry::<K, W, dashmap::DashMap<K, u64, Fold>>("dashmap 6, foldhash", same),
        entry::<K, W, dashmap7::DashMap<K, u64, Fold>>("dashmap 7 rc, foldhash", same),
        entry::<K, W, scc::HashMap<K, u64, Fold>>("scc HashMap, foldhash", same),
        entry::<K, W, scc::HashIndex<K, u64, Fold>>("scc HashIndex, foldhash", same),
        entry::<K, W, papaya::HashMap<K, u64, Fold>>("papaya, foldhash", same),
        entry::<K, W, flurry::HashMap<K, u64, Fold>>("flurry, foldhash", same),
        entry::<K, W, locks::PlRw<K, Fold>>("parking_lot RwLock, foldhash", same),
        entry::<K, W, locks::PlMutex<K, Fold>>("parking_lot Mutex, foldhash", same),
    ]
}
