//! The page is read by a small tokenizer, so that the tests judge what a browser would see.

use super::super::sample::{self, edge};
use super::*;

/// Elements that have no end.
const VOID: [&str; 2] = ["meta", "link"];

/// The tags of the page, asserted to nest; its text outside of styles and scripts.
fn read(html: &str) -> (Vec<String>, String) {
    let (mut tags, mut text, mut open) = (Vec::new(), String::new(), Vec::new());
    let mut rest = html.strip_prefix("<!DOCTYPE html>").unwrap();
    while let Some((before, after)) = rest.split_once('<') {
        text.push_str(before);
        let end = tag_end(after);
        let tag = &after[..end];
        rest = &after[end + 1..];
        if let Some(name) = tag.strip_prefix('/') {
            assert_eq!(open.pop(), Some(name.to_owned()), "after {text}");
            continue;
        }
        let name = tag.split([' ', '/']).next().unwrap().to_owned();
        assert!(name.chars().all(char::is_alphanumeric), "<{tag}> is no tag");
        tags.push(tag.to_owned());
        if name == "style" || name == "script" {
            rest = rest.split_once(&format!("</{name}>")).unwrap().1;
        } else if !VOID.contains(&&*name) && !tag.ends_with('/') {
            open.push(name);
        }
    }
    assert!(open.is_empty(), "{open:?} left open");
    (tags, text)
}

/// Where the tag ends: at the first `>` outside of quotes.
fn tag_end(text: &str) -> usize {
    let mut quoted = false;
    text.find(|c| {
        quoted ^= c == '"';
        c == '>' && !quoted
    })
    .unwrap()
}

#[test]
fn empty_report_says_so() {
    let (tags, text) = read(&Report::default().to_html());
    assert!(text.contains("Nothing has been locked yet."));
    assert!(!tags.iter().any(|tag| tag.starts_with("table")));
}

#[test]
fn tags_nest_and_everything_is_told() {
    let (tags, text) = read(&sample::report().to_html());
    for part in [
        "Inventory.stock",
        "1\u{202f}234\u{202f}567",
        "12.3 ms",
        "61.3 µs",
        "src/order.rs:12",
        "unknown line",
    ] {
        assert!(text.contains(part), "{part} is missing");
    }
    assert_eq!(tags.iter().filter(|tag| tag.starts_with("rect")).count(), 3);
    assert!(text.contains("3 further waits"));
}

#[test]
fn rows_come_sorted_by_total_wait() {
    let html = sample::report().to_html();
    let at = |name: &str| html.find(&format!("data-v=\"{name}\"")).unwrap();
    assert!(at("Inventory.stock") < at(&escape(sample::HOSTILE)));
    assert!(at(&escape(sample::HOSTILE)) < at("Audit.journal"));
    assert!(html.contains("style=\"--p:100\" data-v=\"12345000\"><span>12.3 ms</span>"));
}

#[test]
fn names_cannot_become_markup() {
    let mut report = sample::report();
    for name in ["</script><script>alert(1)</script>", "\" onload=\"alert(1)", "' onclick='x", "<!--", "&lt;"]
    {
        report.fields.push(FieldReport { field: name.to_owned(), ..FieldReport::default() });
        report.waits.push(sample::wait(name, sample::AUDIT, None, 1, 1));
        report.order.push(edge(name, "Other.field"));
    }
    let (tags, text) = read(&report.to_html());
    assert_eq!(tags.iter().filter(|tag| tag.starts_with("script")).count(), 1);
    assert!(!tags.iter().any(|tag| tag.contains(" onload=\"") || tag.contains(" onclick='")));
    assert!(text.contains("&lt;/script&gt;") && text.contains("&amp;lt;"));
}

#[test]
fn nothing_is_loaded_from_elsewhere() {
    let html = sample::report().to_html();
    for loader in ["http://", "https://", "src=", "@import", "url(http", "fetch("] {
        assert!(!html.contains(loader), "{loader}");
    }
    assert!(html.contains("default-src 'none'"));
}

#[test]
fn ring_is_told_in_words_and_in_red() {
    let report = Report { order: vec![edge("A.a", "B.b"), edge("B.b", "A.a")], ..Report::default() };
    let html = report.to_html();
    assert!(html.contains("Taken in more than one order: A.a, B.b"));
    assert_eq!(html.matches("<g class=\"edge ring\">").count(), 2);
}

#[test]
fn shares_are_told_in_tenths_of_a_percent() {
    assert_eq!(share(0, 0), "0.0 %");
    assert_eq!(share(1, 3), "33.3 %");
    assert_eq!(share(1, 1_000_000), "&lt; 0.1 %");
    assert_eq!(percent(Duration::from_secs(1), Duration::ZERO), 0);
}

#[test]
fn untimed_holds_are_dashes_that_sort_last() {
    let html = sample::report().to_html();
    assert!(html.contains("<td data-v=\"-1\"><span class=\"zero\">–</span></td>"));
}
