//! Accepted edges and a topological order of them, kept up to date as edges arrive (Pearce and Kelly
//! 2007), so that an edge that agrees with the order is accepted without a search.

use std::collections::VecDeque;

#[cfg(test)]
use super::Edge;
use super::gate::{Gate, compatible, no_stronger};
use super::hash::{IdMap, id_map};
use super::refusals::Refusals;
use super::{Lock, Ring, RingEdge};

/// Held sets remembered for one edge; beyond, the oldest is forgotten.
const CONTEXTS: usize = 64;

#[derive(Debug)]
pub(super) struct Digraph<P> {
    index: IdMap<Lock, usize>,
    pub(super) vertices: Vec<Vertex>,
    free_vertices: Vec<usize>,
    by_pair: IdMap<(Lock, Lock), usize>,
    pub(super) links: Vec<Link<P>>,
    free_links: Vec<usize>,
    /// The links in use, oldest first.
    age: VecDeque<usize>,
    capacity: usize,
    refusals: Refusals<P>,
    /// Links against the order: they close rings that gates excuse.
    against: usize,
    lowest: i64,
    highest: i64,
}

#[derive(Debug)]
pub(super) struct Vertex {
    lock: Lock,
    /// Unique; smaller at the tail than at the head of every link that is `ordered`.
    pub(super) rank: i64,
    pub(super) out: Vec<usize>,
    pub(super) into: Vec<usize>,
}

#[derive(Debug)]
pub(super) struct Link<P> {
    pub(super) from: usize,
    pub(super) to: usize,
    ordered: bool,
    #[cfg_attr(not(test), expect(dead_code, reason = "the tests look at it"))]
    first: (P, P),
    /// The held sets under which the link was seen; none is weaker than another.
    pub(super) contexts: Vec<Context<P>>,
}

#[derive(Debug)]
pub(super) struct Context<P> {
    /// All that was held, the tail of the link included.
    pub(super) held: Box<[Gate]>,
    sites: (P, P),
}

impl<P> Digraph<P> {
    /// A graph that forgets its oldest link beyond `capacity`.
    pub(super) const fn new(capacity: usize) -> Self {
        Self {
            index: id_map(),
            vertices: Vec::new(),
            free_vertices: Vec::new(),
            by_pair: id_map(),
            links: Vec::new(),
            free_links: Vec::new(),
            age: VecDeque::new(),
            capacity,
            refusals: Refusals::new(capacity),
            against: 0,
            lowest: 0,
            highest: 0,
        }
    }
}

impl<P: Copy> Digraph<P> {
    /// Accepts the edge, or returns the ring that it closes.
    pub(super) fn observe(&mut self, from: Lock, to: Lock, held: &[Gate], sites: (P, P)) -> Option<Ring<P>> {
        let pair = (from, to);
        let link = self.by_pair.get(&pair).copied();
        if link.is_some_and(|link| self.links[link].covers(held)) {
            return None;
        }
        let first = RingEdge { from, to, from_site: sites.0, to_site: sites.1 };
        if let Some(way_back) = self.refusals.way_back(pair, held) {
            let ring = [&[first], way_back].concat();
            self.refusals.seen(pair, held);
            return Some(ring);
        }
        if let Some(way_back) = self.way_back(pair, held) {
            let ring = [&[first], &*way_back].concat();
            self.refusals.remember(pair, held, sites, way_back);
            return Some(ring);
        }
        let link = link.unwrap_or_else(|| self.insert(pair, sites));
        self.links[link].learn(Context { held: held.into(), sites });
        None
    }

    /// Whether `observe` would accept the edge.
    #[cfg(test)] // no caller yet but the tests, which hold `acquire` against it
    pub(super) fn allows(&self, from: Lock, to: Lock, held: &[Gate]) -> bool {
        let pair = (from, to);
        self.by_pair.get(&pair).is_some_and(|&link| self.links[link].covers(held))
            || self.refusals.way_back(pair, held).is_none() && self.way_back(pair, held).is_none()
    }

