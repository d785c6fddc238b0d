//! The lock order in the language of Graphviz.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::graph::{Edge, Graph};
use super::{Report, owner_and_field, units, width};

impl Report {
    /// The lock order as a Graphviz digraph: an arrow leads from the field that was held to the one taken meanwhile.
    ///
    /// Fields stand in a box for their struct. Each arrow tells the source lines of both (all of them in its tooltip);
    /// arrows that close a ring, and may thus deadlock, are red. Fields that were never nested are left out.
    ///
    /// Draw it with `dot -Tsvg`.
    ///
    /// ```
    /// # use guarded_core::observe::report::Report;
    /// assert!(Report::default().to_dot().starts_with("digraph"));
    /// ```
    #[must_use]
    pub fn to_dot(&self) -> String {
        let graph = Graph::new(&self.order);
        let mut out = String::from(
            "digraph lock_order {\n  rankdir=LR;\n  graph [fontname=\"sans-serif\", fontsize=11, style=rounded, color=gray];\n  node [shape=box, style=rounded, fontname=\"sans-serif\"];\n  \
             edge [fontname=\"sans-serif\", fontsize=9];\n",
        );
        for (number, (owner, fields)) in by_owner(&graph.fields).into_iter().enumerate() {
            let _ = writeln!(out, "  subgraph cluster_{number} {{\n    label={};", quoted(owner));
            for name in fields {
                let (_, field) = owner_and_field(name);
                let tooltip = self.tooltip(name);
                let _ = writeln!(
                    out,
                    "    {} [label={}, tooltip={}];",
                    quoted(name),
                    quoted(field),
                    quoted(&tooltip)
                );
            }
            out.push_str("  }\n");
        }
        for edge in &graph.edges {
            let (held, taken) = (quoted(graph.fields[edge.held]), quoted(graph.fields[edge.taken]));
            let _ = writeln!(out, "  {held} -> {taken} [{}];", attributes(edge));
        }
        out.push_str("}\n");
        out
    }

    /// What is known of the field besides its name.
    fn tooltip(&self, name: &str) -> String {
        self.fields.iter().filter(|f| f.field == name).min_by_key(|f| f.declared).map_or_else(
            || name.to_owned(),
            |f| {
                let waited = units::Human(f.wait_total);
                format!("{name}: {}, declared at {}, waited for {waited}", f.strategy, f.declared)
            },
        )
    }
}

/// The names grouped by owner, both sorted.
fn by_owner<'a>(names: &[&'a str]) -> BTreeMap<&'a str, Vec<&'a str>> {
    let mut owners: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for name in names {
        owners.entry(owner_and_field(name).0).or_default().push(name);
    }
    owners
}

/// The first pair of source lines as the label, all of them as the tooltip.
fn attributes(edge: &Edge) -> String {
    let mut label = String::new();
    if let Some((held_at, taken_at)) = edge.sites.first() {
        let _ = write!(label, "{held_at}\n{taken_at}");
    }
    if edge.sites.len() > 1 {
        let _ = write!(label, "\nand {} more", edge.sites.len() - 1);
    }
    let tooltip = quoted(&edge.lines().collect::<Vec<_>>().join("\n"));
    let ring = if edge.in_ring { ", color=red, penwidth=2" } else { "" };
    format!("label={}, tooltip={tooltip}, labeltooltip={tooltip}{ring}", quoted(&label))
}

/// A quoted string. Line breaks become the escape that Graphviz understands; no other control character passes.
fn quoted(text: &str) -> String {
    let lines =
        text.split('\n').map(|line| width::printable(line).replace('\\', "\\\\").replace('"', "\\\""));
    format!("\"{}\"", lines.collect::<Vec<_>>().join("\\n"))
}

#[cfg(test)]
mod tests {
    use super::super::sample::{self, edge};
    use super::*;

    #[test]
    fn empty_report_is_an_empty_graph() {
        let dot = Report::default().to_dot();
        assert!(dot.starts_with("digraph lock_order {\n") && dot.ends_with("}\n"));
        assert!(!dot.contains("->") && !dot.contains("subgraph"));
    }

    #[test]
    fn fields_stand_in_their_struct_and_edges_tell_both_lines() {
        let dot = sample::report().to_dot();
        assert!(dot.contains("label=\"Inventory\";\n    \"Inventory.stock\" [label=\"stock\", tooltip="));
        assert!(dot.contains("Inventory.stock: rw, declared at src/store.rs:9, waited for 12.3 ms"));
        assert!(dot.contains(
            "  \"Inventory.stock\" -> \"Audit.journal\" [label=\"src/store.rs:40\\nsrc/audit.rs:7\", \
             tooltip=\"held at src/store.rs:40, taken at src/audit.rs:7\""
        ));
        assert_eq!(dot.matches("subgraph cluster_").count(), 3);
        assert!(!dot.contains("color=red"));
    }

    #[test]
    fn names_are_escaped() {
        assert_eq!(quoted("a\"b\\c\nd\u{1b}"), r#""a\"b\\c\nd\\u{1b}""#);
        let dot = sample::report().to_dot();
        assert!(dot.contains(r#"[label="fi\\u{1b}eld""#));
        assert!(!dot.contains('\u{1b}'));
        // Outside escapes the quotes pair up on every line, so that no name ends its string early.
        for line in dot.lines() {
            let bare = line.replace("\\\\", "").replace("\\\"", "");
            assert_eq!(bare.matches('"').count() % 2, 0, "{line}");
        }
    }

    #[test]
    fn ring_is_red_and_the_way_to_it_is_not() {
        let report = Report {
            order: vec![edge("A.a", "B.b"), edge("B.b", "A.a"), edge("B.b", "C.c")],
            ..Report::default()
        };
        let dot = report.to_dot();
        assert_eq!(dot.matches("color=red").count(), 2);
        let way = dot.lines().find(|line| line.contains("-> \"C.c\"")).unwrap();
        assert!(!way.contains("color=red"));
    }

    #[test]
    fn further_lines_are_counted_in_the_label_and_listed_in_the_tooltip() {
        let mut report = Report::default();
        let mut other = edge("A.a", "B.b");
        other.taken_at.line = 99;
        report.order = vec![edge("A.a", "B.b"), other];
        let dot = report.to_dot();
        assert_eq!(dot.matches("->").count(), 1);
        assert!(dot.contains("\\nand 1 more\""));
        assert!(dot.contains("taken at src/audit.rs:7\\nheld at src/store.rs:40, taken at src/audit.rs:99"));
    }
}
