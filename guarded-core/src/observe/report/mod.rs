//! What the observer saw, as plain data, and the formats it can be told in.
//!
//! A [`Report`] is a snapshot: nothing here knows of locks, and every format is a pure function of the struct. Formats
//! sort what they print, so that equal reports give equal texts, whatever order the fields were found in.
//!
//! | format | for |
//! | --- | --- |
//! | `Display` | a terminal or a log; `{:#}` prints every line of long lists |
//! | `Report::to_json` (feature `json`) | programs; durations are integer nanoseconds |
//! | [`Report::to_prometheus`] | a scrape |
//! | [`Report::to_dot`] | the lock order, drawn by Graphviz |
//! | [`Report::to_folded`] | flame graphs of time spent waiting |
//! | [`Report::to_html`] | one page for a browser, without any external resource |

use core::fmt;
use core::panic::Location;
use core::time::Duration;

pub use parts::PartsReport;

mod dot;
mod folded;
mod graph;
mod html;
#[cfg(feature = "json")]
mod json;
mod parts;
mod prometheus;
#[cfg(test)]
mod sample;
mod table;
mod units;
mod width;

/// Everything observed since the start of the program, at one moment.
///
/// # Examples
///
/// ```
/// use guarded_core::observe::report::Report;
///
/// assert_eq!(Report::default().to_string(), "nothing has been locked yet\n");
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[cfg_attr(feature = "json", derive(serde::Serialize))]
#[non_exhaustive]
pub struct Report {
    /// One entry for each guarded field that was ever locked.
    pub fields: Vec<FieldReport>,
    /// Who waited behind whom: one entry for each pair of source lines of a field.
    pub waits: Vec<WaitReport>,
    /// Waits that `waits` has no line for, since the observer's table was full.
    pub waits_lost: u64,
    /// Each pair of fields of which one was taken while the other was held.
    pub order: Vec<OrderEdge>,
}

/// One guarded field, all instances of its struct taken together.
///
/// ```
/// use guarded_core::observe::report::FieldReport;
///
/// let mut field = FieldReport::default();
/// field.field = "Inventory.stock".to_owned();
/// field.writes = 3;
/// assert_eq!(field.reads + field.writes, 3);
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[cfg_attr(feature = "json", derive(serde::Serialize))]
#[non_exhaustive]
pub struct FieldReport {
    /// `Type.field`, such as `Inventory.stock`.
    pub field: String,
    /// The kind of lock: `rw`, `mutex`, `monitor`.
    pub strategy: &'static str,
    /// Where the field is declared.
    pub declared: Place,
    /// How often it was locked for reading.
    pub reads: u64,
    /// How often it was locked for writing.
    pub writes: u64,
    /// How many of those found the lock taken.
    pub contended: u64,
    /// How many of the contended had to sleep.
    pub waits: u64,
    /// Time spent asleep, summed over all threads.
    #[cfg_attr(feature = "json", serde(rename = "wait_total_ns", serialize_with = "json::nanos"))]
    pub wait_total: Duration,
    /// The longest single wait.
    #[cfg_attr(feature = "json", serde(rename = "wait_max_ns", serialize_with = "json::nanos"))]
    pub wait_max: Duration,
    /// For how long the lock was held: a sample of one in 1024 holds.
    pub hold: HoldReport,
    /// For how long it was held after a wait: every such hold. (They are slower than most, so they are kept apart.)
    pub hold_contended: HoldReport,
    /// Waits that were reported as stalled.
    pub stalls: u64,
    /// Panics that unwound through a locked section.
    pub panics: u64,
    /// Of a field with many locks: how its accesses spread over them.
    #[cfg_attr(feature = "json", serde(skip_serializing_if = "Option::is_none"))]
    pub spread: Option<PartsReport>,
}

impl FieldReport {
    /// How its accesses spread, where any was sampled.
    fn sampled(&self) -> Option<&PartsReport> {
        self.spread.as_ref().filter(|spread| spread.samples() > 0)
    }
}

/// How long a lock was held.
///
/// The quantiles are upper bounds, at most 12.5 % above the truth; the maximum is that of the samples, exactly.
///
/// ```
/// use guarded_core::observe::report::HoldReport;
///
/// assert_eq!(HoldReport::default().samples, 0); // nothing was timed: the durations mean nothing
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[cfg_attr(feature = "json", derive(serde::Serialize))]
#[non_exhaustive]
pub struct HoldReport {
    /// How many holds were timed. When zero, the durations are zero too and mean nothing.
    pub samples: u64,
    /// The median.
    #[cfg_attr(feature = "json", serde(rename = "p50_ns", serialize_with = "json::nanos"))]
    pub p50: Duration,
    /// The 99th percentile.
    #[cfg_attr(feature = "json", serde(rename = "p99_ns", serialize_with = "json::nanos"))]
    pub p99: Duration,
    /// The longest.
    #[cfg_attr(feature = "json", serde(rename = "max_ns", serialize_with = "json::nanos"))]
    pub max: Duration,
}