    pub(super) fn rank(&self, lock: Lock) -> Option<i64> {
        self.index.get(&lock).map(|&vertex| self.vertices[vertex].rank)
    }

    /// Accepted edges, then those only ever refused, oldest first.
    #[cfg(test)]
    pub(super) fn edges(&self) -> impl Iterator<Item = Edge<P>> {
        let edge = |(from, to): (Lock, Lock), sites: (P, P), gated, refused| Edge {
            from: from.node,
            to: to.node,
            from_site: sites.0,
            to_site: sites.1,
            gated,
            refused,
        };
        let accepted = self.age.iter().map(move |&link| {
            let link = &self.links[link];
            let pair = self.pair(link);
            let refused = self.refusals.get(pair);
            let gated = link.contexts.iter().all(|context| context.held.len() > 1);
            let gated = gated && refused.is_none_or(|refused| refused.gated);
            edge(pair, link.first, gated, refused.is_some())
        });
        let only_refused = self.refusals.iter().filter(|(pair, _)| !self.by_pair.contains_key(pair));
        accepted
            .chain(only_refused.map(move |(pair, refused)| edge(pair, refused.sites, refused.gated, true)))
    }

    /// The accepted edges that lead from the head of `pair` back to its tail.
    fn way_back(&self, pair: (Lock, Lock), held: &[Gate]) -> Option<Box<[RingEdge<P>]>> {
        let (&from, &to) = (self.index.get(&pair.0)?, self.index.get(&pair.1)?);
        let (last, start) = (&self.vertices[from], &self.vertices[to]);
        let limit = if self.against == 0 {
            if last.rank < start.rank {
                return None;
            }
            last.rank
        } else {
            i64::MAX
        };
        if last.into.is_empty() || start.out.is_empty() {
            return None;
        }
        let path = self.compatible_path(to, from, held, limit)?;
        Some(path.into_iter().map(|(link, context)| self.ring_edge(link, context)).collect())
    }

    fn pair(&self, link: &Link<P>) -> (Lock, Lock) {
        (self.vertices[link.from].lock, self.vertices[link.to].lock)
    }

    fn ring_edge(&self, link: usize, context: usize) -> RingEdge<P> {
        let link = &self.links[link];
        let (from, to) = self.pair(link);
        let (from_site, to_site) = link.contexts[context].sites;
        RingEdge { from, to, from_site, to_site }
    }

    fn insert(&mut self, pair: (Lock, Lock), first: (P, P)) -> usize {
        if self.age.len() >= self.capacity {
            self.forget_oldest();
        }
        // A new vertex goes to the end at which it agrees with its first link.
        let (from, to) = (self.vertex(pair.0, true), self.vertex(pair.1, false));
        let ordered = self.arrange(from, to);
        self.against += usize::from(!ordered);
        let link = Link { from, to, ordered, first, contexts: Vec::new() };
        let id = if let Some(id) = self.free_links.pop() {
            self.links[id] = link;
            id
        } else {
            self.links.push(link);
            self.links.len() - 1
        };
        self.vertices[from].out.push(id);
        self.vertices[to].into.push(id);
        self.by_pair.insert(pair, id);
        self.age.push_back(id);
        id
    }

    fn vertex(&mut self, lock: Lock, lowest: bool) -> usize {
        if let Some(&vertex) = self.index.get(&lock) {
            return vertex;
        }
        let end = if lowest { &mut self.lowest } else { &mut self.highest };
        *end += if lowest { -1 } else { 1 };
        let vertex = Vertex { lock, rank: *end, out: Vec::new(), into: Vec::new() };
        let id = if let Some(id) = self.free_vertices.pop() {
            self.vertices[id] = vertex;
            id
        } else {
            self.vertices.push(vertex);
            self.vertices.len() - 1
        };
        self.index.insert(lock, id);
        id
    }

