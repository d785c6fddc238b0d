//! The report as text for a terminal or a log.

use std::fmt::{self, Display};

use super::graph::Graph;
use super::units::{Count, Human};
use super::width::{columns, pad_left, pad_right, printable};
use super::{FieldReport, HoldReport, Report, WaitReport};

/// The table grows up to this width before long names get a line of their own.
const LINE: usize = 118;
/// Names up to this long always stand in the table.
const SHORT_NAME: usize = 16;
/// Places up to this long are aligned; one long path must not push all lines apart.
const LONGEST_PLACE: usize = 32;
/// Lines shown of each list, unless all are asked for.
const SHOWN: usize = 20;

/// Headings in two lines.
const HEADINGS: [(&str, &str); 13] = [
    ("", "field"),
    ("", "kind"),
    ("", "reads"),
    ("", "writes"),
    ("", "contended"),
    ("", "waits"),
    ("wait", "total"),
    ("wait", "max"),
    ("hold*", "p50"),
    ("hold*", "p99"),
    ("hold*", "max"),
    ("", "stalls"),
    ("", "panics"),
];
/// The columns that hold words and stand flush left.
const WORDS: usize = 2;

/// A table sorted by total wait, then who waited behind whom. `{:#}` prints long lists in full.
impl Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_empty() {
            return f.write_str("nothing has been locked yet\n");
        }
        let shown = if f.alternate() { usize::MAX } else { SHOWN };
        write_table(f, &self.fields_by_wait())?;
        write_waits(f, &self.waits_by_total(), shown)?;
        if self.waits_lost > 0 {
            writeln!(f, "  {} further waits found the table of lines full", Count(self.waits_lost))?;
        }
        write_contended_holds(f, &self.fields_by_wait(), shown)?;
        write_parts(f, &self.fields_by_wait(), shown)?;
        write_rings(f, &Graph::new(&self.order))?;
        if !self.fields.is_empty() {
            let timed = self.fields.iter().fold(0_u64, |sum, field| sum.saturating_add(field.hold.samples));
            writeln!(f, "\n* a sample of 1 in 1024 ({} holds timed)", Count(timed))?;
        }
        Ok(())
    }
}

fn write_table(f: &mut fmt::Formatter<'_>, fields: &[&FieldReport]) -> fmt::Result {
    if fields.is_empty() {
        return Ok(());
    }
    let rows: Vec<[String; 13]> = fields.iter().map(|field| cells(field)).collect();
    let mut widths = HEADINGS.map(|(_, heading)| columns(heading));
    for row in &rows {
        for (width, cell) in widths.iter_mut().zip(row).skip(1) {
            *width = columns(cell).max(*width);
        }
    }
    // What the numbers leave is for the name; a name that needs more gets a line of its own.
    let numbers: usize = widths[1..].iter().map(|width| width + 2).sum();
    let longest = rows.iter().map(|row| columns(&row[0])).max().unwrap_or(0);
    let room = LINE.saturating_sub(numbers).max(SHORT_NAME);
    widths[0] = longest.min(room).max(widths[0]);

    write_line(f, &HEADINGS.map(|(group, _)| group.to_owned()), &widths)?;
    write_line(f, &HEADINGS.map(|(_, heading)| heading.to_owned()), &widths)?;
    for mut row in rows {
        if columns(&row[0]) > widths[0] {
            writeln!(f, "{}", row[0])?;
            row[0].clear();
        }
        write_line(f, &row, &widths)?;
    }
    Ok(())
}

fn cells(field: &FieldReport) -> [String; 13] {
    let wait = |duration| {
        if field.waits == 0 { "-".to_owned() } else { Human(duration).to_string() }
    };
    let [p50, p99, max] = hold_cells(&field.hold);
    [
        printable(&field.field),
        printable(field.strategy),
        Count(field.reads).to_string(),
        Count(field.writes).to_string(),
        Count(field.contended).to_string(),
        Count(field.waits).to_string(),
        wait(field.wait_total),
        wait(field.wait_max),
        p50,
        p99,
        max,
        Count(field.stalls).to_string(),
        Count(field.panics).to_string(),
    ]
}

/// The quantiles, or dashes where nothing was timed.
fn hold_cells(hold: &HoldReport) -> [String; 3] {
    [hold.p50, hold.p99, hold.max]
        .map(|duration| if hold.samples == 0 { "-".to_owned() } else { Human(duration).to_string() })
}

