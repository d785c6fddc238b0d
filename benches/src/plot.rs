//! A plot of ratios: one dot a row on a logarithmic axis, with the middle half of its rounds as a bar.

use crate::Spread;
use std::fmt::Write;

/// One row.
#[derive(Debug)]
pub struct Dot {
    /// What was measured.
    pub name: &'static str,
    /// How often the base fits into it.
    pub ratio: Spread,
}

/// The rows that share a base, which is the first.
#[derive(Debug)]
pub struct Panel {
    /// What they all do.
    pub title: String,
    /// The rows.
    pub dots: Vec<Dot>,
}

const WIDTH: f64 = 820.0;
/// Where the axis begins and ends, and the ratios there.
const LEFT: f64 = 220.0;
const RIGHT: f64 = 700.0;
const LEAST: f64 = 0.25;
const MOST: f64 = 8.0;
const ROW: f64 = 18.0;
const TOP: f64 = 84.0;

fn x(ratio: f64) -> f64 {
    let part = (ratio.clamp(LEAST, MOST) / LEAST).ln() / (MOST / LEAST).ln();
    LEFT + part * (RIGHT - LEFT)
}

fn colour(name: &str) -> &'static str {
    match name {
        _ if name.starts_with("parking_lot") => "#6b7280",
        _ if name.starts_with("std") => "#c2650a",
        _ => "#1d4ed8",
    }
}

/// The panels below each other, as SVG.
#[must_use]
pub fn plot(title: &str, note: &str, panels: &[Panel]) -> String {
    let mut body = String::new();
    let mut y = TOP;
    for panel in panels {
        y += ROW;
        line(&mut body, format_args!(r#"<text x="16" y="{y}" class="panel">{}</text>"#, panel.title));
        for Dot { name, ratio } in &panel.dots {
            y += ROW;
            let (colour, middle, text_y) = (colour(name), x(ratio.middle), y + 4.0);
            let (low, high) = (x(ratio.low), x(ratio.high));
            let (name_x, value_x) = (LEFT - 14.0, RIGHT + 16.0);
            line(
                &mut body,
                format_args!(r#"<text x="{name_x}" y="{text_y}" text-anchor="end">{name}</text>"#),
            );
            line(
                &mut body,
                format_args!(r#"<path d="M{low:.1} {y}H{high:.1}" stroke="{colour}" class="half"/>"#),
            );
            line(&mut body, format_args!(r#"<circle cx="{middle:.1}" cy="{y}" r="4" fill="{colour}"/>"#));
            line(&mut body, format_args!(r#"<text x="{value_x}" y="{text_y}">{:.2}</text>"#, ratio.middle));
        }
        y += ROW;
    }
    let mut grid = String::new();
    let (top, bottom) = (TOP - 6.0, y - ROW / 2.0);
    for (ratio, label) in [(0.25, "¼"), (0.5, "½"), (1.0, "1"), (2.0, "2"), (4.0, "4"), (8.0, "8")] {
        let class = if label == "1" { "base" } else { "grid" };
        let (x, label_y) = (x(ratio), top - 6.0);
        line(&mut grid, format_args!(r#"<path d="M{x:.1} {top}V{bottom}" class="{class}"/>"#));
        line(
            &mut grid,
            format_args!(r#"<text x="{x:.1}" y="{label_y}" text-anchor="middle">{label}</text>"#),
        );
    }
    let height = y + ROW;
    format!(
        r##"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" height="{height}">
<style>
text {{ font: 13px sans-serif; fill: #1f2937 }}
.title {{ font-size: 17px; font-weight: bold }}
.panel {{ font-weight: bold }}
.grid {{ stroke: #d1d5db }}
.base {{ stroke: #6b7280; stroke-width: 2 }}
.half {{ stroke-width: 6; stroke-opacity: 0.35 }}
</style>
<rect width="100%" height="100%" fill="#fff"/>
<text x="16" y="26" class="title">{title}</text>
<text x="16" y="46">{note}</text>
{grid}{body}</svg>
"##
    )
}

fn line(to: &mut String, text: std::fmt::Arguments<'_>) {
    writeln!(to, "{text}").expect("a string takes everything");
}
