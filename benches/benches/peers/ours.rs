//! Fields of guarded structs, by the keyed calls, which are the same under every strategy.

use super::{Collection, Key};
use guarded_state::guarded;
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

            fn update(&self, key: &K) -> bool {
                self.map.modify(key, |value| *value += 1).is_some()
            }
        }
    };
}

field!(Sharded, #[guarded(sharded)]);
field!(ReadMostly, #[guarded(sharded(read_mostly))]);
field!(Rw, #[guarded]);
field!(Mutex, #[guarded(mutex)]);
