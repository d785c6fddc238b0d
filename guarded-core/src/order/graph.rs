//! The observed lock order: a pure data structure without locks, globals or clocks (invariant I8).
//!
//! The algorithm is Goodlock (Havelund 2000) with gate locks, on lock classes: a [`Node`] stands for
//! all instances of one guarded field. Whoever holds `h` and is about to block on `w` adds the edge
//! `h -> w`. A ring of edges is a deadlock that some schedule reaches, unless two of its edges hold
//! one lock in a way that excludes each other (a *gate*: their threads are never both there).
//!
//! # Decisions
//! - **Reads count like writes**: a queued writer makes a reader wait for a reader. Only as gates do
//!   modes differ: two shared holders of a gate do not exclude each other.
//! - **An edge that closes a ring is refused.** It is remembered, with the ring, so that each later
//!   acquire that takes it is answered at once; but no search goes through it. The accepted edges
//!   thus never hold a feasible ring, and code that keeps the first observed order is not blamed for
//!   a ring that exists only through a wrong edge reported before.
//! - **Two instances of one class** are ordered by a graph of their own, one for each class, whose
//!   vertices are serial numbers. There, other instances of the class count as gates one by one.
//! - **One thread suffices**: two opposite edges seen on one thread are a ring, since two threads may
//!   run that code.
//!
//! # Limits
//! May miss a deadlock:
//! - A gate is recognised by its class. Two threads that hold different *instances* of the gate's
//!   class do not exclude each other, yet are taken to. (The other choice would blame a parent that
//!   guards the order among its own children.)
//! - Memory and time are bounded: of the edges among the instances of one class the oldest beyond
//!   [`INSTANCE_EDGES`] is forgotten, of one edge the oldest held set beyond a fixed number, and the
//!   search among rings that gates may excuse gives up after a fixed number of steps. Nothing is
//!   ever reported because of what was forgotten or not searched.
//! - Once something was reported, a further ring through the refused edge is not, until that is mended.
//!
//! May blame code that cannot deadlock:
//! - Edges between different classes ignore instances. An order of instances that runs through
//!   another class (`p.x`, `p.y`, `c.x`, `c.y` from parent to child) is excused only while the outer
//!   `x` is held on, as a gate.
//! - Only held sets are compared, not the way to them. Where locks are not released in reverse order,
//!   two held sets may be unreachable together: say one thread runs `g l m -m -g` and then waits
//!   holding `l`, the other runs `g m l -l -g` and then waits holding `m`. A gate was released, and a
//!   lock taken under it kept. Rare: 1 in 2000 of random clean programs that release in any order.
//!
//! Where each class has one instance and locks are released in reverse order (closures, and guards in
//! blocks), something is reported if and only if a deadlock is reachable; the tests compare with all
//! interleavings.
//!
//! # Cost
//! A known acquire: two sorts of a handful of elements at most, one hash lookup, and one more for
//! each held instance of the wanted class; no allocation. A new edge that agrees with the learned
//! order: O(1) beside the copies. A new edge against it: linear in the edges between the two places
//! in that order. Once rings excused by gates exist, a new edge costs one search over all edges that
//! its held set does not exclude, and only where that finds a ring of locally compatible edges the
//! bounded search among simple paths.

mod digraph;
mod gate;
mod hash;
mod refusals;
mod search;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use digraph::Digraph;
use gate::Gate;
use hash::{IdSet, id_set};

/// Edges remembered among the instances of one class; beyond, the oldest is forgotten.
pub(crate) const INSTANCE_EDGES: usize = 4096;

/// Acquires remembered as settled. A cache: when it is full it starts anew.
const SETTLED: usize = 1 << 14;

/// A lock class: all instances of one guarded field.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Node(pub(crate) u32);

/// A class, or one instance of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Lock {
    pub(crate) node: Node,
    /// The serial number, where instances of one class are told apart.
    pub(crate) instance: Option<u32>,
}

impl Lock {
    const fn class(node: Node) -> Self {
        Self { node, instance: None }
    }
}

/// A lock that a thread holds or is about to take, and the place in the source where it does.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Held<P> {
    pub(crate) node: Node,
    /// The instance's serial number. Where it is unknown, pairs within the class are not judged.
    pub(crate) instance: Option<u32>,
    pub(crate) exclusive: bool,
    pub(crate) site: P,
}

/// One step of a [`Ring`]: somebody held `from`, taken at `from_site`, and wanted `to` at `to_site`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct RingEdge<P> {
    pub(crate) from: Lock,
    pub(crate) to: Lock,
    pub(crate) from_site: P,
    pub(crate) to_site: P,
}

/// First the edge being taken, then the earlier ones that lead from its `to` back to its `from`.
pub(crate) type Ring<P> = Vec<RingEdge<P>>;

/// An edge, as the tests look at it. `from == to` stands for all pairs of instances of that class.
#[cfg(test)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Edge<P> {
    pub(crate) from: Node,
    pub(crate) to: Node,
    /// Where both locks were taken when the edge was first seen.
    pub(crate) from_site: P,
    pub(crate) to_site: P,
    /// Never seen without a further lock held.
    pub(crate) gated: bool,
    /// Closed a ring at least once.
    pub(crate) refused: bool,
}

/// The lock order as observed so far.
#[derive(Debug)]
pub(crate) struct Graph<P> {
    classes: Digraph<P>,
    instances: BTreeMap<Node, Digraph<P>>,
    /// Held sets, the wanted class at the end, whose edges between classes are all accepted.
    settled: IdSet<Box<[Gate]>>,
    /// Reused, so that a known acquire does not allocate.
    set: Vec<Gate>,
}