/// One line of source that waited for a field, and the line that held it then.
///
/// ```
/// use guarded_core::observe::report::WaitReport;
///
/// assert_eq!(WaitReport::default().holder, None);
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[cfg_attr(feature = "json", derive(serde::Serialize))]
#[non_exhaustive]
pub struct WaitReport {
    /// `Type.field` of the lock.
    pub field: String,
    /// The call that waited.
    pub waiter: Place,
    /// The call that held the lock when the wait began, unless it was already gone.
    pub holder: Option<Place>,
    /// How often.
    pub count: u64,
    /// For how long in all.
    #[cfg_attr(feature = "json", serde(rename = "total_ns", serialize_with = "json::nanos"))]
    pub total: Duration,
    /// The longest single wait.
    #[cfg_attr(feature = "json", serde(rename = "max_ns", serialize_with = "json::nanos"))]
    pub max: Duration,
}

/// A field that was taken while another was held.
///
/// ```
/// use guarded_core::observe::report::{OrderEdge, Report};
///
/// let mut edge = OrderEdge::default();
/// (edge.held, edge.taken) = ("Inventory.stock".to_owned(), "Audit.journal".to_owned());
/// let mut report = Report::default();
/// report.order.push(edge);
/// assert!(report.to_dot().contains(r#""Inventory.stock" -> "Audit.journal""#));
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[cfg_attr(feature = "json", derive(serde::Serialize))]
#[non_exhaustive]
pub struct OrderEdge {
    /// `Type.field` of the outer lock.
    pub held: String,
    /// `Type.field` of the inner lock.
    pub taken: String,
    /// The call that took the outer lock, when the pair was first seen.
    pub held_at: Place,
    /// The call that took the inner lock then.
    pub taken_at: Place,
}

/// A line of source.
///
/// ```
/// use guarded_core::observe::report::Place;
///
/// assert_eq!(Place::new("src/main.rs", 12).to_string(), "src/main.rs:12");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
#[cfg_attr(feature = "json", derive(serde::Serialize))]
#[non_exhaustive]
pub struct Place {
    /// The file, as the compiler was given it.
    pub file: &'static str,
    /// The line, counted from one.
    pub line: u32,
}

impl Place {
    /// The given line of the given file.
    ///
    /// ```
    /// # use guarded_core::observe::report::Place;
    /// assert_eq!(Place::new("src/lib.rs", 7).line, 7);
    /// ```
    #[must_use]
    pub const fn new(file: &'static str, line: u32) -> Self {
        Self { file, line }
    }
}

impl From<&Location<'static>> for Place {
    fn from(location: &Location<'static>) -> Self {
        Self::new(location.file(), location.line())
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.file, self.line)
    }
}

impl Report {
    /// The fields, those that cost most waiting first.
    fn fields_by_wait(&self) -> Vec<&FieldReport> {
        let mut fields: Vec<_> = self.fields.iter().collect();
        fields.sort_by(|a, b| {
            let load = |f: &FieldReport| (f.wait_total, f.contended, f.reads.saturating_add(f.writes));
            load(b).cmp(&load(a)).then_with(|| (&a.field, a.declared).cmp(&(&b.field, b.declared)))
        });
        fields
    }

    /// The pairs of lines, the longest total wait first.
    fn waits_by_total(&self) -> Vec<&WaitReport> {
        let mut waits: Vec<_> = self.waits.iter().collect();
        waits.sort_by(|a, b| {
            let load = |w: &WaitReport| (w.total, w.count);
            load(b)
                .cmp(&load(a))
                .then_with(|| (&a.field, a.waiter, a.holder).cmp(&(&b.field, b.waiter, b.holder)))
        });
        waits
    }

    /// Whether there is nothing to tell.
    fn is_empty(&self) -> bool {
        self.fields.is_empty() && self.waits.is_empty() && self.order.is_empty() && self.waits_lost == 0
    }
}

/// Owner and field of `Owner.field`. The owner may contain dots and paths, a field never does.
fn owner_and_field(name: &str) -> (&str, &str) {
    name.rsplit_once('.').unwrap_or(("", name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_sorted_by_wait_then_contention_then_use_then_name() {
        let field = |name: &str, wait_ms, contended, writes| FieldReport {
            field: name.to_owned(),
            wait_total: Duration::from_millis(wait_ms),
            contended,
            writes,
            ..FieldReport::default()
        };
        let report = Report {
            fields: vec![
                field("d", 0, 0, 1),
                field("e", 0, 0, 1),
                field("c", 0, 0, 2),
                field("b", 0, 3, 0),
                field("a", 5, 0, 0),
            ],
            ..Report::default()
        };
        let names: Vec<_> = report.fields_by_wait().iter().map(|f| &*f.field).collect();
        assert_eq!(names, ["a", "b", "c", "d", "e"]);
    }

    #[test]
    fn formats_do_not_depend_on_the_order_of_the_entries() {
        let report = sample::report();
        let mut shuffled = report.clone();
        shuffled.fields.reverse();
        shuffled.waits.reverse();
        shuffled.order.reverse();
        assert_ne!(report, shuffled);
        for format in
            [Report::to_string, Report::to_prometheus, Report::to_dot, Report::to_folded, Report::to_html]
        {
            assert_eq!(format(&report), format(&shuffled));
        }
    }

    #[test]
    fn place_is_taken_from_a_location() {
        let here = Location::caller();
        assert_eq!(Place::from(here).to_string(), format!("{}:{}", file!(), here.line()));
    }

    #[test]
    fn owner_ends_at_the_last_dot() {
        assert_eq!(owner_and_field("Pair.0"), ("Pair", "0"));
        assert_eq!(owner_and_field("a::Cache<b.c>.map"), ("a::Cache<b.c>", "map"));
        assert_eq!(owner_and_field("alone"), ("", "alone"));
    }
}
