//! The order graph as an inline drawing.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::super::graph::{Edge, Graph};
use super::super::{owner_and_field, width};
use super::escape;
use super::layout::{Item, Layout};

/// Above these the drawing would be a tangle, and the page is better off with the list alone.
const MOST_FIELDS: usize = 80;
const MOST_EDGES: usize = 240;

// All in CSS pixels.
const NODE_HEIGHT: usize = 44;
const WAY_HEIGHT: usize = 14;
const ROW_GAP: usize = 18;
const COLUMN_GAP: usize = 84;
const MARGIN: usize = 28;
/// Names longer than this are cut; the tooltip has all of them.
const LONGEST_NAME: usize = 30;

/// A placed item: from `left` to `right`, as wide as the widest of its layer so that no edge runs behind a box, and the
/// middle of its height.
#[derive(Clone, Copy)]
struct Spot {
    left: usize,
    right: usize,
    middle: usize,
}

/// The drawing, or `None` where there is nothing to draw or too much.
pub(super) fn draw(graph: &Graph<'_>) -> Option<String> {
    if graph.edges.is_empty() || graph.fields.len() > MOST_FIELDS || graph.edges.len() > MOST_EDGES {
        return None;
    }
    let ends: Vec<_> = graph.edges.iter().map(|edge| (edge.held, edge.taken)).collect();
    let layout = Layout::new(graph.fields.len(), &ends);
    let (spots, width, height) = place(graph, &layout);
    let ports = ports(&layout, &spots);

    let mut svg = format!(
        "<svg viewBox=\"0 0 {width} {height}\" width=\"{width}\" height=\"{height}\" role=\"img\" \
         aria-label=\"lock order: arrows lead from the field held to the field taken\">\n<defs>"
    );
    for (id, class) in [("tip", "edge"), ("ring-tip", "edge ring")] {
        let _ = write!(
            svg,
            "<marker id=\"{id}\" class=\"{class}\" viewBox=\"0 0 8 8\" refX=\"7\" refY=\"4\" markerWidth=\"8\" \
             markerHeight=\"8\" markerUnits=\"userSpaceOnUse\" orient=\"auto\"><path d=\"M0 0 8 4 0 8z\"/></marker>"
        );
    }
    svg.push_str("</defs>\n");
    for (number, edge) in graph.edges.iter().enumerate() {
        let path = if edge.held == edge.taken {
            loop_path(spots[&Item::Node(edge.held)])
        } else {
            path(number, &layout.routes[number], &spots, &ports)
        };
        draw_edge(&mut svg, graph, edge, &path);
    }
    for (index, name) in graph.fields.iter().enumerate() {
        draw_node(&mut svg, name, spots[&Item::Node(index)]);
    }
    svg.push_str("</svg>\n");
    Some(svg)
}

/// Places each item; also the width and height of the whole.
fn place(graph: &Graph<'_>, layout: &Layout) -> (BTreeMap<Item, Spot>, usize, usize) {
    let item_height = |item: &Item| match item {
        Item::Node(_) => NODE_HEIGHT,
        Item::Way { .. } => WAY_HEIGHT,
    };
    let layer_height = |layer: &[Item]| layer.iter().map(|item| item_height(item) + ROW_GAP).sum::<usize>();
    let tallest = layout.layers.iter().map(|layer| layer_height(layer)).max().unwrap_or(0);

    let mut spots = BTreeMap::new();
    let mut left = MARGIN;
    for layer in &layout.layers {
        let width = layer
            .iter()
            .map(|item| match item {
                Item::Node(index) => node_width(graph.fields[*index]),
                Item::Way { .. } => 0,
            })
            .max()
            .unwrap_or(0);
        let mut top = MARGIN + (tallest - layer_height(layer)) / 2;
        for item in layer {
            let right = left + width;
            spots.insert(*item, Spot { left, right, middle: top + item_height(item) / 2 });
            top += item_height(item) + ROW_GAP;
        }
        left += width + COLUMN_GAP;
    }
    (spots, left - COLUMN_GAP + MARGIN, tallest - ROW_GAP + 2 * MARGIN)
}

