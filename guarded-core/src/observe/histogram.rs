//! A log-linear histogram of durations, made of plain atomics.
//!
//! Every power of two is split into eight buckets of equal width, so that a quantile is at most one eighth (12.5 %)
//! above the true value, over the whole range from a nanosecond to 18 minutes, in a fixed 2.4 KiB. (The layout is that of
//! `HdrHistogram` with three significant bits.)

use core::sync::atomic::Ordering;
use core::time::Duration;

use crate::observe::report::HoldReport;
use crate::sync::AtomicU64;

/// log2 of the number of buckets in each power of two.
const SUB_BITS: u32 = 3;
/// Durations of `2^RANGE_BITS` ns (18.3 minutes) and more share the last bucket.
const RANGE_BITS: u32 = 40;
/// One bucket a nanosecond below `2^SUB_BITS`, then `2^SUB_BITS` buckets a power of two.
const IN_RANGE: usize = ((RANGE_BITS - SUB_BITS + 1) as usize) << SUB_BITS;

/// Counts durations by size; quantiles are known to 12.5 %, the maximum exactly.
///
/// # Cost
///
/// 2448 bytes, so it belongs in a lazily allocated box. [`record`](Self::record) is one atomic addition and one load,
/// plus one more read-modify-write for a new maximum; it never allocates, blocks or loops over the buckets.
pub(crate) struct Histogram {
    /// The buckets in range, then the one of all that is above it.
    buckets: [AtomicU64; IN_RANGE + 1],
    max: AtomicU64,
}

impl Histogram {
    /// An empty histogram.
    pub(crate) const fn new() -> Self {
        Self { buckets: [const { AtomicU64::new(0) }; IN_RANGE + 1], max: AtomicU64::new(0) }
    }

    /// Counts one duration.
    pub(crate) fn record(&self, ns: u64) {
        // The load spares nearly every record the read-modify-write of a line that other threads read.
        if ns > self.max.load(Ordering::Relaxed) {
            self.max.fetch_max(ns, Ordering::Relaxed);
        }
        // Release, paired with the acquire in `summary`: who counts this sample also sees its maximum.
        self.buckets[bucket_of(ns)].fetch_add(1, Ordering::Release);
    }

    /// Number of samples, median, 99th percentile (nearest rank) and maximum.
    ///
    /// A quantile is the upper bound of its bucket, yet never above the exact maximum. Samples recorded meanwhile may
    /// or may not be counted; `p50 <= p99 <= max` holds in any case.
    pub(crate) fn summary(&self) -> HoldReport {
        let mut counts = [0_u64; IN_RANGE + 1];
        let mut samples = 0_u64;
        for (count, bucket) in counts.iter_mut().zip(&self.buckets) {
            *count = bucket.load(Ordering::Acquire);
            samples = samples.saturating_add(*count);
        }
        if samples == 0 {
            return HoldReport::default();
        }
        let max = self.max.load(Ordering::Relaxed);
        let quantile = |rank: u64| Duration::from_nanos(value_at(&counts, rank).min(max));
        HoldReport {
            samples,
            // The nearest ranks, ceil(n * q), written so that they cannot overflow.
            p50: quantile(samples - samples / 2),
            p99: quantile(samples - samples / 100),
            max: Duration::from_nanos(max),
        }
    }
}

impl core::fmt::Debug for Histogram {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_tuple("Histogram").field(&self.summary()).finish()
    }
}

/// The index of the bucket that counts `ns`.
const fn bucket_of(ns: u64) -> usize {
    if ns >= 1 << RANGE_BITS {
        return IN_RANGE;
    }
    if ns < 1 << SUB_BITS {
        return small(ns);
    }
    let exponent = ns.ilog2();
    let shift = exponent - SUB_BITS;
    // The leading bit selects the power of two, the three after it the bucket inside.
    small((((shift + 1) as u64) << SUB_BITS) + ((ns >> shift) - (1 << SUB_BITS)))
}

/// The largest duration that the bucket counts.
const fn upper_bound(bucket: usize) -> u64 {
    if bucket >= IN_RANGE {
        return u64::MAX;
    }
    let bucket = bucket as u64;
    if bucket < 1 << SUB_BITS {
        return bucket;
    }
    let shift = (bucket >> SUB_BITS) - 1;
    let first = ((bucket & ((1 << SUB_BITS) - 1)) | (1 << SUB_BITS)) << shift;
    first + (1 << shift) - 1
}

