//! How evenly the entries lie.

use super::{Shardable, Sharded};
use crate::cell::Policy;
use crate::cell::hold::Poisoned;
use crate::map::keyed::scope;
use crate::map::spread;
use crate::map::table::Map;
use crate::site::{Keyless, Site};
use std::fmt;

/// How many entries each shard has. `Display` is one line; a hasher that spreads badly shows in it.
///
/// ```
/// use guarded_core::Sharded;
/// use std::collections::HashMap;
/// let numbers: Sharded<HashMap<u32, ()>> = Sharded::new((0..10_000).map(|n| (n, ())).collect());
/// let balance = numbers.balance();
/// assert_eq!(balance.entries(), 10_000);
/// assert!(balance.peak() < 2.0, "{balance}");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Balance {
    loads: Vec<usize>,
}

impl Balance {
    /// The entries of each shard.
    #[must_use]
    pub fn loads(&self) -> &[usize] {
        &self.loads
    }

    /// The entries of all.
    #[must_use]
    pub fn entries(&self) -> usize {
        self.loads.iter().sum()
    }

    /// The fullest shard: its number, and its entries.
    #[must_use]
    pub fn fullest(&self) -> (usize, usize) {
        let fullest = self.loads.iter().copied().enumerate().max_by_key(|(_, load)| *load);
        fullest.unwrap_or_default()
    }

    /// The fullest shard's entries, in those of the mean shard: 1 where all are alike, the number of shards where one has
    /// all; 1 for a map without entries.
    #[must_use]
    pub fn peak(&self) -> f64 {
        spread::peak(self.fullest().1 as u64, self.loads.len() as u64, self.entries() as u64)
    }

    /// The entropy of the loads, in that of as many even ones: 1 where all are alike, 0 where one has all (Shannon's).
    #[must_use]
    pub fn evenness(&self) -> f64 {
        let loads = self.loads.iter().map(|load| *load as u64);
        spread::evenness(loads, self.loads.len() as u64, self.entries() as u64)
    }
}

impl fmt::Display for Balance {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (number, load) = self.fullest();
        write!(
            f,
            "{} entries in {} shards, the fullest (number {number}) with {load}: {:.2} of the mean; evenness {:.3}",
            self.entries(),
            self.loads.len(),
            self.peak(),
            self.evenness()
        )
    }
}

impl<T: Shardable, P: Policy, S: Site, const SHARDS: usize> Sharded<T, P, S, SHARDS> {
    /// How many entries each shard has.
    ///
    /// ```
    /// use guarded_core::Sharded;
    /// use std::collections::HashMap;
    /// let stock: Sharded<HashMap<&str, u32>> = Sharded::new(HashMap::from([("bolt", 5)]));
    /// println!("{}", stock.balance());
    /// ```
    ///
    /// # Consistency
    /// Weak: one moment a shard.
    #[must_use]
    #[track_caller]
    pub fn balance(&self) -> Balance
    where
        S: Keyless,
    {
        let mut loads = Vec::new();
        for cell in self.cells() {
            loads.push(scope::read(cell.hold_read(Poisoned::Refuse), Map::count));
        }
        Balance { loads }
    }
}