    fn forget_oldest(&mut self) {
        let Some(id) = self.age.pop_front() else {
            return;
        };
        let link = &mut self.links[id];
        link.contexts = Vec::new();
        self.against -= usize::from(!link.ordered);
        let (from, to) = (link.from, link.to);
        let pair = self.pair(&self.links[id]);
        self.by_pair.remove(&pair);
        self.vertices[from].out.retain(|&link| link != id);
        self.vertices[to].into.retain(|&link| link != id);
        self.free_links.push(id);
        for vertex in [from, to] {
            let Vertex { lock, out, into, .. } = &self.vertices[vertex];
            if out.is_empty() && into.is_empty() {
                self.index.remove(lock);
                self.free_vertices.push(vertex);
            }
        }
    }

    /// Moves vertices so that `from` comes before `to`; `false` if ordered links demand the opposite.
    fn arrange(&mut self, from: usize, to: usize) -> bool {
        let (low, high) = (self.vertices[to].rank, self.vertices[from].rank);
        if high < low {
            return true;
        }
        let within = low..=high;
        let mut after = self.reach(to, |v| (&v.out, |link: &Link<P>| link.to), &within);
        if after.contains(&from) {
            return false;
        }
        let mut moved = self.reach(from, |v| (&v.into, |link: &Link<P>| link.from), &within);
        // Both groups keep their inner order and share the places they had, `from`'s group first.
        moved.sort_unstable_by_key(|&vertex| self.vertices[vertex].rank);
        after.sort_unstable_by_key(|&vertex| self.vertices[vertex].rank);
        moved.append(&mut after);
        let mut ranks: Vec<i64> = moved.iter().map(|&vertex| self.vertices[vertex].rank).collect();
        ranks.sort_unstable();
        for (vertex, rank) in moved.into_iter().zip(ranks) {
            self.vertices[vertex].rank = rank;
        }
        true
    }

    /// All vertices within the range of ranks that ordered links join to `start`, itself included.
    fn reach(
        &self,
        start: usize,
        step: impl Fn(&Vertex) -> (&Vec<usize>, fn(&Link<P>) -> usize),
        within: &std::ops::RangeInclusive<i64>,
    ) -> Vec<usize> {
        let mut seen = vec![false; self.vertices.len()];
        seen[start] = true;
        let mut reached = vec![start];
        let mut next = 0;
        while let Some(&vertex) = reached.get(next) {
            next += 1;
            let (links, end) = step(&self.vertices[vertex]);
            for link in links.iter().map(|&link| &self.links[link]).filter(|link| link.ordered) {
                let vertex = end(link);
                if !seen[vertex] && within.contains(&self.vertices[vertex].rank) {
                    seen[vertex] = true;
                    reached.push(vertex);
                }
            }
        }
        reached
    }
}

impl<P> Link<P> {
    /// Whether a held set as weak as this one was accepted before: every ring with this one was
    /// looked for with that one.
    fn covers(&self, held: &[Gate]) -> bool {
        self.contexts.iter().any(|context| no_stronger(&context.held, held))
    }

    fn learn(&mut self, context: Context<P>) {
        self.contexts.retain(|known| !no_stronger(&context.held, &known.held));
        if self.contexts.len() >= CONTEXTS {
            self.contexts.remove(0);
        }
        self.contexts.push(context);
    }

    pub(super) fn compatible(&self, held: &[Gate]) -> Option<usize> {
        self.contexts.iter().position(|context| compatible(&context.held, held))
    }
}

#[cfg(test)]
impl<P> Digraph<P> {
    /// Links and vertices in use.
    pub(super) fn len(&self) -> (usize, usize) {
        assert_eq!(self.age.len(), self.by_pair.len());
        assert_eq!(self.links.len(), self.age.len() + self.free_links.len());
        assert_eq!(self.vertices.len(), self.index.len() + self.free_vertices.len());
        let against = self.age.iter().filter(|&&link| !self.links[link].ordered).count();
        assert_eq!(self.against, against);
        (self.age.len(), self.index.len())
    }

    pub(super) fn refused(&self) -> usize {
        self.refusals.iter().count()
    }

    pub(super) fn contexts(&self, from: Lock, to: Lock) -> usize {
        self.by_pair.get(&(from, to)).map_or(0, |&link| self.links[link].contexts.len())
    }
}
