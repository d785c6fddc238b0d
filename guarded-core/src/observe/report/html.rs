//! The report as one page for a browser.

use std::fmt::Write as _;
use std::time::Duration;

use super::graph::Graph;
use super::units::{Count, Grouped, Human, nanos};
use super::{FieldReport, HoldReport, Report, width};

mod layout;
mod matrix;
mod svg;

/// No source is allowed but the page itself, so that an error in the escaping could not load or send anything.
const HEAD: &str = "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
    <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; \
    script-src 'unsafe-inline'; img-src data:\">\n\
    <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
    <link rel=\"icon\" href=\"data:,\">\n<title>Lock report</title>\n";
const STYLE: &str = include_str!("html/style.css");
const SCRIPT: &str = include_str!("html/sort.js");

/// The columns of the table of fields: heading, what it means, whether it holds words.
const COLUMNS: [(&str, &str, bool); 14] = [
    ("field", "the field, its kind of lock and where it is declared", true),
    ("reads", "times it was locked for reading", false),
    ("writes", "times it was locked for writing", false),
    ("contended", "acquisitions that found the lock taken", false),
    ("waits", "acquisitions that had to sleep", false),
    ("total", "time spent asleep, over all threads", false),
    ("max", "the longest wait", false),
    ("p50", "median hold, of a sample of 1 in 1024", false),
    ("p99", "99th percentile of the holds, of a sample of 1 in 1024", false),
    ("max", "longest hold, of a sample of 1 in 1024", false),
    ("p99", "99th percentile of the holds that followed a wait", false),
    ("max", "longest hold that followed a wait", false),
    ("stalls", "waits that were reported as stalled", false),
    ("panics", "panics that unwound through a locked section", false),
];
/// The column that the table comes sorted by.
const SORTED_BY: usize = 5;

impl Report {
    /// The report as one page: no external resource, readable without script, light or dark as the reader prefers.
    ///
    /// A sortable table of the fields, a matrix of who waited behind whom, and a drawing of the lock order.
    ///
    /// ```
    /// # use guarded_core::observe::report::Report;
    /// assert!(Report::default().to_html().starts_with("<!DOCTYPE html>"));
    /// ```
    #[must_use]
    pub fn to_html(&self) -> String {
        let mut out =
            format!("{HEAD}<style>\n{STYLE}</style>\n</head>\n<body>\n<main>\n<h1>Lock report</h1>\n");
        if self.is_empty() {
            out.push_str("<p class=\"empty\">Nothing has been locked yet.</p>\n");
        } else {
            let fields = self.fields_by_wait();
            write_tiles(&mut out, &fields);
            write_fields(&mut out, &fields);
            write_parts(&mut out, &fields);
            write_waits(&mut out, self);
            write_order(&mut out, &Graph::new(&self.order));
            out.push_str(
                "<footer>Hold times and accesses by part are a sample of 1 in 1024, those after a wait are all timed; p50 and p99 are \
                 upper bounds, at most 12.5 % above the truth.</footer>\n",
            );
        }
        let _ = write!(out, "</main>\n<script>\n{SCRIPT}</script>\n</body>\n</html>\n");
        out
    }
}

/// The sums over all fields.
fn write_tiles(out: &mut String, fields: &[&FieldReport]) {
    let sum =
        |of: fn(&FieldReport) -> u64| fields.iter().fold(0_u64, |sum, field| sum.saturating_add(of(field)));
    let acquired = sum(|f| f.reads.saturating_add(f.writes));
    let contended = sum(|f| f.contended);
    let waited = fields.iter().fold(Duration::ZERO, |sum, f| sum.saturating_add(f.wait_total));
    let longest = fields.iter().map(|f| f.wait_max).max().unwrap_or_default();
    let alarm = |count: u64| format!("<span class=\"{}\">{}</span>", alarm_class(count), Grouped(count));
    let tiles = [
        ("fields", Grouped(fields.len() as u64).to_string()),
        ("acquisitions", short(acquired)),
        ("contended", format!("{}<small>{}</small>", short(contended), share(contended, acquired))),
        ("time waited", human(waited)),
        ("longest wait", human(longest)),
        ("stalls", alarm(sum(|f| f.stalls))),
        ("panics", alarm(sum(|f| f.panics))),
    ];
    out.push_str("<dl class=\"tiles\">\n");
    for (name, value) in tiles {
        let _ = writeln!(out, "<div><dt>{name}</dt><dd>{value}</dd></div>");
    }
    out.push_str("</dl>\n");
}

