//! The exposition text format of Prometheus, version 0.0.4.

use std::collections::BTreeMap;
use std::fmt::{Display, Write as _};
use std::time::Duration;

use super::units::Seconds;
use super::{FieldReport, HoldReport, Place, Report, WaitReport};

impl Report {
    /// The `Content-Type` to answer a scrape with.
    pub const PROMETHEUS_CONTENT_TYPE: &'static str = "text/plain; version=0.0.4; charset=utf-8";

    /// The report in the Prometheus exposition format: counters in `_total`, durations in seconds.
    ///
    /// Call it when scraped and answer with [`PROMETHEUS_CONTENT_TYPE`](Self::PROMETHEUS_CONTENT_TYPE). The number of
    /// series is bounded by the source text (fields and pairs of lines), never by the number of cells or threads.
    ///
    /// ```
    /// # use guarded_core::observe::report::Report;
    /// let text = Report::default().to_prometheus();
    /// assert!(text.contains("\nguarded_state_waits_unlisted_total 0\n"));
    /// ```
    #[must_use]
    pub fn to_prometheus(&self) -> String {
        let mut out = String::new();
        acquisitions(&mut out, &self.fields);
        let counters: [(&str, &str, Count); 4] = [
            ("contended_total", "Acquisitions that found the lock taken.", |f| f.contended),
            ("waits_total", "Acquisitions that had to sleep.", |f| f.waits),
            ("stalls_total", "Waits that were reported as stalled.", |f| f.stalls),
            ("panics_total", "Panics that unwound through a locked section.", |f| f.panics),
        ];
        for (name, help, count) in counters {
            let mut family = Family::new(name, Type::Counter, help);
            for field in &self.fields {
                family.add(field_labels(field), u128::from(count(field)));
            }
            family.write(&mut out, |sum| sum.to_string());
        }
        waiting(&mut out, &self.fields);
        holding(&mut out, &self.fields);
        spreading(&mut out, &self.fields);
        pairs(&mut out, &self.waits);
        let mut lost = Family::new(
            "waits_unlisted_total",
            Type::Counter,
            "Waits without a pair of lines, since the observer's table was full.",
        );
        lost.add(String::new(), u128::from(self.waits_lost));
        lost.write(&mut out, |sum| sum.to_string());
        out
    }
}

type Count = fn(&FieldReport) -> u64;
type Quantile = fn(&HoldReport) -> Duration;

/// How often each field was locked, by mode.
fn acquisitions(out: &mut String, fields: &[FieldReport]) {
    let mut family = Family::new("acquisitions_total", Type::Counter, "Times the field was locked.");
    for field in fields {
        for (mode, count) in [("read", field.reads), ("write", field.writes)] {
            family.add(field_labels(field) + "," + &label("mode", mode), u128::from(count));
        }
    }
    family.write(out, |sum| sum.to_string());
}

/// For how long threads waited for each field.
fn waiting(out: &mut String, fields: &[FieldReport]) {
    let mut total =
        Family::new("wait_seconds_total", Type::Counter, "Time spent asleep waiting for the field.");
    let mut max = Family::new("wait_max_seconds", Type::Gauge, "The longest wait for the field.");
    for field in fields {
        total.add(field_labels(field), field.wait_total.as_nanos());
        max.add(field_labels(field), field.wait_max.as_nanos());
    }
    total.write(out, seconds);
    max.write(out, seconds);
}

/// How evenly the accesses of fields with many locks spread over them; in thousandths, as the families hold whole numbers.
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // small ratios, never negative
fn spreading(out: &mut String, fields: &[FieldReport]) {
    let mut peak = Family::new(
        "parts_peak_ratio",
        Type::Gauge,
        "Sampled accesses of the hottest part, in those of the mean part.",
    );
    let mut unevenness = Family::new(
        "parts_unevenness_ratio",
        Type::Gauge,
        "How far the entropy of the accesses by part is from that of even ones: 0 is even.",
    );
    for field in fields {
        let Some(spread) = field.sampled() else { continue };
        peak.add(field_labels(field), (spread.peak() * 1e3) as u128);
        unevenness.add(field_labels(field), ((1.0 - spread.evenness()) * 1e3) as u128);
    }
    let thousandths = |value: u128| format!("{}.{:03}", value / 1000, value % 1000);
    peak.write(out, thousandths);
    unevenness.write(out, thousandths);
}

