//! The text is read back by a parser of the format's grammar, so that the tests judge what a scraper would see.

use std::collections::{BTreeMap, BTreeSet};

use super::super::sample;
use super::*;

/// Name and labels of a series.
type Series = (String, BTreeMap<String, String>);

/// Parses the text, and panics where it breaks a rule of the format.
fn parse(text: &str) -> BTreeMap<Series, f64> {
    assert!(text.ends_with('\n'), "the last line must end");
    let mut all = BTreeMap::new();
    let mut seen = BTreeSet::new();
    let (mut helped, mut family) = (String::new(), (String::new(), String::new()));
    // Only line feeds end a line: `str::lines` would forgive a carriage return.
    for line in text.trim_end_matches('\n').split('\n') {
        if let Some(rest) = line.strip_prefix("# HELP ") {
            let (name, help) = rest.split_once(' ').unwrap();
            assert!(!help.is_empty() && seen.insert(name.to_owned()), "{name} is described twice");
            helped = name.to_owned();
        } else if let Some(rest) = line.strip_prefix("# TYPE ") {
            let (name, kind) = rest.split_once(' ').unwrap();
            assert_eq!(name, helped);
            assert!(["counter", "gauge"].contains(&kind));
            assert_eq!(name.ends_with("_total"), kind == "counter", "{name} is a {kind}");
            family = (name.to_owned(), kind.to_owned());
        } else {
            let (series, value) = parse_sample(line);
            assert_eq!(series.0, family.0, "a sample outside its family");
            assert!(all.insert(series, value).is_none(), "a series twice: {line}");
        }
    }
    all
}

fn parse_sample(line: &str) -> (Series, f64) {
    let name_end = line.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).unwrap();
    let (name, mut rest) = line.split_at(name_end);
    let mut labels = BTreeMap::new();
    if let Some(inside) = rest.strip_prefix('{') {
        rest = inside;
        loop {
            let (key, after) = rest.split_once("=\"").unwrap();
            assert!(key.chars().all(|c| c.is_ascii_lowercase() || c == '_'), "label name {key}");
            let (value, after) = parse_string(after);
            assert!(labels.insert(key.to_owned(), value).is_none());
            if let Some(after) = after.strip_prefix('}') {
                rest = after;
                break;
            }
            rest = after.strip_prefix(',').expect("a comma between labels");
        }
    }
    let value = rest.strip_prefix(' ').expect("a blank before the value").parse().unwrap();
    ((name.to_owned(), labels), value)
}

/// The unescaped string up to the closing quote, and what follows it.
fn parse_string(text: &str) -> (String, &str) {
    let mut value = String::new();
    let mut chars = text.char_indices();
    while let Some((at, c)) = chars.next() {
        match c {
            '"' => return (value, &text[at + 1..]),
            '\\' => value.push(match chars.next().unwrap().1 {
                'n' => '\n',
                c @ ('\\' | '"') => c,
                other => panic!("unknown escape of {other}"),
            }),
            c => value.push(c),
        }
    }
    panic!("no closing quote in {text}")
}

/// The one value of the metric whose labels include these.
fn value(all: &BTreeMap<Series, f64>, name: &str, labels: &[(&str, &str)]) -> Option<f64> {
    let mut found = all.iter().filter(|((metric, has), _)| {
        metric == name && labels.iter().all(|(key, value)| has.get(*key).is_some_and(|v| v == value))
    });
    let first = found.next().map(|(_, value)| *value);
    assert!(found.next().is_none(), "{name} {labels:?} is ambiguous");
    first
}

#[test]
fn empty_report_is_valid() {
    assert_eq!(parse(&Report::default().to_prometheus()).len(), 1);
}

#[test]
fn values_are_in_base_units() {
    let all = parse(&sample::report().to_prometheus());
    let stock = |name, mut labels: Vec<(&'static str, &'static str)>| {
        labels.push(("field", "Inventory.stock"));
        value(&all, name, &labels)
    };
    assert_eq!(stock("guarded_state_acquisitions_total", vec![("mode", "read")]), Some(1_234_567.0));
    assert_eq!(stock("guarded_state_acquisitions_total", vec![("mode", "write")]), Some(4096.0));
    assert_eq!(stock("guarded_state_contended_total", vec![("declared", "src/store.rs:9")]), Some(52.0));
    assert_eq!(stock("guarded_state_waits_total", vec![("strategy", "rw")]), Some(34.0));
    assert_eq!(stock("guarded_state_wait_seconds_total", vec![]), Some(0.012_345));
    assert_eq!(stock("guarded_state_wait_max_seconds", vec![]), Some(0.004_115));
    assert_eq!(stock("guarded_state_hold_p50_seconds", vec![("holds", "sampled")]), Some(0.000_000_095));
    assert_eq!(stock("guarded_state_hold_max_seconds", vec![("holds", "after_wait")]), Some(0.000_901));
    assert_eq!(stock("guarded_state_stalls_total", vec![]), Some(1.0));
    assert_eq!(stock("guarded_state_panics_total", vec![]), Some(2.0));
    let behind = vec![("waiter", "src/order.rs:12"), ("holder", "src/store.rs:40")];
    assert_eq!(stock("guarded_state_waits_behind_total", behind.clone()), Some(30.0));
    assert_eq!(stock("guarded_state_wait_behind_seconds_total", behind), Some(0.0123));
    assert_eq!(stock("guarded_state_waits_behind_total", vec![("holder", "unknown")]), Some(4.0));
    assert_eq!(value(&all, "guarded_state_waits_unlisted_total", &[]), Some(3.0));
}

#[test]
fn untimed_holds_have_no_quantiles() {
    let all = parse(&sample::report().to_prometheus());
    let journal = [("field", "Audit.journal"), ("holds", "sampled")];
    assert_eq!(value(&all, "guarded_state_hold_p50_seconds", &journal), None);
    assert_eq!(value(&all, "guarded_state_hold_samples_total", &journal), Some(0.0));
}

#[test]
fn labels_survive_escaping() {
    let all = parse(&sample::report().to_prometheus());
    let labels = [("field", sample::HOSTILE), ("declared", "src\\odd \"file\".rs:1")];
    assert_eq!(value(&all, "guarded_state_waits_total", &labels), Some(1.0));
}

#[test]
fn fields_that_share_all_labels_are_one_series() {
    let mut report = sample::report();
    report.fields.extend(report.fields.clone());
    let all = parse(&report.to_prometheus());
    let stock = [("field", "Inventory.stock")];
    assert_eq!(value(&all, "guarded_state_contended_total", &stock), Some(104.0));
    assert_eq!(value(&all, "guarded_state_wait_max_seconds", &stock), Some(0.004_115));
}

#[test]
fn content_type_names_the_version() {
    assert!(Report::PROMETHEUS_CONTENT_TYPE.contains("version=0.0.4"));
}
