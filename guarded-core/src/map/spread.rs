//! How evenly loads lie on parts: entries on shards, accesses on locks.

/// The greatest load, in those of the mean of `parts`; 1 where there is none.
#[allow(clippy::cast_precision_loss)] // a ratio to be looked at
pub(crate) fn peak(greatest: u64, parts: u64, all: u64) -> f64 {
    if all == 0 { 1.0 } else { greatest as f64 * parts as f64 / all as f64 }
}

/// The entropy of the loads, in that of as many even ones as there are `parts`: 1 where all are alike, 0 where one has all
/// (Shannon's).
#[allow(clippy::cast_precision_loss)] // a ratio to be looked at
pub(crate) fn evenness(loads: impl Iterator<Item = u64>, parts: u64, all: u64) -> f64 {
    if all == 0 || parts < 2 {
        return 1.0;
    }
    let shares = loads.filter(|load| *load > 0).map(|load| load as f64 / all as f64);
    let entropy: f64 = shares.map(|share| -share * share.log2()).sum();
    (entropy / (parts as f64).log2()).max(0.0)
}