/// For how long each field was held. No quantile is told where nothing was timed: a zero would look like a fast lock.
fn holding(out: &mut String, fields: &[FieldReport]) {
    let mut samples = Family::new("hold_samples_total", Type::Counter, "Holds of the field that were timed.");
    let quantiles: [(&str, &str, Quantile); 3] = [
        ("hold_p50_seconds", "Median time that the field was held.", |h| h.p50),
        ("hold_p99_seconds", "99th percentile of the time that the field was held.", |h| h.p99),
        ("hold_max_seconds", "Longest timed hold of the field.", |h| h.max),
    ];
    let mut families = quantiles.map(|(name, help, _)| Family::new(name, Type::Gauge, help));
    for field in fields {
        for (holds, report) in [("sampled", &field.hold), ("after_wait", &field.hold_contended)] {
            let labels = field_labels(field) + "," + &label("holds", holds);
            if report.samples > 0 {
                for (family, (_, _, quantile)) in families.iter_mut().zip(&quantiles) {
                    family.add(labels.clone(), quantile(report).as_nanos());
                }
            }
            samples.add(labels, u128::from(report.samples));
        }
    }
    samples.write(out, |sum| sum.to_string());
    for family in families {
        family.write(out, seconds);
    }
}

/// Who waited behind whom.
fn pairs(out: &mut String, waits: &[WaitReport]) {
    let mut count = Family::new("waits_behind_total", Type::Counter, "Waits of one line behind another.");
    let mut total =
        Family::new("wait_behind_seconds_total", Type::Counter, "Time one line waited behind another.");
    for wait in waits {
        let labels = [
            label("field", &wait.field),
            label("waiter", wait.waiter),
            label("holder", wait.holder.as_ref().map_or("unknown".to_owned(), Place::to_string)),
        ]
        .join(",");
        count.add(labels.clone(), u128::from(wait.count));
        total.add(labels, wait.total.as_nanos());
    }
    count.write(out, |sum| sum.to_string());
    total.write(out, seconds);
}

/// One metric with all its series, sorted by their labels.
struct Family {
    name: &'static str,
    kind: Type,
    help: &'static str,
    series: BTreeMap<String, u128>,
}

#[derive(Clone, Copy, PartialEq)]
enum Type {
    Counter,
    Gauge,
}

impl Family {
    fn new(name: &'static str, kind: Type, help: &'static str) -> Self {
        Self { name, kind, help, series: BTreeMap::new() }
    }

    /// Adds a value. Two structs of one name may share their labels (a macro can declare both on one line), and a
    /// scrape with a series twice is refused as a whole: counters are summed then, and of gauges the largest is kept.
    fn add(&mut self, labels: String, value: u128) {
        let held = self.series.entry(labels).or_default();
        *held = match self.kind {
            Type::Counter => held.saturating_add(value),
            Type::Gauge => value.max(*held),
        };
    }

    /// Writes the family, or nothing if it has no series.
    fn write(self, out: &mut String, value: fn(u128) -> String) {
        let Self { name, kind, help, series } = self;
        if series.is_empty() {
            return;
        }
        let kind = match kind {
            Type::Counter => "counter",
            Type::Gauge => "gauge",
        };
        let _ = writeln!(out, "# HELP guarded_state_{name} {help}\n# TYPE guarded_state_{name} {kind}");
        for (labels, held) in series {
            let value = value(held);
            let _ = if labels.is_empty() {
                writeln!(out, "guarded_state_{name} {value}")
            } else {
                writeln!(out, "guarded_state_{name}{{{labels}}} {value}")
            };
        }
    }
}

/// The labels of every series of a field. The place of declaration tells structs of one name apart.
fn field_labels(field: &FieldReport) -> String {
    [label("field", &field.field), label("strategy", field.strategy), label("declared", field.declared)]
        .join(",")
}

fn label(name: &str, value: impl Display) -> String {
    let value = value.to_string();
    let escaped = value.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n");
    format!("{name}=\"{escaped}\"")
}

/// Nanoseconds as seconds.
fn seconds(ns: u128) -> String {
    let ns = u64::try_from(ns).unwrap_or(u64::MAX);
    Seconds(Duration::from_nanos(ns)).to_string()
}

#[cfg(test)]
#[path = "prometheus_tests.rs"]
mod tests;
