//! Fields of guarded structs, by the keyed calls, which are the same under every strategy.

use super::{Collection, Key};
use guarded_state::{Entry, guarded};
use std::collections::HashMap;

macro_rules! field {
    ($name:ident, $(#[$attribute:meta])*) => {
        #[guarded]
        #[derive(Default)]
        pub(crate) struct $name<K: Key> {
            $(#[$attribute])*
            map: HashMap<K, u64>,
        }

        impl<K: Key> Collection<K> for $name<K> {
            fn get(&self, key: &K) -> Option<u64> {
                self.map.get_cloned(key)
            }

            fn put(&self, key: K, value: u64) -> bool {
                self.map.insert(key, value).is_none()
            }

            fn remove(&self, key: &K) -> bool {
                self.map.remove(key).is_some()
            }

            // The calls that change one entry in place take the key as their own.
            fn update(&self, key: &K) -> bool {
                self.map.with_write_key(key.clone(), |entry| {
                    let Entry::Occupied(mut entry) = entry else { return false };
                    *entry.get_mut() += 1;
                    true
                })
            }
        }
    };
}

field!(Sharded, #[guarded(sharded)]);
field!(Rw, #[guarded]);
field!(Mutex, #[guarded(mutex)]);
