//! Folded stacks, the input of flame graph tools.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::time::Duration;

use super::{Report, width};

impl Report {
    /// Time spent waiting as folded stacks: `field;holder line;waiter line microseconds`, one pair of lines each.
    ///
    /// Any flame graph tool draws it (`inferno-flamegraph`, `flamegraph.pl`, speedscope): the widest field is the one
    /// that costs most, above it the lines that held it, above those the lines that waited. A wait below a microsecond
    /// counts as one, so that no pair vanishes.
    ///
    /// ```
    /// # use guarded_core::observe::report::Report;
    /// assert_eq!(Report::default().to_folded(), "");
    /// ```
    #[must_use]
    pub fn to_folded(&self) -> String {
        let mut stacks: BTreeMap<String, Duration> = BTreeMap::new();
        for wait in &self.waits {
            let holder = wait.holder.map_or_else(
                || "held by an unknown line".to_owned(),
                |place| format!("held at {}", frame(&place.to_string())),
            );
            let waiter = frame(&wait.waiter.to_string());
            let stack = format!("{};{holder};waited at {waiter}", frame(&wait.field));
            let total = stacks.entry(stack).or_default();
            *total = total.saturating_add(wait.total);
        }
        let mut out = String::new();
        for (stack, total) in stacks {
            let _ = writeln!(out, "{stack} {}", total.as_micros().max(1));
        }
        out
    }
}

/// `text` as one frame: a semicolon (as in `Cache<[u8; 4]>`) would end it, a line break the stack.
fn frame(text: &str) -> String {
    width::printable(text).replace(';', ",")
}

#[cfg(test)]
mod tests {
    use super::super::sample::{self, AUDIT, STORE, wait};
    use super::*;

    #[test]
    fn one_line_for_each_pair_sorted() {
        let folded = sample::report().to_folded();
        let lines: Vec<_> = folded.lines().collect();
        assert_eq!(
            lines,
            [
                "Evil<'a, \"q\\\\n,{}&\">.fi\\u{1b}eld;held at src\\odd \"file\".rs:2;waited at src/audit.rs:7 1",
                "Inventory.stock;held at src/store.rs:40;waited at src/order.rs:12 12300",
                "Inventory.stock;held by an unknown line;waited at src/audit.rs:7 45",
            ]
        );
    }

    #[test]
    fn every_line_has_three_frames_and_a_number() {
        for line in sample::report().to_folded().lines() {
            let (stack, value) = line.rsplit_once(' ').unwrap();
            assert_eq!(stack.split(';').count(), 3, "{line}");
            assert!(value.parse::<u64>().unwrap() > 0);
        }
    }

    #[test]
    fn equal_stacks_are_summed() {
        let mut report = Report::default();
        report.waits.push(wait("A.b", AUDIT, Some(STORE), 1, 10));
        report.waits.push(wait("A.b", AUDIT, Some(STORE), 1, 32));
        assert_eq!(report.to_folded(), "A.b;held at src/store.rs:40;waited at src/audit.rs:7 42\n");
    }
}
