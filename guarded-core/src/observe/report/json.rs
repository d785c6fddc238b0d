//! JSON, for programs.

use core::time::Duration;

use serde::{Serialize, Serializer};

use super::{Report, units};

/// The format number: raised when a key is renamed or removed, not when one is added.
const FORMAT: u32 = 1;

#[derive(Serialize)]
struct Numbered<'a> {
    format: u32,
    #[serde(flatten)]
    report: &'a Report,
}

impl Report {
    /// The report as indented JSON, with the keys in the order of the structs.
    ///
    /// Durations are integers, in nanoseconds, and their keys end in `_ns`. The key `format` is `1`; it is raised when
    /// a key is renamed or removed. Entries stand in the order of the report.
    ///
    /// ```
    /// # use guarded_core::observe::report::Report;
    /// let json = Report::default().to_json();
    /// assert!(json.contains(r#""fields": []"#));
    /// ```
    #[must_use]
    #[expect(clippy::missing_panics_doc, reason = "the structs hold only strings, integers and lists")]
    pub fn to_json(&self) -> String {
        let numbered = Numbered { format: FORMAT, report: self };
        serde_json::to_string_pretty(&numbered).expect("plain data is always representable")
    }
}

/// A duration as integer nanoseconds.
pub(super) fn nanos<S: Serializer>(duration: &Duration, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_u64(units::nanos(*duration))
}

#[cfg(test)]
mod tests {
    use super::super::sample;
    use super::*;
    use serde_json::{Value, json};

    fn parsed(report: &Report) -> Value {
        serde_json::from_str(&report.to_json()).unwrap()
    }

    #[test]
    fn empty_report_has_every_key() {
        let expected = json!({ "format": 1, "fields": [], "waits": [], "waits_lost": 0, "order": [] });
        assert_eq!(parsed(&Report::default()), expected);
    }

    #[test]
    fn durations_are_nanoseconds_under_suffixed_keys() {
        let value = parsed(&sample::report());
        let expected = json!({
            "field": "Inventory.stock",
            "strategy": "rw",
            "declared": { "file": "src/store.rs", "line": 9 },
            "reads": 1_234_567,
            "writes": 4096,
            "contended": 52,
            "waits": 34,
            "wait_total_ns": 12_345_000,
            "wait_max_ns": 4_115_000,
            "hold": { "samples": 1210, "p50_ns": 95, "p99_ns": 7000, "max_ns": 61250 },
            "hold_contended": { "samples": 34, "p50_ns": 3000, "p99_ns": 900_000, "max_ns": 901_000 },
            "stalls": 1,
            "panics": 2,
        });
        assert_eq!(value["fields"][2], expected);
        assert_eq!(value["waits"][0]["holder"], Value::Null);
        assert_eq!(value["waits"][1]["holder"], json!({ "file": "src/store.rs", "line": 40 }));
        assert_eq!(value["order"][0]["taken"], "Audit.journal");
        assert_eq!(value["order"][0]["taken_at"]["line"], 7);
    }

    #[test]
    fn names_survive_the_round_trip() {
        assert_eq!(parsed(&sample::report())["fields"][1]["field"], sample::HOSTILE);
    }

    #[test]
    fn endless_duration_saturates() {
        let mut report = sample::report();
        report.fields[0].wait_total = Duration::MAX;
        assert_eq!(parsed(&report)["fields"][0]["wait_total_ns"], u64::MAX);
    }
}