/// Room for the longer of both lines, which are set in a monospaced face of 12 and 10 pixels.
fn node_width(name: &str) -> usize {
    let (owner, field) = owner_and_field(name);
    let field_width = width::columns(&shortened(field)) * 74 / 10;
    let owner_width = width::columns(&shortened(owner)) * 62 / 10;
    field_width.max(owner_width).max(40) + 26
}

/// At which height each edge leaves its first node and enters its last: spread over the side, in the order in which the
/// edges go up and down, so that they neither cross at the node nor lie upon each other.
fn ports(layout: &Layout, spots: &BTreeMap<Item, Spot>) -> BTreeMap<(usize, Item), usize> {
    let mut sides: BTreeMap<(Item, bool), Vec<(usize, usize)>> = BTreeMap::new();
    for (edge, route) in layout.routes.iter().enumerate() {
        if let ([first, second, ..], [.., before, last]) = (&route[..], &route[..]) {
            for (node, next) in [(first, second), (last, before)] {
                let at_right = spots[next].left > spots[node].left;
                sides.entry((*node, at_right)).or_default().push((spots[next].middle, edge));
            }
        }
    }
    let mut ports = BTreeMap::new();
    for ((node, _), mut edges) in sides {
        edges.sort_unstable();
        let top = spots[&node].middle - NODE_HEIGHT / 2;
        for (i, (_, edge)) in edges.iter().enumerate() {
            ports.insert((*edge, node), top + NODE_HEIGHT * (i + 1) / (edges.len() + 1));
        }
    }
    ports
}

/// Curves between the columns, straight lines across them.
fn path(
    edge: usize,
    route: &[Item],
    spots: &BTreeMap<Item, Spot>,
    ports: &BTreeMap<(usize, Item), usize>,
) -> String {
    let mut path = String::new();
    for pair in route.windows(2) {
        let (from, to) = (spots[&pair[0]], spots[&pair[1]]);
        let forward = from.left < to.left;
        let (start, end, far) =
            if forward { (from.right, to.left, to.right) } else { (from.left, to.right, to.left) };
        let height = |item: Item, spot: Spot| ports.get(&(edge, item)).copied().unwrap_or(spot.middle);
        let (y1, y2) = (height(pair[0], from), height(pair[1], to));
        if path.is_empty() {
            let _ = write!(path, "M{start} {y1}");
        }
        let half = start.midpoint(end);
        let _ = write!(path, "C{half} {y1} {half} {y2} {end} {y2}");
        if matches!(pair[1], Item::Way { .. }) {
            let _ = write!(path, "H{far}");
        }
    }
    path
}

/// A small arc above the node.
fn loop_path(spot: Spot) -> String {
    let top = spot.middle - NODE_HEIGHT / 2;
    let (from, to) = (spot.right - 30, spot.right - 12);
    format!("M{from} {top}C{from} {y} {to} {y} {to} {top}", y = top - 22)
}

fn draw_edge(svg: &mut String, graph: &Graph<'_>, edge: &Edge, path: &str) {
    let (class, tip) = if edge.in_ring { ("edge ring", "ring-tip") } else { ("edge", "tip") };
    let (held, taken) = (graph.fields[edge.held], graph.fields[edge.taken]);
    let mut title = format!("{held} → {taken}");
    for line in edge.lines() {
        let _ = write!(title, "\n{line}");
    }
    // The second, broad and unseen path makes the thin one easy to point at.
    let _ = writeln!(
        svg,
        "<g class=\"{class}\"><path d=\"{path}\" marker-end=\"url(#{tip})\"/><path class=\"hit\" d=\"{path}\"/>\
         <title>{}</title></g>",
        title.split('\n').map(escape).collect::<Vec<_>>().join("\n"),
    );
}

