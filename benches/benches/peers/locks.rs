//! A `HashMap` under one lock of `parking_lot` or of std, by hand.

use super::{Collection, Key};
use std::collections::HashMap;
use std::hash::BuildHasher;

macro_rules! locked {
    ($name:ident, $lock:path, |$this:ident| read $read:expr, write $write:expr) => {
        #[derive(Default)]
        pub(crate) struct $name<K, S>($lock);

        impl<K: Key, S: BuildHasher + Default + Send + Sync> Collection<K> for $name<K, S> {
            fn get(&self, key: &K) -> Option<u64> {
                let $this = &self.0;
                $read.get(key).copied()
            }

            fn put(&self, key: K, value: u64) -> bool {
                let $this = &self.0;
                $write.insert(key, value).is_none()
            }

            fn remove(&self, key: &K) -> bool {
                let $this = &self.0;
                $write.remove(key).is_some()
            }

            fn update(&self, key: &K) -> bool {
                let $this = &self.0;
                $write.get_mut(key).map(|value| *value += 1).is_some()
            }
        }
    };
}

locked!(PlRw, parking_lot::RwLock<HashMap<K, u64, S>>, |lock| read lock.read(), write lock.write());
locked!(PlMutex, parking_lot::Mutex<HashMap<K, u64, S>>, |lock| read lock.lock(), write lock.lock());
locked!(StdRw, std::sync::RwLock<HashMap<K, u64, S>>, |lock| read lock.read().unwrap(), write lock.write().unwrap());
locked!(StdMutex, std::sync::Mutex<HashMap<K, u64, S>>, |lock| read lock.lock().unwrap(), write lock.lock().unwrap());
