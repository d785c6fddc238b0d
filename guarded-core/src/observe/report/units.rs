//! Numbers as people and as machines read them.

use core::fmt;
use core::time::Duration;

/// Whole nanoseconds; what 64 bits cannot hold (584 years) saturates.
pub(super) fn nanos(duration: Duration) -> u64 {
    u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX)
}

/// A duration in the unit that suits it: `95 ns`, `12.3 us`, `4.1 ms`, `123 s`.
pub(super) struct Human(pub(super) Duration);

impl fmt::Display for Human {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ns = self.0.as_nanos();
        if ns < 1000 {
            return f.pad(&format!("{ns} ns"));
        }
        let units = [("us", 1_000), ("ms", 1_000_000), ("s", 1_000_000_000)];
        f.pad(&scaled(ns, " ", &units))
    }
}

/// A count: exact up to five digits, then `123k`, `1.2M`, `18.4E`.
pub(super) struct Count(pub(super) u64);

impl fmt::Display for Count {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0 < 100_000 {
            return f.pad(&self.0.to_string());
        }
        let units = [
            ("k", 1_000),
            ("M", 1_000_000),
            ("G", 1_000_000_000),
            ("T", 1_000_000_000_000),
            ("P", 1_000_000_000_000_000),
            ("E", 1_000_000_000_000_000_000),
        ];
        f.pad(&scaled(u128::from(self.0), "", &units))
    }
}

/// A count with its digits in groups of three, set apart by narrow no-break spaces.
pub(super) struct Grouped(pub(super) u64);

impl fmt::Display for Grouped {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let digits = self.0.to_string();
        for (i, digit) in digits.char_indices() {
            if i > 0 && (digits.len() - i).is_multiple_of(3) {
                f.write_str("\u{202f}")?;
            }
            write!(f, "{digit}")?;
        }
        Ok(())
    }
}

/// A duration in seconds as an exact decimal, without trailing zeros.
pub(super) struct Seconds(pub(super) Duration);

impl fmt::Display for Seconds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let exact = format!("{}.{:09}", self.0.as_secs(), self.0.subsec_nanos());
        f.write_str(exact.trim_end_matches('0').trim_end_matches('.'))
    }
}

/// `value` in the first unit that keeps it below a thousand (else in the last): one decimal below a hundred, then none.
fn scaled(value: u128, gap: &str, units: &[(&str, u128)]) -> String {
    let mut text = String::new();
    for (unit, size) in units {
        let tenths = (value * 10 + size / 2) / size;
        let whole = (value + size / 2) / size;
        text = if tenths < 1000 {
            format!("{}.{}{gap}{unit}", tenths / 10, tenths % 10)
        } else {
            format!("{whole}{gap}{unit}")
        };
        if whole < 1000 {
            break;
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_take_the_unit_that_suits_them() {
        let human = |ns| Human(Duration::from_nanos(ns)).to_string();
        for (ns, told) in [
            (0, "0 ns"),
            (999, "999 ns"),
            (1_000, "1.0 us"),
            (12_345, "12.3 us"),
            (99_949, "99.9 us"),
            (99_950, "100 us"),
            (999_499, "999 us"),
            (999_500, "1.0 ms"),
            (4_115_000, "4.1 ms"),
            (999_500_000, "1.0 s"),
            (61_000_000_000, "61.0 s"),
            (5_000_000_000_000, "5000 s"),
        ] {
            assert_eq!(human(ns), told);
        }
        assert_eq!(format!("{:>9}|", Human(Duration::from_nanos(5))), "     5 ns|");
    }

    #[test]
    fn counts_are_exact_while_short() {
        for (count, told) in [
            (0, "0"),
            (99_999, "99999"),
            (100_000, "100k"),
            (999_499, "999k"),
            (999_500, "1.0M"),
            (12_345_678, "12.3M"),
            (u64::MAX, "18.4E"),
        ] {
            assert_eq!(Count(count).to_string(), told);
        }
    }

    #[test]
    fn digits_are_grouped_from_the_right() {
        assert_eq!(Grouped(7).to_string(), "7");
        assert_eq!(Grouped(123).to_string(), "123");
        assert_eq!(Grouped(1_234_567).to_string(), "1\u{202f}234\u{202f}567");
    }

    #[test]
    fn seconds_are_exact() {
        for (ns, told) in [(0, "0"), (1, "0.000000001"), (1_500_000_000, "1.5"), (10_000_000_000, "10")] {
            assert_eq!(Seconds(Duration::from_nanos(ns)).to_string(), told);
        }
    }

    #[test]
    fn nanoseconds_saturate() {
        assert_eq!(nanos(Duration::MAX), u64::MAX);
    }
}