fn write_fields(out: &mut String, fields: &[&FieldReport]) {
    out.push_str(
        "<h2>Fields</h2>\n<div class=\"scroll\"><table>\n<thead><tr class=\"group\"><th colspan=\"5\"></th>\
         <th colspan=\"2\" scope=\"colgroup\">wait</th><th colspan=\"3\" scope=\"colgroup\">hold (sampled)</th>\
         <th colspan=\"2\" scope=\"colgroup\">hold after a wait</th><th colspan=\"2\"></th></tr>\n<tr>",
    );
    for (column, (heading, meaning, words)) in COLUMNS.iter().enumerate() {
        let kind = if *words { " class=\"words\" data-kind=\"text\"" } else { "" };
        let sorted = if column == SORTED_BY { " aria-sort=\"descending\"" } else { "" };
        let _ = write!(
            out,
            "<th scope=\"col\" title=\"{meaning}\"{kind}{sorted}><button type=\"button\">{heading}</button></th>"
        );
    }
    out.push_str("</tr></thead>\n<tbody>\n");
    let most = fields.iter().map(|field| field.wait_total).max().unwrap_or_default();
    for field in fields {
        write_field(out, field, most);
    }
    out.push_str("</tbody></table></div>\n");
}

fn write_field(out: &mut String, field: &FieldReport, most: Duration) {
    let name = escape(&field.field);
    let _ = write!(
        out,
        "<tr><td class=\"words\" data-v=\"{name}\">{name}<small>{} at {}</small></td>",
        escape(field.strategy),
        escape(&field.declared.to_string()),
    );
    for count in [field.reads, field.writes, field.contended, field.waits] {
        write_number(out, count, if count == 0 { "zero" } else { "" });
    }
    let waited = field.waits > 0 || !field.wait_total.is_zero();
    if waited {
        let _ = write!(
            out,
            "<td class=\"bar\" style=\"--p:{}\" data-v=\"{}\"><span>{}</span></td>",
            percent(field.wait_total, most),
            nanos(field.wait_total),
            human(field.wait_total),
        );
    } else {
        write_duration(out, field.wait_total, false);
    }
    write_duration(out, field.wait_max, waited);
    let HoldReport { samples, p50, p99, max } = field.hold;
    for duration in [p50, p99, max] {
        write_duration(out, duration, samples > 0);
    }
    let HoldReport { samples, p99, max, .. } = field.hold_contended;
    for duration in [p99, max] {
        write_duration(out, duration, samples > 0);
    }
    for count in [field.stalls, field.panics] {
        write_number(out, count, alarm_class(count));
    }
    out.push_str("</tr>\n");
}

/// Fields with many locks: how their accesses spread.
fn write_parts(out: &mut String, fields: &[&FieldReport]) {
    let rows: Vec<_> = fields.iter().filter_map(|field| Some((&field.field, field.sampled()?))).collect();
    if rows.is_empty() {
        return;
    }
    out.push_str(
        "<h2>Accesses by part</h2>\n<div class=\"scroll\"><table>\n<thead><tr><th scope=\"col\" class=\"words\">field</th>\
         <th scope=\"col\">parts</th><th scope=\"col\">sampled</th>\
         <th scope=\"col\" title=\"in those of the mean part\">hottest</th>\
         <th scope=\"col\" title=\"1 where all are alike, 0 where one has all\">evenness</th></tr></thead>\n<tbody>\n",
    );
    for (field, spread) in rows {
        let _ = writeln!(
            out,
            "<tr><td class=\"words\">{}</td><td>{}</td><td>{}</td><td>{:.1}×</td><td>{:.2}</td></tr>",
            escape(field),
            Grouped(spread.parts),
            Grouped(spread.samples()),
            spread.peak(),
            spread.evenness(),
        );
    }
    out.push_str("</tbody></table></div>\n");
}

const DASH: &str = "<span class=\"zero\">–</span>";

fn write_number(out: &mut String, count: u64, class: &str) {
    let _ = write!(out, "<td class=\"{class}\" data-v=\"{count}\">{}</td>", Grouped(count));
}

/// A duration, or a dash that sorts below every duration.
fn write_duration(out: &mut String, duration: Duration, known: bool) {
    if known {
        let _ = write!(out, "<td data-v=\"{}\">{}</td>", nanos(duration), human(duration));
    } else {
        let _ = write!(out, "<td data-v=\"-1\">{DASH}</td>");
    }
}

fn write_waits(out: &mut String, report: &Report) {
    out.push_str("<h2>Who waited behind whom</h2>\n");
    if report.waits.is_empty() {
        out.push_str("<p class=\"empty\">No thread had to wait.</p>\n");
    } else {
        matrix::write(out, report);
        write_pairs(out, report);
    }
    if report.waits_lost > 0 {
        let lost = Grouped(report.waits_lost);
        let _ = writeln!(out, "<p class=\"note\">{lost} further waits found the table of lines full.</p>");
    }
}

