//! One hash a call: it tells the shard, the place in the shard, and the tag there.

use foldhash::fast::RandomState as Fast;
use std::any::TypeId;
use std::collections::hash_map::RandomState;
use std::hash::{BuildHasher, Hash};

/// How keys are hashed.
pub(super) struct Hashing<H> {
    own: H,
    /// In place of std's default, which costs several times as much: seeded at random as well.
    fast: Fast,
}

impl<H: BuildHasher + 'static> Hashing<H> {
    pub(super) fn new(own: H) -> Self {
        Self { own, fast: Fast::default() }
    }

    #[inline]
    pub(super) fn hash<Q: Hash + ?Sized>(&self, key: &Q) -> u64 {
        if TypeId::of::<H>() == TypeId::of::<RandomState>() {
            self.fast.hash_one(key)
        } else {
            mix(self.own.hash_one(key))
        }
    }

    pub(super) fn into_own(self) -> H {
        self.own
    }
}

/// Spreads a weak hash (the key itself, say) over all bits: those of the shard, of the place and of the tag.
#[inline]
#[allow(clippy::cast_possible_truncation)] // the two halves of a product
fn mix(hash: u64) -> u64 {
    let product = u128::from(hash ^ 0x243F_6A88_85A3_08D3) * 0x9E37_79B9_7F4A_7C15_u128;
    (product >> 64) as u64 ^ product as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_weak_hash_reaches_all_bits() {
        for shift in 0..57 {
            let mut seen = std::collections::HashSet::new();
            for key in 0..128_u64 {
                seen.insert(mix(key) >> shift & 127);
            }
            assert!(seen.len() > 60, "128 keys have {} of 128 values at bit {shift}", seen.len());
        }
    }
}
