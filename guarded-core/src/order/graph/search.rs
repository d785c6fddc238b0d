//! The search for a ring whose edges do not exclude each other.

use std::collections::VecDeque;

use super::digraph::Digraph;
use super::gate::{Gate, Tally};

/// Steps of the search among simple paths, which is exponential where many gates are about. Whoever
/// gives up reports nothing.
pub(super) const BUDGET: usize = 20_000;

/// A link and the one of its held sets with which the ring is feasible.
type Step = (usize, usize);

impl<P: Copy> Digraph<P> {
    /// A path of accepted links whose held sets exclude neither `held` nor each other. Linear, and
    /// the shortest one, unless held sets on that one exclude each other.
    pub(super) fn compatible_path(
        &self,
        start: usize,
        end: usize,
        held: &[Gate],
        highest_rank: i64,
    ) -> Option<Vec<Step>> {
        let path = self.shortest_path(start, end, held, highest_rank)?;
        self.choose_contexts(&path, held).or_else(|| self.any_path(start, end, held))
    }

    /// A shortest path of links none of which excludes `held`. Where there is none there is no ring.
    fn shortest_path(
        &self,
        start: usize,
        end: usize,
        held: &[Gate],
        highest_rank: i64,
    ) -> Option<Vec<usize>> {
        let mut via = vec![None; self.vertices.len()];
        let mut queue = VecDeque::from([start]);
        while let Some(vertex) = queue.pop_front() {
            for &id in &self.vertices[vertex].out {
                let to = self.links[id].to;
                if to == start
                    || via[to].is_some()
                    || self.vertices[to].rank > highest_rank
                    || self.links[id].compatible(held).is_none()
                {
                    continue;
                }
                via[to] = Some(id);
                if to == end {
                    let mut path = vec![id];
                    while let Some(id) = via[self.links[path[path.len() - 1]].from] {
                        path.push(id);
                    }
                    path.reverse();
                    return Some(path);
                }
                queue.push_back(to);
            }
        }
        None
    }

    /// For each link of the path the first held set that fits those before it: complete where each
    /// link has one, and a good guess elsewhere.
    fn choose_contexts(&self, path: &[usize], held: &[Gate]) -> Option<Vec<Step>> {
        let mut tally = Tally::new(held);
        let choose = |&id: &usize| {
            let contexts = &self.links[id].contexts;
            let context = contexts.iter().position(|context| tally.admit(&context.held))?;
            Some((id, context))
        };
        path.iter().map(choose).collect()
    }

    /// All simple paths, all held sets on them, depth first, until one fits or the budget is spent.
    fn any_path(&self, start: usize, end: usize, held: &[Gate]) -> Option<Vec<Step>> {
        struct Frame {
            vertex: usize,
            link: usize,
            context: usize,
        }
        let useful = self.leads_to(end, held);
        let mut on_path = vec![false; self.vertices.len()];
        on_path[start] = true;
        let mut tally = Tally::new(held);
        let mut path: Vec<Step> = Vec::new();
        // A stack of our own: the path may be long, and the thread's stack short.
        let mut frames = vec![Frame { vertex: start, link: 0, context: 0 }];
        let mut budget = BUDGET;
        while let Some(frame) = frames.last_mut() {
            budget = budget.checked_sub(1)?;
            let Some(&id) = self.vertices[frame.vertex].out.get(frame.link) else {
                on_path[frame.vertex] = false;
                if let Some((link, context)) = path.pop() {
                    tally.dismiss(&self.links[link].contexts[context].held);
                }
                frames.pop();
                continue;
            };
            let link = &self.links[id];
            let step = (id, frame.context);
            let context = link.contexts.get(frame.context);
            let Some(context) = context.filter(|_| useful[link.to] && !on_path[link.to]) else {
                frame.link += 1;
                frame.context = 0;
                continue;
            };
            frame.context += 1;
            if tally.admit(&context.held) {
                path.push(step);
                if link.to == end {
                    return Some(path);
                }
                on_path[link.to] = true;
                frames.push(Frame { vertex: link.to, link: 0, context: 0 });
            }
        }
        None
    }

    /// The vertices from which links that do not exclude `held` lead to `end`.
    fn leads_to(&self, end: usize, held: &[Gate]) -> Vec<bool> {
        let mut useful = vec![false; self.vertices.len()];
        useful[end] = true;
        let mut stack = vec![end];
        while let Some(vertex) = stack.pop() {
            for &id in &self.vertices[vertex].into {
                let from = self.links[id].from;
                if !useful[from] && self.links[id].compatible(held).is_some() {
                    useful[from] = true;
                    stack.push(from);
                }
            }
        }
        useful
    }
}
