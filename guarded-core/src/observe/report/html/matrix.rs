//! Who waited behind whom, as a matrix: a row for each line that waited, a column for each that held.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::time::Duration;

use super::super::units::Grouped;
use super::super::{Place, Report};
use super::{escape, human, percent};

/// Rows and columns shown; the list below the matrix has all pairs.
const MOST: usize = 24;

/// What one line waited behind another, over all fields.
#[derive(Default)]
struct Cell {
    count: u64,
    total: Duration,
    max: Duration,
    fields: Vec<String>,
}

/// The matrix as a table element.
pub(super) fn write(out: &mut String, report: &Report) {
    let mut cells: BTreeMap<(Place, Option<Place>), Cell> = BTreeMap::new();
    let mut rows: BTreeMap<Place, Duration> = BTreeMap::new();
    let mut columns: BTreeMap<Option<Place>, Duration> = BTreeMap::new();
    for wait in report.waits_by_total() {
        let cell = cells.entry((wait.waiter, wait.holder)).or_default();
        cell.count = cell.count.saturating_add(wait.count);
        cell.total = cell.total.saturating_add(wait.total);
        cell.max = cell.max.max(wait.max);
        if !cell.fields.contains(&wait.field) {
            cell.fields.push(wait.field.clone());
        }
        for total in [rows.entry(wait.waiter).or_default(), columns.entry(wait.holder).or_default()] {
            *total = total.saturating_add(wait.total);
        }
    }
    let most = cells.values().map(|cell| cell.total).max().unwrap_or_default();
    let (row_count, column_count) = (rows.len(), columns.len());
    let (rows, columns) = (longest(rows), longest(columns));

    out.push_str("<div class=\"scroll\"><table class=\"matrix\"><thead><tr><th>waited ↓ &nbsp; held →</th>");
    for (holder, _) in &columns {
        let name = holder_name(*holder);
        let _ = write!(out, "<th scope=\"col\" title=\"{name}\"><span>{}</span></th>", tail(&name));
    }
    out.push_str("<th scope=\"col\" class=\"sum\"><span>total</span></th></tr></thead>\n<tbody>\n");
    for (waiter, total) in &rows {
        let name = escape(&waiter.to_string());
        let _ = write!(out, "<tr><th scope=\"row\" title=\"{name}\">{}</th>", tail(&name));
        for (holder, _) in &columns {
            match cells.get(&(*waiter, *holder)) {
                Some(cell) => write_cell(out, cell, most),
                None => out.push_str("<td></td>"),
            }
        }
        let _ = writeln!(out, "<td class=\"sum\">{}</td></tr>", human(*total));
    }
    out.push_str("<tr class=\"sum\"><th scope=\"row\">total</th>");
    for (_, total) in &columns {
        let _ = write!(out, "<td>{}</td>", human(*total));
    }
    out.push_str("<td></td></tr>\n</tbody></table></div>\n");
    if row_count > MOST || column_count > MOST {
        let _ = writeln!(
            out,
            "<p class=\"note\">The {MOST} lines with the longest waits, of {row_count} that waited and {column_count} \
             that held; all pairs are listed below.</p>"
        );
    }
}

fn write_cell(out: &mut String, cell: &Cell, most: Duration) {
    let fields: Vec<_> = cell.fields.iter().map(|name| escape(name)).collect();
    let _ = write!(
        out,
        "<td class=\"heat\" style=\"--p:{}\" title=\"{} waits for {}, longest {}\">{}</td>",
        percent(cell.total, most),
        Grouped(cell.count),
        fields.join(", "),
        human(cell.max),
        human(cell.total),
    );
}

/// The entries with the longest waits, the longest first.
fn longest<K: Ord>(totals: BTreeMap<K, Duration>) -> Vec<(K, Duration)> {
    let mut sorted: Vec<_> = totals.into_iter().collect();
    sorted.sort_by_key(|(_, total)| core::cmp::Reverse(*total));
    sorted.truncate(MOST);
    sorted
}

fn holder_name(holder: Option<Place>) -> String {
    holder.map_or_else(|| "unknown line".to_owned(), |place| escape(&place.to_string()))
}

/// The last two parts of a path, which tell lines apart in little room.
fn tail(path: &str) -> &str {
    path.rmatch_indices(['/', '\\']).nth(1).map_or(path, |(at, _)| &path[at + 1..])
}

#[cfg(test)]
mod tests {
    use super::super::super::sample::{self, ORDER, STORE, wait};
    use super::*;

    fn matrix(report: &Report) -> String {
        let mut out = String::new();
        write(&mut out, report);
        out
    }

    #[test]
    fn rows_and_columns_are_sorted_and_summed() {
        let mut report = sample::report();
        report.waits.push(wait("Other.field", ORDER, Some(STORE), 1, 700));
        let html = matrix(&report);
        assert!(
            html.contains("title=\"31 waits for Inventory.stock, Other.field, longest 4.1 ms\">13.0 ms</td>")
        );
        assert!(
            html.find("title=\"src/order.rs:12\"").unwrap() < html.find("title=\"src/audit.rs:7\"").unwrap()
        );
        assert!(
            html.find("title=\"src/store.rs:40\"").unwrap() < html.find("title=\"unknown line\"").unwrap()
        );
        assert!(html.contains("--p:100\""));
        assert!(html.contains("src\\odd &quot;file&quot;.rs:2"));
    }

    #[test]
    fn large_matrix_is_cut_and_says_so() {
        let report = Report {
            waits: (0..30).map(|line| wait("A.b", Place::new("a.rs", line), Some(STORE), 1, 9)).collect(),
            ..Report::default()
        };
        let html = matrix(&report);
        assert_eq!(html.matches("<th scope=\"row\" title=").count(), MOST);
        assert!(html.contains("of 30 that waited and 1 that held"));
    }

    #[test]
    fn path_keeps_its_last_two_parts() {
        assert_eq!(tail("/home/me/app/src/store.rs:4"), "src/store.rs:4");
        assert_eq!(tail("src/store.rs:4"), "src/store.rs:4");
        assert_eq!(tail("main.rs:4"), "main.rs:4");
    }
}
