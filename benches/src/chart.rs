//! Curves in panels beside each other, which share one legend.

use std::fmt::Write;

/// One panel.
#[derive(Debug)]
pub struct Chart {
    /// What its curves have in common.
    pub title: String,
    /// Below the axis, one for each point.
    pub ticks: Vec<String>,
    /// What is measured, and its unit.
    pub unit: &'static str,
    /// The vertical axis is logarithmic: of powers of ten.
    pub logarithmic: bool,
    /// In any order.
    pub curves: Vec<Curve>,
}

/// One line.
#[derive(Debug)]
pub struct Curve {
    /// Tells its colour.
    pub name: String,
    /// One for each tick; what is not a number is left out.
    pub points: Vec<f64>,
}

const WIDE: f64 = 300.0;
const HIGH: f64 = 230.0;
/// Around the axes of a panel.
const LEFT: f64 = 56.0;
const ABOVE: f64 = 48.0;
const BELOW: f64 = 30.0;
const RIGHT: f64 = 22.0;
/// Of the whole.
const HEAD: f64 = 64.0;
const LEGEND: f64 = 210.0;
const ROW: f64 = 19.0;

/// Ours in full lines and strong colours; of the others, those of one family in one colour.
fn style(name: &str) -> (&'static str, &'static str, f64) {
    match name {
        "sharded" | "versioned, imbl" => ("#1d4ed8", "", 3.0),
        "sharded, read_mostly" => ("#1d4ed8", "6 3", 2.2),
        "rw" | "versioned, HashMap" => ("#0891b2", "", 2.2),
        "mutex" => ("#7c3aed", "", 2.2),
        "RwLock of Arc, imbl" => ("#c2410c", "6 3", 1.6),
        "RwLock of Arc, HashMap" => ("#111827", "6 3", 1.6),
        _ if name.starts_with("dashmap 7") => ("#c2410c", "6 3", 1.6),
        _ if name.starts_with("dashmap") => ("#c2410c", "", 1.6),
        _ if name.starts_with("scc HashIndex") => ("#15803d", "6 3", 1.6),
        _ if name.starts_with("scc") => ("#15803d", "", 1.6),
        _ if name.starts_with("papaya") => ("#be185d", "", 1.6),
        _ if name.starts_with("flurry") => ("#be185d", "2 3", 1.6),
        _ if name.starts_with("parking_lot RwLock") => ("#111827", "", 1.4),
        _ if name.starts_with("parking_lot") => ("#111827", "6 3", 1.4),
        _ if name.starts_with("std RwLock") => ("#9ca3af", "", 1.4),
        _ if name.starts_with("std") => ("#9ca3af", "6 3", 1.4),
        _ if name.contains("RWMutex") => ("#a16207", "", 1.4),
        _ if name.contains("sync.Map") => ("#a16207", "2 3", 1.4),
        _ if name.contains("shards") => ("#a16207", "8 2 2 2", 1.4),
        _ => ("#a16207", "6 3", 1.4),
    }
}

/// Not less than it, and its quarter is round too.
fn round_up(value: f64) -> f64 {
    let power = 10_f64.powf(value.log10().floor());
    [1.0, 1.2, 1.6, 2.0, 2.4, 3.2, 4.0, 6.0, 8.0, 10.0]
        .into_iter()
        .map(|times| times * power)
        .find(|&round| round >= value * 0.999)
        .unwrap_or(10.0 * power)
}

/// The vertical axis of a panel: where a value stands, and which ones get a line.
struct Axis {
    least: f64,
    most: f64,
    logarithmic: bool,
}

impl Axis {
    fn of(chart: &Chart) -> Self {
        let points =
            || chart.curves.iter().flat_map(|curve| &curve.points).copied().filter(|point| *point > 0.0);
        let (low, high) = (points().fold(f64::MAX, f64::min), points().fold(0.001, f64::max));
        if chart.logarithmic {
            let least = 10_f64.powf(low.min(high).log10().floor());
            Self { least, most: 10_f64.powf(high.log10().ceil()).max(least * 10.0), logarithmic: true }
        } else {
            Self { least: 0.0, most: round_up(high), logarithmic: false }
        }
    }

    /// From 0 at the bottom to 1.
    fn at(&self, value: f64) -> f64 {
        if self.logarithmic {
            (value / self.least).ln() / (self.most / self.least).ln()
        } else {
            value / self.most
        }
    }

    fn lines(&self) -> Vec<f64> {
        if self.logarithmic {
            std::iter::successors(Some(self.least), |line| Some(line * 10.0))
                .take_while(|&line| line < self.most * 1.001)
                .collect()
        } else {
            (0..=4_u8).map(|line| self.most * f64::from(line) / 4.0).collect()
        }
    }
}

