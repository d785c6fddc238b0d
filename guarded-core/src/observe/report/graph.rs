//! The order edges as a graph: what both drawings and the remark on rings are made from.

use std::collections::{BTreeMap, BTreeSet};

use super::{OrderEdge, Place};

/// Fields and edges, both sorted by name and without duplicates.
pub(super) struct Graph<'a> {
    pub(super) fields: Vec<&'a str>,
    pub(super) edges: Vec<Edge>,
    /// For each field the first field of its ring; its own index if it is in none.
    ring_of: Vec<usize>,
}

/// All nestings of one field in another.
pub(super) struct Edge {
    /// Index of the outer field.
    pub(super) held: usize,
    /// Index of the inner field.
    pub(super) taken: usize,
    /// Where the outer and the inner one were taken.
    pub(super) sites: BTreeSet<(Place, Place)>,
    /// Whether the outer field is also taken, perhaps by detours, while the inner one is held. Two instances of one
    /// field may nest, so that an edge from a field to itself is no ring.
    pub(super) in_ring: bool,
}

impl<'a> Graph<'a> {
    pub(super) fn new(order: &'a [OrderEdge]) -> Self {
        let names: BTreeSet<&str> = order.iter().flat_map(|e| [&*e.held, &*e.taken]).collect();
        let fields: Vec<&str> = names.into_iter().collect();
        let index: BTreeMap<&str, usize> = fields.iter().enumerate().map(|(i, name)| (*name, i)).collect();

        let mut pairs: BTreeMap<(usize, usize), BTreeSet<(Place, Place)>> = BTreeMap::new();
        for edge in order {
            let pair = (index[&*edge.held], index[&*edge.taken]);
            pairs.entry(pair).or_default().insert((edge.held_at, edge.taken_at));
        }

        let ring_of = rings(fields.len(), pairs.keys());
        let edges = pairs
            .into_iter()
            .map(|((held, taken), sites)| {
                let in_ring = held != taken && ring_of[held] == ring_of[taken];
                Edge { held, taken, sites, in_ring }
            })
            .collect();
        Self { fields, edges, ring_of }
    }

    /// The groups of fields that are taken in more than one order.
    pub(super) fn rings(&self) -> Vec<Vec<&'a str>> {
        let mut members: BTreeMap<usize, Vec<&str>> = BTreeMap::new();
        for (field, ring) in self.ring_of.iter().enumerate() {
            members.entry(*ring).or_default().push(self.fields[field]);
        }
        members.into_values().filter(|ring| ring.len() > 1).collect()
    }
}

impl Edge {
    /// One line for each pair of source lines.
    pub(super) fn lines(&self) -> impl Iterator<Item = String> {
        self.sites.iter().map(|(held_at, taken_at)| format!("held at {held_at}, taken at {taken_at}"))
    }
}

/// For each node the least of the nodes that it reaches and that reach it.
///
/// One search for each node: the graph has a node for a field of the program's source, hundreds at the very most.
fn rings<'a>(nodes: usize, edges: impl Iterator<Item = &'a (usize, usize)>) -> Vec<usize> {
    let mut next = vec![Vec::new(); nodes];
    for &(from, to) in edges {
        next[from].push(to);
    }
    let reached: Vec<Vec<bool>> = (0..nodes)
        .map(|start| {
            let mut seen = vec![false; nodes];
            let mut open = vec![start];
            while let Some(node) = open.pop() {
                for &to in &next[node] {
                    if !seen[to] {
                        seen[to] = true;
                        open.push(to);
                    }
                }
            }
            seen
        })
        .collect();
    (0..nodes)
        .map(|node| (0..node).find(|&other| reached[node][other] && reached[other][node]).unwrap_or(node))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::super::sample::edge;
    use super::*;

    #[test]
    fn edges_are_merged_and_sorted() {
        let mut second_site = edge("B.b", "A.a");
        second_site.taken_at.line += 1;
        let order = [edge("C.c", "A.a"), edge("B.b", "A.a"), second_site, edge("B.b", "A.a")];
        let graph = Graph::new(&order);
        assert_eq!(graph.fields, ["A.a", "B.b", "C.c"]);
        let edges: Vec<_> = graph.edges.iter().map(|e| (e.held, e.taken, e.sites.len())).collect();
        assert_eq!(edges, [(1, 0, 2), (2, 0, 1)]);
        assert_eq!(
            graph.edges[1].lines().collect::<Vec<_>>(),
            ["held at src/store.rs:40, taken at src/audit.rs:7"]
        );
        assert!(graph.rings().is_empty());
    }

    #[test]
    fn ring_is_told_from_what_leads_to_it() {
        let order = [
            edge("in", "a"),
            edge("a", "b"),
            edge("b", "c"),
            edge("c", "a"),
            edge("c", "out"),
            edge("x", "y"),
            edge("y", "x"),
        ];
        let graph = Graph::new(&order);
        assert_eq!(graph.rings(), [vec!["a", "b", "c"], vec!["x", "y"]]);
        assert_eq!(graph.edges.iter().filter(|e| e.in_ring).count(), 5);
    }

    #[test]
    fn two_instances_of_one_field_are_no_ring() {
        let order = [edge("a", "a")];
        let graph = Graph::new(&order);
        assert!(graph.rings().is_empty() && !graph.edges[0].in_ring);
    }
}
