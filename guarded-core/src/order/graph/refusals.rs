//! Edges that closed a ring: kept apart from the accepted ones, so that no search goes through them,
//! with the way back, so that the same edge is answered without a search.

use std::collections::VecDeque;

use super::gate::{Gate, no_stronger};
use super::hash::{IdMap, id_map};
use super::{Lock, RingEdge};

/// Held sets remembered for one pair; beyond, the oldest is forgotten and searched for again.
const PER_PAIR: usize = 16;

#[derive(Debug)]
pub(super) struct Refusals<P> {
    by_pair: IdMap<(Lock, Lock), Refused<P>>,
    /// Oldest first.
    age: VecDeque<(Lock, Lock)>,
    capacity: usize,
}

#[derive(Debug)]
pub(super) struct Refused<P> {
    #[cfg_attr(not(test), expect(dead_code, reason = "the tests look at it"))]
    pub(super) sites: (P, P),
    /// Never seen without a further lock held.
    pub(super) gated: bool,
    rings: Vec<Known<P>>,
}

#[derive(Debug)]
struct Known<P> {
    held: Box<[Gate]>,
    way_back: Box<[RingEdge<P>]>,
}

impl<P> Refusals<P> {
    pub(super) const fn new(capacity: usize) -> Self {
        Self { by_pair: id_map(), age: VecDeque::new(), capacity }
    }

    /// What closes the ring. Whoever holds less than an earlier offender is in nobody's way either.
    pub(super) fn way_back(&self, pair: (Lock, Lock), held: &[Gate]) -> Option<&[RingEdge<P>]> {
        let rings = &self.by_pair.get(&pair)?.rings;
        rings.iter().find(|known| no_stronger(held, &known.held)).map(|known| &*known.way_back)
    }

    /// Learns that a pair whose way back is known was seen again.
    pub(super) fn seen(&mut self, pair: (Lock, Lock), held: &[Gate]) {
        if let Some(refused) = self.by_pair.get_mut(&pair) {
            refused.gated &= held.len() > 1;
        }
    }

    #[cfg(test)]
    pub(super) fn get(&self, pair: (Lock, Lock)) -> Option<&Refused<P>> {
        self.by_pair.get(&pair)
    }

    /// Oldest first.
    #[cfg(test)]
    pub(super) fn iter(&self) -> impl Iterator<Item = ((Lock, Lock), &Refused<P>)> {
        self.age.iter().filter_map(|&pair| Some((pair, self.by_pair.get(&pair)?)))
    }

    pub(super) fn remember(
        &mut self,
        pair: (Lock, Lock),
        held: &[Gate],
        sites: (P, P),
        way_back: Box<[RingEdge<P>]>,
    ) {
        let refused = self.by_pair.entry(pair).or_insert_with(|| {
            self.age.push_back(pair);
            Refused { sites, gated: true, rings: Vec::new() }
        });
        refused.gated &= held.len() > 1;
        refused.rings.retain(|known| !no_stronger(&known.held, held));
        if refused.rings.len() >= PER_PAIR {
            refused.rings.remove(0);
        }
        refused.rings.push(Known { held: held.into(), way_back });
        if self.age.len() > self.capacity
            && let Some(oldest) = self.age.pop_front()
        {
            self.by_pair.remove(&oldest);
        }
    }
}
