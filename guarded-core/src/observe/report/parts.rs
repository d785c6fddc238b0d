//! How evenly the accesses of a field in parts spread over its parts.

use crate::map::spread;

/// The accesses of a field with many locks, `sharded` or `striped`, by part: a sample of one in 1024, all instances together.
///
/// A hasher that spreads badly shows in it, and so does one key that everybody asks for. (How the entries of one map lie tells
/// [`Sharded::balance`](crate::Sharded::balance).)
///
/// ```
/// use guarded_core::observe::report::PartsReport;
///
/// let mut parts = PartsReport::default();
/// parts.parts = 4;
/// parts.loads = vec![10, 10]; // two parts have had ten each, two none
/// assert_eq!((parts.samples(), parts.peak(), parts.evenness()), (20, 2.0, 0.5));
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[cfg_attr(feature = "json", derive(serde::Serialize))]
#[non_exhaustive]
pub struct PartsReport {
    /// How many parts an instance has.
    pub parts: u64,
    /// The sampled accesses of each part that had any, the hottest first.
    pub loads: Vec<u64>,
}

impl PartsReport {
    /// How many accesses were sampled. With few of them the rest says little.
    #[must_use]
    pub fn samples(&self) -> u64 {
        self.loads.iter().sum()
    }

    /// The hottest part's accesses, in those of the mean part: 1 where all are alike, the number of parts where one has all; 1 where
    /// nothing was sampled.
    #[must_use]
    pub fn peak(&self) -> f64 {
        spread::peak(self.loads.first().copied().unwrap_or(0), self.all(), self.samples())
    }

    /// The entropy of the accesses, in that of as many even ones: 1 where all are alike, 0 where one has all (Shannon's).
    #[must_use]
    pub fn evenness(&self) -> f64 {
        spread::evenness(self.loads.iter().copied(), self.all(), self.samples())
    }

    /// Of several instances there may be more than one has.
    fn all(&self) -> u64 {
        self.parts.max(self.loads.len() as u64)
    }
}
