//! One hash a call: it tells the shard, the place in the shard, and the tag there.

use foldhash::fast::RandomState as Fast;
use std::any::TypeId;
use std::collections::hash_map::RandomState;
use std::hash::{BuildHasher, Hash};

/// How keys are hashed: by the hasher that the map's type names; where it names none, by a quicker one than std's.
#[allow(unreachable_pub, missing_debug_implementations)] // named by a sealed trait's hidden type only
pub struct Hashing<H> {
    own: H,
    /// In place of std's default, which costs several times as much: seeded at random as well.
    fast: Fast,
}

impl<H: BuildHasher + 'static> Hashing<H> {
    pub(in crate::map) fn new(own: H) -> Self {
        Self { own, fast: Fast::default() }
    }

    #[inline]
    pub(in crate::map) fn hash<Q: Hash + ?Sized>(&self, key: &Q) -> u64 {
        if TypeId::of::<H>() == TypeId::of::<RandomState>() {
            self.fast.hash_one(key)
        } else {
            mix(self.own.hash_one(key))
        }
    }

    pub(in crate::map) fn own(&self) -> &H {
        &self.own
    }

    pub(in crate::map) fn into_own(self) -> H {
        self.own
    }
}

/// Spreads a weak hash (the key itself, say) over all bits: those of the shard, of the place and of the tag.
#[inline]
fn mix(mut hash: u64) -> u64 {
    const FACTOR: u64 = 0xD6E8_FEB8_6659_FD93;
    // Twice, so that keys which differ in high bits only are as different as others.
    hash = (hash ^ hash >> 32).wrapping_mul(FACTOR);
    hash = (hash ^ hash >> 32).wrapping_mul(FACTOR);
    hash ^ hash >> 32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_weak_hash_reaches_all_bits() {
        for (differ, shift) in
            [0, 6, 12, 32, 57].into_iter().flat_map(|from| (0..57).map(move |to| (from, to)))
        {
            let mut seen = std::collections::HashSet::new();
            for key in 0..128_u64 {
                seen.insert(mix(key << differ) >> shift & 127);
            }
            // By chance it would be 81.
            assert!(
                seen.len() > 64,
                "{} values of 128 at bit {shift} where keys differ at {differ}",
                seen.len()
            );
        }
    }
}