fn write_pairs(out: &mut String, report: &Report) {
    let _ = write!(
        out,
        "<details><summary>All {} pairs</summary>\n<div class=\"scroll\"><table>\n<thead><tr>",
        report.waits.len(),
    );
    for heading in ["field", "waited at", "behind"] {
        let _ = write!(
            out,
            "<th scope=\"col\" class=\"words\" data-kind=\"text\"><button type=\"button\">{heading}</button></th>"
        );
    }
    out.push_str("<th scope=\"col\"><button type=\"button\">times</button></th>");
    out.push_str("<th scope=\"col\" aria-sort=\"descending\"><button type=\"button\">total</button></th>");
    out.push_str("<th scope=\"col\"><button type=\"button\">max</button></th></tr></thead>\n<tbody>\n");
    for wait in report.waits_by_total() {
        let holder = wait.holder.map_or_else(|| "unknown line".to_owned(), |place| place.to_string());
        out.push_str("<tr>");
        for words in [&wait.field, &wait.waiter.to_string(), &holder] {
            let _ = write!(out, "<td class=\"words\">{}</td>", escape(words));
        }
        write_number(out, wait.count, "");
        write_duration(out, wait.total, true);
        write_duration(out, wait.max, true);
        out.push_str("</tr>\n");
    }
    out.push_str("</tbody></table></div></details>\n");
}

fn write_order(out: &mut String, graph: &Graph<'_>) {
    out.push_str("<h2>Lock order</h2>\n");
    if graph.edges.is_empty() {
        out.push_str("<p class=\"empty\">No field was locked while another was held.</p>\n");
        return;
    }
    for ring in graph.rings() {
        let names: Vec<_> = ring.into_iter().map(escape).collect();
        let _ = writeln!(out, "<p class=\"warn\">Taken in more than one order: {}</p>", names.join(", "));
    }
    if let Some(drawing) = svg::draw(graph) {
        let _ = writeln!(out, "<div class=\"scroll graph\">\n{drawing}</div>");
    } else {
        out.push_str("<p class=\"note\">Too large to draw here; <code>Report::to_dot</code> has it for Graphviz.</p>\n");
    }
    let _ = write!(
        out,
        "<details><summary>All {} edges</summary>\n<div class=\"scroll\"><table>\n<thead><tr>",
        graph.edges.len(),
    );
    for heading in ["held", "held at", "taken", "taken at"] {
        let _ = write!(
            out,
            "<th scope=\"col\" class=\"words\" data-kind=\"text\"><button type=\"button\">{heading}</button></th>"
        );
    }
    out.push_str("</tr></thead>\n<tbody>\n");
    for edge in &graph.edges {
        let (held, taken) = (graph.fields[edge.held], graph.fields[edge.taken]);
        for (held_at, taken_at) in &edge.sites {
            out.push_str("<tr>");
            for words in [held, &held_at.to_string(), taken, &taken_at.to_string()] {
                let _ = write!(out, "<td class=\"words\">{}</td>", escape(words));
            }
            out.push_str("</tr>\n");
        }
    }
    out.push_str("</tbody></table></div></details>\n");
}

/// `text` as content or as a quoted attribute.
fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in width::printable(text).chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c => out.push(c),
        }
    }
    out
}

/// A duration for people, with a proper micro sign, which a terminal may lack but a browser has.
fn human(duration: Duration) -> String {
    Human(duration).to_string().replace("us", "µs")
}

/// The part as whole percents of the whole.
fn percent(part: Duration, whole: Duration) -> u128 {
    (part.as_nanos() * 100).checked_div(whole.as_nanos()).unwrap_or(0)
}

/// The part as percents of the whole, in tenths.
fn share(part: u64, whole: u64) -> String {
    let tenths = (u128::from(part) * 1000).checked_div(u128::from(whole)).unwrap_or(0);
    match tenths {
        0 if part > 0 => "&lt; 0.1 %".to_owned(),
        tenths => format!("{}.{} %", tenths / 10, tenths % 10),
    }
}

/// A count that fits a tile, with all its digits in the tooltip.
fn short(count: u64) -> String {
    format!("<span title=\"{}\">{}</span>", Grouped(count), Count(count))
}

fn alarm_class(count: u64) -> &'static str {
    if count == 0 { "zero" } else { "bad" }
}

#[cfg(test)]
#[path = "html/tests.rs"]
mod tests;
