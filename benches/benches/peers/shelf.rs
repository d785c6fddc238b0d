//! Concurrent maps from other crates.

use super::{Collection, Key};
use std::hash::BuildHasher;

macro_rules! dashmap {
    ($($map:path)*) => {$(
        impl<K: Key, S: BuildHasher + Clone + Default + Send + Sync> Collection<K> for $map {
            fn get(&self, key: &K) -> Option<u64> {
                Self::get(self, key).map(|value| *value)
            }

            fn put(&self, key: K, value: u64) -> bool {
                self.insert(key, value).is_none()
            }

            fn remove(&self, key: &K) -> bool {
                Self::remove(self, key).is_some()
            }

            fn update(&self, key: &K) -> bool {
                self.get_mut(key).map(|mut value| *value += 1).is_some()
            }
        }
    )*};
}

dashmap!(dashmap::DashMap<K, u64, S> dashmap7::DashMap<K, u64, S>);

impl<K: Key, S: BuildHasher + Default + Send + Sync> Collection<K> for scc::HashMap<K, u64, S> {
    fn get(&self, key: &K) -> Option<u64> {
        self.read_sync(key, |_, value| *value)
    }

    fn put(&self, key: K, value: u64) -> bool {
        self.upsert_sync(key, value).is_none()
    }

    fn remove(&self, key: &K) -> bool {
        self.remove_sync(key).is_some()
    }

    fn update(&self, key: &K) -> bool {
        self.update_sync(key, |_, value| *value += 1).is_some()
    }
}

impl<K: Key, S: BuildHasher + Default + Send + Sync> Collection<K> for scc::HashIndex<K, u64, S> {
    fn get(&self, key: &K) -> Option<u64> {
        self.peek_with(key, |_, value| *value)
    }

    fn put(&self, key: K, value: u64) -> bool {
        use scc::hash_index::Entry;
        match self.entry_sync(key) {
            Entry::Occupied(mut entry) => {
                entry.update(value);
                false
            }
            Entry::Vacant(entry) => {
                drop(entry.insert_entry(value));
                true
            }
        }
    }

    fn remove(&self, key: &K) -> bool {
        self.remove_sync(key)
    }

    fn update(&self, key: &K) -> bool {
        self.get_sync(key)
            .map(|mut entry| {
                let value = *entry.get() + 1;
                entry.update(value);
            })
            .is_some()
    }
}

// A pin for each call, as where calls come one by one.
impl<K: Key, S: BuildHasher + Default + Send + Sync> Collection<K> for papaya::HashMap<K, u64, S> {
    fn get(&self, key: &K) -> Option<u64> {
        self.pin().get(key).copied()
    }

    fn put(&self, key: K, value: u64) -> bool {
        self.pin().insert(key, value).is_none()
    }

    fn remove(&self, key: &K) -> bool {
        self.pin().remove(key).is_some()
    }

    fn update(&self, key: &K) -> bool {
        self.pin().update(key.clone(), |value| value + 1).is_some()
    }
}

impl<K: Key, S: BuildHasher + Default + Send + Sync> Collection<K> for flurry::HashMap<K, u64, S> {
    fn get(&self, key: &K) -> Option<u64> {
        self.pin().get(key).copied()
    }

    fn put(&self, key: K, value: u64) -> bool {
        self.pin().insert(key, value).is_none()
    }

    fn remove(&self, key: &K) -> bool {
        self.pin().remove(key).is_some()
    }

    fn update(&self, key: &K) -> bool {
        self.pin().compute_if_present(key, |_, value| Some(value + 1)).is_some()
    }
}
