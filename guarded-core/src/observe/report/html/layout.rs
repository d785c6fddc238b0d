//! A layered layout for the order graph: outer locks left, inner locks right.
//!
//! The steps of Sugiyama, Tagawa and Toda: turn the edges that close a ring around, put each node one layer right of all
//! that point to it, give long edges a way point in each layer they cross, and sort each layer by where its neighbours
//! are. Integers only, and ties go by index, so that equal graphs are drawn alike.

use std::collections::BTreeMap;

/// Where the nodes and edges go, in layers and positions within a layer.
pub(super) struct Layout {
    /// The layers from left to right, each from top to bottom.
    pub(super) layers: Vec<Vec<Item>>,
    /// For each edge the items it passes, from its start to its end; empty for an edge from a node to itself.
    pub(super) routes: Vec<Vec<Item>>,
}

/// What takes up a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Item {
    /// The node of this index.
    Node(usize),
    /// Where the edge crosses the layer.
    Way {
        /// The index of the edge.
        edge: usize,
        /// The index of the layer.
        layer: usize,
    },
}

/// How often the layers are sorted, in turns from the left and from the right.
const SWEEPS: usize = 8;

impl Layout {
    /// Lays out `nodes` nodes and the edges between them.
    pub(super) fn new(nodes: usize, edges: &[(usize, usize)]) -> Self {
        let forward = without_rings(nodes, edges);
        let layer_of = longest_paths(nodes, &forward);
        let depth = layer_of.iter().max().map_or(0, |last| last + 1);
        let mut layers = vec![Vec::new(); depth];
        for (node, layer) in layer_of.iter().enumerate() {
            layers[*layer].push(Item::Node(node));
        }
        let mut routes = Vec::new();
        for (edge, (&(from, to), &(start, _))) in forward.iter().zip(edges).enumerate() {
            let mut route = Vec::new();
            if from != to {
                route.push(Item::Node(from));
                for layer in layer_of[from] + 1..layer_of[to] {
                    route.push(Item::Way { edge, layer });
                }
                route.push(Item::Node(to));
                if start != from {
                    route.reverse();
                }
            }
            for item in &route {
                if let Item::Way { layer, .. } = *item {
                    layers[layer].push(*item);
                }
            }
            routes.push(route);
        }
        let mut layout = Self { layers, routes };
        layout.sort_layers();
        layout
    }

    /// Moves each item to the mean position of its neighbours in the layer before, then the one after, and so on.
    fn sort_layers(&mut self) {
        let mut near: BTreeMap<Item, Vec<Item>> = BTreeMap::new();
        for pair in self.routes.iter().flat_map(|route| route.windows(2)) {
            near.entry(pair[0]).or_default().push(pair[1]);
            near.entry(pair[1]).or_default().push(pair[0]);
        }
        let last = self.layers.len().saturating_sub(1);
        for sweep in 0..SWEEPS {
            for step in 0..last {
                let (fixed, moved) =
                    if sweep % 2 == 0 { (step, step + 1) } else { (last - step, last - step - 1) };
                let places: BTreeMap<Item, usize> = self.layers[fixed].iter().copied().zip(0..).collect();
                let mut keyed: Vec<(usize, Item)> = Vec::new();
                for (at, item) in self.layers[moved].iter().enumerate() {
                    let around = near.get(item).map_or(&[][..], Vec::as_slice);
                    let at_fixed: Vec<usize> =
                        around.iter().filter_map(|other| places.get(other).copied()).collect();
                    // In 1024ths: the mean must not be rounded to a position.
                    let mean = (at_fixed.iter().sum::<usize>() * 1024).checked_div(at_fixed.len());
                    keyed.push((mean.unwrap_or(at * 1024), *item));
                }
                keyed.sort_by_key(|(mean, _)| *mean);
                self.layers[moved] = keyed.into_iter().map(|(_, item)| item).collect();
            }
        }
    }
}

/// The edges, those that close a ring in a depth-first search turned around.
fn without_rings(nodes: usize, edges: &[(usize, usize)]) -> Vec<(usize, usize)> {
    #[derive(Clone, Copy, PartialEq)]
    enum State {
        New,
        OnPath,
        Done,
    }
    let mut out = edges.to_vec();
    let mut state = vec![State::New; nodes];
    for root in 0..nodes {
        if state[root] != State::New {
            continue;
        }
        state[root] = State::OnPath;
        let mut path = vec![(root, 0)];
        while let Some((node, tried)) = path.pop() {
            let next = (tried..edges.len()).find(|&edge| edges[edge].0 == node);
            let Some(edge) = next else {
                state[node] = State::Done;
                continue;
            };
            path.push((node, edge + 1));
            let to = edges[edge].1;
            match state[to] {
                State::New => {
                    state[to] = State::OnPath;
                    path.push((to, 0));
                }
                State::OnPath => out[edge] = (to, node),
                State::Done => {}
            }
        }
    }
    out
}

/// For each node the number of edges on the longest path to it. The edges must be without rings, but for loops.
fn longest_paths(nodes: usize, edges: &[(usize, usize)]) -> Vec<usize> {
    let mut layer = vec![0; nodes];
    for _ in 0..nodes {
        let mut settled = true;
        for &(from, to) in edges {
            if from != to && layer[to] <= layer[from] {
                layer[to] = layer[from] + 1;
                settled = false;
            }
        }
        if settled {
            break;
        }
    }
    layer
}

#[cfg(test)]
mod tests {
    use super::*;
    use Item::{Node, Way};

    #[test]
    fn nothing_has_no_layers() {
        assert!(Layout::new(0, &[]).layers.is_empty());
    }

    #[test]
    fn inner_locks_are_right_of_outer_ones_and_long_edges_get_way_points() {
        let layout = Layout::new(3, &[(0, 1), (1, 2), (0, 2)]);
        assert_eq!(layout.layers[0], [Node(0)]);
        assert_eq!(layout.layers[1].len(), 2);
        assert_eq!(layout.layers[2], [Node(2)]);
        assert_eq!(layout.routes[2], [Node(0), Way { edge: 2, layer: 1 }, Node(2)]);
    }

    #[test]
    fn ring_is_laid_out_with_one_edge_going_back() {
        let layout = Layout::new(3, &[(0, 1), (1, 2), (2, 0)]);
        assert_eq!(layout.layers.len(), 3);
        let back = &layout.routes[2];
        assert_eq!((back.first(), back.last()), (Some(&Node(2)), Some(&Node(0))));
        assert_eq!(back.len(), 3);
    }

    #[test]
    fn two_way_pair_and_loop_end() {
        let layout = Layout::new(2, &[(0, 1), (1, 0), (1, 1)]);
        assert_eq!(layout.layers, [[Node(0)], [Node(1)]]);
        assert!(layout.routes[2].is_empty());
    }

    #[test]
    fn crossings_are_sorted_away() {
        // 0 -> 3 and 1 -> 2 cross as numbered.
        let layout = Layout::new(4, &[(0, 3), (1, 2)]);
        assert_eq!(layout.layers, [[Node(0), Node(1)], [Node(3), Node(2)]]);
    }
}