fn write_line(f: &mut fmt::Formatter<'_>, cells: &[String; 13], widths: &[usize; 13]) -> fmt::Result {
    let mut line = String::new();
    for (column, (cell, width)) in cells.iter().zip(widths).enumerate() {
        if column > 0 {
            line.push_str("  ");
        }
        line += &if column < WORDS { pad_right(cell, *width) } else { pad_left(cell, *width) };
    }
    writeln!(f, "{}", line.trim_end())
}

fn write_waits(f: &mut fmt::Formatter<'_>, waits: &[&WaitReport], shown: usize) -> fmt::Result {
    if waits.is_empty() {
        return Ok(());
    }
    writeln!(f, "\nwho waited behind whom")?;
    let rows: Vec<_> = waits
        .iter()
        .take(shown)
        .map(|wait| {
            let holder = wait.holder.map_or_else(|| "an unknown line".to_owned(), |place| place.to_string());
            [
                printable(&wait.waiter.to_string()),
                format!("{}x", Count(wait.count)),
                Human(wait.total).to_string(),
                Human(wait.max).to_string(),
                printable(&holder),
                printable(&wait.field),
            ]
        })
        .collect();
    let width = |column: usize| {
        rows.iter().map(|row| columns(&row[column])).max().map_or(0, |longest| longest.min(LONGEST_PLACE))
    };
    let [waiter, count, total, max, holder] = [0, 1, 2, 3, 4].map(width);
    for row in &rows {
        writeln!(
            f,
            "  {} waited {} (total {}, max {}) behind {}  {}",
            pad_right(&row[0], waiter),
            pad_left(&row[1], count),
            pad_left(&row[2], total),
            pad_left(&row[3], max),
            pad_right(&row[4], holder),
            row[5],
        )?;
    }
    write_rest(f, waits.len(), shown)
}

/// Holds after a wait are what the others wait for; they are all timed, and slower than the sample of all holds.
fn write_contended_holds(f: &mut fmt::Formatter<'_>, fields: &[&FieldReport], shown: usize) -> fmt::Result {
    let timed: Vec<_> = fields.iter().filter(|field| field.hold_contended.samples > 0).collect();
    if timed.is_empty() {
        return Ok(());
    }
    writeln!(f, "\nholds that followed a wait (each of them is timed)")?;
    for field in timed.iter().take(shown) {
        let hold = &field.hold_contended;
        let [p50, p99, max] = hold_cells(hold);
        let (samples, name) = (Count(hold.samples), printable(&field.field));
        writeln!(f, "  p50 {p50:>7}  p99 {p99:>7}  max {max:>7}  {samples:>6} timed  {name}")?;
    }
    write_rest(f, timed.len(), shown)
}

/// Fields with many locks: a hasher that spreads badly, or one key that everybody asks for, shows here.
fn write_parts(f: &mut fmt::Formatter<'_>, fields: &[&FieldReport], shown: usize) -> fmt::Result {
    let rows: Vec<_> = fields.iter().filter_map(|field| Some((&field.field, field.sampled()?))).collect();
    if rows.is_empty() {
        return Ok(());
    }
    writeln!(
        f,
        "\naccesses by part* (the hottest in those of the mean part; evenness 1 where all are alike)"
    )?;
    for (field, spread) in rows.iter().take(shown) {
        writeln!(
            f,
            "  hottest {:.1}x  evenness {:.2}  {} parts  {} sampled  {}",
            spread.peak(),
            spread.evenness(),
            spread.parts,
            Count(spread.samples()),
            printable(field)
        )?;
    }
    write_rest(f, rows.len(), shown)
}

fn write_rings(f: &mut fmt::Formatter<'_>, graph: &Graph<'_>) -> fmt::Result {
    for ring in graph.rings() {
        let names: Vec<_> = ring.into_iter().map(printable).collect();
        writeln!(f, "\ntaken in more than one order: {}", names.join(", "))?;
    }
    Ok(())
}

fn write_rest(f: &mut fmt::Formatter<'_>, all: usize, shown: usize) -> fmt::Result {
    match all.saturating_sub(shown) {
        0 => Ok(()),
        rest => writeln!(f, "  and {rest} more"),
    }
}