/// The upper bound of the bucket that holds the sample of this rank, counted from one.
fn value_at(counts: &[u64], rank: u64) -> u64 {
    let mut below = 0_u64;
    for (bucket, count) in counts.iter().enumerate() {
        below = below.saturating_add(*count);
        if below >= rank {
            return upper_bound(bucket);
        }
    }
    u64::MAX
}

/// An index below `IN_RANGE`, which fits every `usize`.
#[expect(clippy::cast_possible_truncation, reason = "at most 304")]
const fn small(index: u64) -> usize {
    index as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(samples: impl IntoIterator<Item = u64>) -> HoldReport {
        let histogram = Histogram::new();
        samples.into_iter().for_each(|ns| histogram.record(ns));
        histogram.summary()
    }

    fn ns(duration: Duration) -> u64 {
        u64::try_from(duration.as_nanos()).unwrap()
    }

    #[test]
    fn size_is_as_documented() {
        assert_eq!(size_of::<Histogram>(), 2448);
    }

    #[test]
    fn can_be_a_static() {
        static HISTOGRAM: Histogram = Histogram::new();
        HISTOGRAM.record(3);
        assert_eq!(HISTOGRAM.summary().samples, 1);
    }

    #[test]
    fn empty_is_all_zero() {
        assert_eq!(of([]), HoldReport::default());
    }

    #[test]
    fn zero_is_a_sample() {
        let summary = of([0]);
        assert_eq!((summary.samples, summary.max), (1, Duration::ZERO));
    }

    #[test]
    fn buckets_are_contiguous_and_ordered() {
        for bucket in 0..IN_RANGE {
            let last = upper_bound(bucket);
            assert_eq!(bucket_of(last), bucket);
            assert_eq!(bucket_of(last + 1), bucket + 1);
        }
        assert_eq!(upper_bound(IN_RANGE - 1), (1 << RANGE_BITS) - 1);
        assert_eq!(bucket_of(u64::MAX), IN_RANGE);
    }

    #[test]
    fn bound_is_at_most_an_eighth_above() {
        for power in 0..RANGE_BITS {
            for value in [1_u64 << power, (1 << power) + 1, (1 << power) * 3 / 2, (2 << power) - 1] {
                let bound = upper_bound(bucket_of(value));
                assert!(bound >= value, "{value} in a bucket that ends at {bound}");
                assert!((bound - value) * 8 <= value, "{value} is told as {bound}");
            }
        }
    }

    #[test]
    fn single_sample_is_told_exactly() {
        for value in [1, 7, 8, 1000, 123_456_789, 1 << 40, u64::MAX] {
            let summary = of([value]);
            assert_eq!([summary.p50, summary.p99, summary.max].map(ns), [value; 3]);
        }
    }

    #[test]
    fn quantiles_are_nearest_ranks() {
        // Values below eight have a bucket each, so the quantiles are exact.
        assert_eq!(ns(of([1, 2, 3, 4]).p50), 2);
        assert_eq!(ns(of([1, 2, 3, 4, 5]).p50), 3);
        let of_hundred = |slow| of((0..100).map(|i| if i < slow { 7 } else { 1 }));
        assert_eq!(ns(of_hundred(1).p99), 1);
        assert_eq!(ns(of_hundred(1).max), 7);
        assert_eq!(ns(of_hundred(2).p99), 7);
    }

    #[test]
    fn quantiles_of_a_ramp_are_within_an_eighth() {
        let summary = of(1..=100_000);
        for (told, truth) in [(summary.p50, 50_000), (summary.p99, 99_000)] {
            assert!((truth..=truth + truth / 8).contains(&ns(told)), "{told:?} for {truth}");
        }
        assert_eq!(ns(summary.max), 100_000);
    }

    #[test]
    fn beyond_the_range_saturates_to_the_maximum() {
        let summary = of([1 << 41, 1 << 50]);
        assert_eq!([summary.p50, summary.max].map(ns), [1 << 50; 2]);
    }

    #[test]
    fn no_sample_is_lost_between_threads() {
        let histogram = Histogram::new();
        std::thread::scope(|scope| {
            for thread in 1..=4_u64 {
                let histogram = &histogram;
                scope.spawn(move || {
                    for i in 0..1000 {
                        histogram.record(i * thread);
                        let summary = histogram.summary();
                        assert!(summary.p50 <= summary.p99 && summary.p99 <= summary.max);
                    }
                });
            }
        });
        let summary = histogram.summary();
        assert_eq!((summary.samples, ns(summary.max)), (4000, 3996));
    }
}
