//! Hash tables keyed by small integers that this crate hands out itself: nobody can choose them to
//! collide, so a multiplication does, and the tables can be made in a constant.

use std::collections::{HashMap, HashSet};
use std::hash::{BuildHasherDefault, Hasher};

pub(super) type IdMap<K, V> = HashMap<K, V, BuildHasherDefault<IdHasher>>;
pub(super) type IdSet<K> = HashSet<K, BuildHasherDefault<IdHasher>>;

pub(super) const fn id_map<K, V>() -> IdMap<K, V> {
    HashMap::with_hasher(BuildHasherDefault::new())
}

pub(super) const fn id_set<K>() -> IdSet<K> {
    HashSet::with_hasher(BuildHasherDefault::new())
}

#[derive(Default)]
pub(super) struct IdHasher(u64);

impl IdHasher {
    /// 2^64 divided by the golden ratio: spreads runs of consecutive numbers evenly.
    const SPREAD: u64 = 0x9e37_79b9_7f4a_7c15;

    fn add(&mut self, word: u64) {
        self.0 = (self.0.rotate_left(23) ^ word).wrapping_mul(Self::SPREAD);
    }
}

impl Hasher for IdHasher {
    fn write(&mut self, bytes: &[u8]) {
        for &byte in bytes {
            self.add(u64::from(byte));
        }
    }

    fn write_u8(&mut self, n: u8) {
        self.add(u64::from(n));
    }

    fn write_u32(&mut self, n: u32) {
        self.add(u64::from(n));
    }

    fn write_usize(&mut self, n: usize) {
        self.add(n as u64);
    }

    fn finish(&self) -> u64 {
        // The product's high bits are its good ones; the table picks the bucket by the low ones.
        self.0 ^ (self.0 >> 32)
    }
}