#[cfg(test)]
mod tests {
    use super::super::sample::{self, AUDIT, ORDER, STORE, edge, wait};
    use super::*;

    fn named(name: &str) -> FieldReport {
        FieldReport { field: name.to_owned(), strategy: "rw", writes: 1, ..FieldReport::default() }
    }

    fn of_fields(fields: Vec<FieldReport>) -> String {
        Report { fields, ..Report::default() }.to_string()
    }

    #[test]
    fn empty_report_says_so() {
        assert_eq!(Report::default().to_string(), "nothing has been locked yet\n");
    }

    #[test]
    fn whole_report_reads_well() {
        let mut report = sample::report();
        report.fields.remove(1);
        report.waits.truncate(2);
        let expected = "
                                                            wait    wait  hold*   hold*    hold*
field            kind   reads  writes  contended  waits    total     max    p50     p99      max  stalls  panics
Inventory.stock  rw      1.2M    4096         52     34  12.3 ms  4.1 ms  95 ns  7.0 us  61.3 us       1       2
Audit.journal    mutex      0      77          0      0        -       -      -       -        -       0       0

who waited behind whom
  src/order.rs:12 waited 30x (total 12.3 ms, max  4.1 ms) behind src/store.rs:40  Inventory.stock
  src/audit.rs:7  waited  4x (total 45.0 us, max 15.0 us) behind an unknown line  Inventory.stock
  3 further waits found the table of lines full

holds that followed a wait (each of them is timed)
  p50  3.0 us  p99  900 us  max  901 us      34 timed  Inventory.stock

* a sample of 1 in 1024 (1210 holds timed)
";
        assert_eq!(format!("\n{report}"), expected);
    }

    #[test]
    fn long_names_get_their_own_line_and_the_table_keeps_its_width() {
        let long = format!("{}.field", "Long".repeat(30));
        let table = of_fields(vec![named(&long), named("Short.field")]);
        let lines: Vec<_> = table.lines().collect();
        assert_eq!(lines[2], long);
        assert!(lines[3].starts_with("       "));
        assert!(lines.iter().all(|line| *line == long || columns(line) <= 120), "{table}");
    }

    #[test]
    fn largest_numbers_fit_the_line() {
        let mut field = named("Inventory.stock");
        let hold = HoldReport { samples: 1, p50: sample::micros(999_000), ..HoldReport::default() };
        (field.reads, field.writes, field.contended, field.hold) = (u64::MAX, u64::MAX, u64::MAX, hold);
        assert!(of_fields(vec![field]).lines().all(|line| columns(line) <= 120));
    }

    #[test]
    fn unicode_names_align() {
        let table = of_fields(vec![named("在庫.数量"), named("Größe.maß"), named("Plain.name")]);
        let ends: Vec<_> = table.lines().skip(2).take(3).map(columns).collect();
        assert_eq!(ends[0], ends[1]);
        assert_eq!(ends[1], ends[2]);
    }

    #[test]
    fn no_name_breaks_a_line_or_reaches_the_terminal() {
        let text = sample::report().to_string();
        assert!(!text.contains('\u{1b}'));
        assert!(text.lines().any(|line| line.starts_with("Evil<'a, \"q\\\\n;{}&\">.fi\\u{1b}eld")), "{text}");
    }

    #[test]
    fn long_lists_are_cut_unless_asked_for() {
        let mut report = Report {
            waits: (0..25).map(|i| wait("A.b", ORDER, Some(STORE), i + 1, 90)).collect(),
            ..Report::default()
        };
        report.waits.push(wait("A.b", AUDIT, None, 1, 900));
        let short = report.to_string();
        assert_eq!(short.matches("x (total ").count(), 20);
        assert!(short.contains("  and 6 more\n"));
        assert!(short.lines().nth(2).unwrap().contains("src/audit.rs:7"), "the longest wait comes first");
        let full = format!("{report:#}");
        assert_eq!(full.matches("x (total ").count(), 26);
        assert!(!full.contains(" more\n"));
    }

    #[test]
    fn ring_is_told() {
        let report = Report { order: vec![edge("A.a", "B.b"), edge("B.b", "A.a")], ..Report::default() };
        assert!(report.to_string().contains("taken in more than one order: A.a, B.b\n"));
    }
}