fn draw_node(svg: &mut String, name: &str, spot: Spot) {
    let (owner, field) = owner_and_field(name);
    let (x, y) = (spot.left, spot.middle - NODE_HEIGHT / 2);
    let (width, text) = (spot.right - spot.left, x + 13);
    let _ = writeln!(
        svg,
        "<g class=\"node\"><rect x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{NODE_HEIGHT}\" rx=\"7\"/>\
         <text class=\"owner\" x=\"{text}\" y=\"{}\">{}</text><text x=\"{text}\" y=\"{}\">{}</text>\
         <title>{}</title></g>",
        y + 17,
        escape(&shortened(owner)),
        y + 33,
        escape(&shortened(field)),
        escape(name),
    );
}

/// The end of a long name, since what tells two generic types apart stands there; control characters are escaped.
fn shortened(name: &str) -> String {
    let name = width::printable(name);
    if width::columns(&name) <= LONGEST_NAME {
        return name;
    }
    let mut kept = String::new();
    let start = name.char_indices().map(|(at, _)| at).find(|at| width::columns(&name[*at..]) < LONGEST_NAME);
    kept.push('…');
    kept.push_str(&name[start.unwrap_or(0)..]);
    kept
}

#[cfg(test)]
mod tests {
    use super::super::super::sample::{self, edge};
    use super::super::super::{OrderEdge, Report};
    use super::*;

    fn drawing(order: &[OrderEdge]) -> String {
        draw(&Graph::new(order)).unwrap()
    }

    #[test]
    fn nothing_and_too_much_are_not_drawn() {
        assert!(draw(&Graph::new(&[])).is_none());
        let names: Vec<_> = (0..=MOST_FIELDS).map(|i| format!("T.f{i}")).collect();
        let order: Vec<_> = names.windows(2).map(|pair| edge(&pair[0], &pair[1])).collect();
        assert!(draw(&Graph::new(&order)).is_none());
    }

    #[test]
    fn each_field_is_a_box_and_each_edge_an_arrow_that_tells_its_lines() {
        let svg = drawing(&sample::report().order);
        assert_eq!(svg.matches("<rect ").count(), 3);
        assert_eq!(svg.matches("marker-end").count(), 3);
        assert!(svg.contains(
            "Inventory.stock → Audit.journal\nheld at src/store.rs:40, taken at src/audit.rs:7</title>"
        ));
        assert!(svg.contains("<text class=\"owner\" x=\"41\""));
    }

    #[test]
    fn both_arrows_of_a_pair_are_drawn_apart_and_red() {
        let svg = drawing(&[edge("A.a", "B.b"), edge("B.b", "A.a")]);
        let paths: Vec<_> = svg
            .lines()
            .filter(|line| line.starts_with("<g class=\"edge ring\">"))
            .map(|line| line.split('"').nth(3).unwrap())
            .collect();
        assert_eq!(paths, ["M94 42C136 42 136 42 178 42", "M178 57C136 57 136 57 94 57"]);
    }

    #[test]
    fn field_nested_in_itself_has_a_loop() {
        assert!(drawing(&[edge("A.a", "A.a")]).contains("<path d=\"M64 28C64 6 82 6 82 28\""));
    }

    #[test]
    fn long_names_keep_their_end() {
        let short = shortened(&format!("{}::Cache<u8>", "module".repeat(10)));
        assert!(short.starts_with('…') && short.ends_with("::Cache<u8>"));
        assert_eq!(width::columns(&short), LONGEST_NAME);
    }

    #[test]
    fn boxes_of_one_layer_do_not_overlap() {
        let report =
            Report { order: (0..9).map(|i| edge("A.a", &format!("B.b{i}"))).collect(), ..Report::default() };
        let svg = drawing(&report.order);
        let mut tops: Vec<usize> = svg
            .lines()
            .filter_map(|line| line.split_once("<rect x=\"178\" y=\"")?.1.split('"').next()?.parse().ok())
            .collect();
        tops.sort_unstable();
        assert_eq!(tops.len(), 9);
        assert!(tops.windows(2).all(|pair| pair[1] - pair[0] == NODE_HEIGHT + ROW_GAP));
    }
}