fn number(value: f64) -> String {
    match value {
        _ if value >= 1e6 => format!("{} M", value / 1e6),
        _ if value >= 1e4 => format!("{} k", value / 1e3),
        _ => format!("{}", (value * 1e3).round() / 1e3),
    }
}

fn panel(to: &mut String, chart: &Chart, left: f64, top: f64) {
    let axis = Axis::of(chart);
    let (right, bottom) = (left + WIDE - LEFT - RIGHT, top + HIGH - ABOVE - BELOW);
    let count = u32::try_from(chart.ticks.len()).map_or(1.0, f64::from);
    let step = (right - left) / count;
    let y = |value: f64| bottom - axis.at(value) * (bottom - top);
    let x = |point: usize| left + (u32::try_from(point).map_or(0.0, f64::from) + 0.5) * step;
    let (title_y, unit_y, tick_y) = (top - 29.0, top - 12.0, bottom + 18.0);
    let title_x = left - LEFT + 12.0;
    put(to, format_args!(r#"<text x="{title_x}" y="{title_y}" class="panel">{}</text>"#, chart.title));
    put(to, format_args!(r#"<text x="{title_x}" y="{unit_y}" class="unit">{}</text>"#, chart.unit));
    for line in axis.lines() {
        let (y, text_x, text_y) = (y(line), left - 6.0, y(line) + 4.0);
        put(to, format_args!(r#"<path d="M{left:.1} {y:.1}H{right:.1}" class="grid"/>"#));
        put(
            to,
            format_args!(
                r#"<text x="{text_x:.1}" y="{text_y:.1}" text-anchor="end">{}</text>"#,
                number(line)
            ),
        );
    }
    for (point, tick) in chart.ticks.iter().enumerate() {
        put(
            to,
            format_args!(r#"<text x="{:.1}" y="{tick_y:.1}" text-anchor="middle">{tick}</text>"#, x(point)),
        );
    }
    // Ours, which come first, on top.
    for Curve { name, points } in chart.curves.iter().rev() {
        let (colour, dashes, width) = style(name);
        let (mut path, mut pen) = (String::new(), 'M');
        for (point, &value) in points.iter().enumerate().filter(|(_, value)| **value > 0.0) {
            let (x, y) = (x(point), y(value));
            write!(path, "{pen}{x:.1} {y:.1}").expect("a string takes everything");
            pen = 'L';
            put(to, format_args!(r#"<circle cx="{x:.1}" cy="{y:.1}" r="{width}" fill="{colour}"/>"#));
        }
        put(
            to,
            format_args!(
                r#"<path d="{path}" fill="none" stroke="{colour}" stroke-width="{width}" stroke-dasharray="{dashes}"/>"#
            ),
        );
    }
}

/// The panels in rows of so many, as SVG.
#[must_use]
pub fn chart(title: &str, note: &str, columns: usize, charts: &[Chart]) -> String {
    let at = |count: usize| u32::try_from(count).map_or(0.0, f64::from);
    let mut body = String::new();
    let mut names: Vec<&str> = Vec::new();
    for (place, chart) in charts.iter().enumerate() {
        let (column, row) = (at(place % columns), at(place / columns));
        panel(&mut body, chart, column * WIDE + LEFT, HEAD + row * HIGH + ABOVE);
        for curve in &chart.curves {
            if !names.contains(&curve.name.as_str()) {
                names.push(&curve.name);
            }
        }
    }
    let legend_x = at(columns.min(charts.len())) * WIDE + 10.0;
    for (place, name) in names.iter().enumerate() {
        let (colour, dashes, width) = style(name);
        let y = HEAD + 24.0 + at(place) * ROW;
        let (end, text_x, text_y) = (legend_x + 30.0, legend_x + 38.0, y + 4.0);
        put(
            &mut body,
            format_args!(
                r#"<path d="M{legend_x} {y}H{end}" stroke="{colour}" stroke-width="{width}" stroke-dasharray="{dashes}"/>"#
            ),
        );
        put(&mut body, format_args!(r#"<text x="{text_x}" y="{text_y}">{name}</text>"#));
    }
    let width = (legend_x + LEGEND).max(720.0);
    let height =
        (HEAD + at(charts.len().div_ceil(columns)) * HIGH).max(HEAD + 24.0 + at(names.len()) * ROW) + 10.0;
    format!(
        r##"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}">
<style>
text {{ font: 12px sans-serif; fill: #1f2937 }}
.title {{ font-size: 17px; font-weight: bold }}
.panel {{ font-size: 13px; font-weight: bold }}
.unit {{ fill: #6b7280 }}
.grid {{ stroke: #e5e7eb }}
</style>
<rect width="100%" height="100%" fill="#fff"/>
<text x="12" y="26" class="title">{title}</text>
<text x="12" y="46">{note}</text>
{body}</svg>
"##
    )
}

fn put(to: &mut String, text: std::fmt::Arguments<'_>) {
    writeln!(to, "{text}").expect("a string takes everything");
}