impl<P> Graph<P> {
    /// The order of a program that has not nested anything yet.
    pub(crate) const fn new() -> Self {
        Self {
            classes: Digraph::new(usize::MAX),
            instances: BTreeMap::new(),
            settled: id_set(),
            set: Vec::new(),
        }
    }
}

impl<P: Copy> Graph<P> {
    /// Learns that a thread that holds `held`, oldest first, is about to block on `wanted`.
    ///
    /// Returns a ring whenever one of the edges closes one, the first time and each time again, with
    /// the sites of *this* acquire in its first step. Every other edge of the acquire is learned all
    /// the same. A second acquire of a held instance is re-entrance, which is not a matter of order:
    /// nothing is learned and nothing returned.
    pub(crate) fn acquire(&mut self, held: &[Held<P>], wanted: Held<P>) -> Option<Ring<P>> {
        if held.is_empty() || reenters(held, &wanted) {
            return None;
        }
        let mut set = std::mem::take(&mut self.set);
        let between_classes = self.acquire_class(&mut set, held, &wanted);
        let within_class = self.acquire_instance(&mut set, held, &wanted);
        self.set = set;
        between_classes.or(within_class)
    }

    /// Whether [`acquire`](Self::acquire) would return `None`. Learns nothing.
    #[cfg(test)] // no caller yet but the tests, which hold `acquire` against it
    pub(crate) fn allows(&self, held: &[Held<P>], wanted: Held<P>) -> bool {
        if reenters(held, &wanted) {
            return true;
        }
        let mut set = Vec::new();
        class_gates(&mut set, held);
        let to = Lock::class(wanted.node);
        let mut classes = held.iter().filter(|h| h.node != wanted.node);
        if !classes.all(|h| self.classes.allows(Lock::class(h.node), to, &set)) {
            return false;
        }
        let Some(graph) = self.instances.get(&wanted.node) else {
            return true;
        };
        instance_gates(&mut set, held, wanted.node);
        siblings(held, &wanted).all(|(from, to, _)| graph.allows(from, to, &set))
    }

    /// A class's place in the learned order, if it has been nested with another. Every accepted edge
    /// goes from a smaller to a larger place, but for those that only a gate excuses. Places are
    /// unique, and change when the order learned so far has to be rearranged.
    pub(crate) fn rank(&self, node: Node) -> Option<i64> {
        self.classes.rank(Lock::class(node))
    }

    /// The observed edges between classes: the accepted ones, then those only ever refused, each in
    /// the order of first observation; then one for each class whose instances were nested.
    #[cfg(test)] // the report has its own table of what was seen, without what is declared
    pub(crate) fn edges(&self) -> impl Iterator<Item = Edge<P>> {
        let within = self.instances.values().filter_map(|graph| {
            graph.edges().reduce(|all, edge| Edge {
                gated: all.gated && edge.gated,
                refused: all.refused || edge.refused,
                ..all
            })
        });
        self.classes.edges().chain(within)
    }

    fn acquire_class(&mut self, set: &mut Vec<Gate>, held: &[Held<P>], wanted: &Held<P>) -> Option<Ring<P>> {
        let to = Lock::class(wanted.node);
        let key = Gate { lock: to, exclusive: false };
        class_gates(set, held);
        set.push(key);
        if self.settled.contains(set.as_slice()) {
            return None;
        }
        set.pop();

        let mut ring = None;
        for h in held.iter().filter(|h| h.node != wanted.node) {
            let sites = (h.site, wanted.site);
            let closed = self.classes.observe(Lock::class(h.node), to, set, sites);
            ring = ring.or(closed);
        }
        if ring.is_none() {
            if self.settled.len() >= SETTLED {
                self.settled.clear();
            }
            set.push(key);
            self.settled.insert(set.as_slice().into());
        }
        ring
    }

    fn acquire_instance(
        &mut self,
        set: &mut Vec<Gate>,
        held: &[Held<P>],
        wanted: &Held<P>,
    ) -> Option<Ring<P>> {
        siblings(held, wanted).next()?;
        instance_gates(set, held, wanted.node);
        let graph = self.instances.entry(wanted.node).or_insert_with(|| Digraph::new(INSTANCE_EDGES));
        let mut ring = None;
        for (from, to, from_site) in siblings(held, wanted) {
            let closed = graph.observe(from, to, set, (from_site, wanted.site));
            ring = ring.or(closed);
        }
        ring
    }
}

fn reenters<P>(held: &[Held<P>], wanted: &Held<P>) -> bool {
    wanted.instance.is_some() && held.iter().any(|h| h.node == wanted.node && h.instance == wanted.instance)
}

/// The edges from other known instances of the wanted class, and where those were taken.
fn siblings<P: Copy>(held: &[Held<P>], wanted: &Held<P>) -> impl Iterator<Item = (Lock, Lock, P)> {
    let to = Lock { node: wanted.node, instance: wanted.instance };
    held.iter()
        .filter(move |h| h.node == to.node && h.instance.is_some() && to.instance.is_some())
        .map(move |h| (Lock { node: h.node, instance: h.instance }, to, h.site))
}

fn class_gates<P>(set: &mut Vec<Gate>, held: &[Held<P>]) {
    let gates = held.iter().map(|h| Gate { lock: Lock::class(h.node), exclusive: h.exclusive });
    gate::collect(set, gates);
}

/// As [`class_gates`], but the instances of `node` itself are told apart: among the children of one
/// locked instance any order is fine, among those of two it is not.
fn instance_gates<P>(set: &mut Vec<Gate>, held: &[Held<P>], node: Node) {
    let gates = held.iter().map(|h| {
        let instance = if h.node == node { h.instance } else { None };
        Gate { lock: Lock { node: h.node, instance }, exclusive: h.exclusive }
    });
    gate::collect(set, gates);
}
