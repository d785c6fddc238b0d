//! What a thread holds while it waits: a set of gates, sorted by lock, each lock once.

use super::Lock;
use super::hash::{IdMap, id_map};

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Gate {
    pub(super) lock: Lock,
    pub(super) exclusive: bool,
}

/// Makes `set` the set of `gates`. A lock that is held in both modes is held exclusively.
pub(super) fn collect(set: &mut Vec<Gate>, gates: impl Iterator<Item = Gate>) {
    set.clear();
    set.extend(gates);
    set.sort_unstable_by_key(|gate| gate.lock);
    set.dedup_by(|later, kept| {
        let same = later.lock == kept.lock;
        kept.exclusive |= same && later.exclusive;
        same
    });
}

/// Whether `a` excludes nothing that `b` does not exclude: not held < held shared < held exclusively.
pub(super) fn no_stronger(a: &[Gate], b: &[Gate]) -> bool {
    let mut rest = b.iter();
    a.iter().all(|gate| {
        rest.find(|other| other.lock >= gate.lock)
            .is_some_and(|other| other.lock == gate.lock && other.exclusive >= gate.exclusive)
    })
}

/// Whether two threads may be at these two places at once.
pub(super) fn compatible(a: &[Gate], b: &[Gate]) -> bool {
    let (mut a, mut b) = (a.iter().peekable(), b.iter().peekable());
    while let (Some(left), Some(right)) = (a.peek(), b.peek()) {
        if left.lock == right.lock && (left.exclusive || right.exclusive) {
            return false;
        }
        if left.lock <= right.lock {
            a.next();
        } else {
            b.next();
        }
    }
    true
}

/// What all threads of a partial ring hold together.
pub(super) struct Tally {
    /// The number of shared holders, or [`Tally::EXCLUSIVE`].
    holders: IdMap<Lock, u32>,
}

impl Tally {
    const EXCLUSIVE: u32 = u32::MAX;

    pub(super) fn new(held: &[Gate]) -> Self {
        let mut tally = Self { holders: id_map() };
        tally.admit(held);
        tally
    }

    /// Adds one thread, unless somebody is in its way.
    pub(super) fn admit(&mut self, held: &[Gate]) -> bool {
        let free = held.iter().all(|gate| match self.holders.get(&gate.lock) {
            None => true,
            Some(&holders) => holders != Self::EXCLUSIVE && !gate.exclusive,
        });
        if free {
            for gate in held {
                let holders = self.holders.entry(gate.lock).or_default();
                *holders = if gate.exclusive { Self::EXCLUSIVE } else { *holders + 1 };
            }
        }
        free
    }

    /// Takes out a thread that was admitted.
    pub(super) fn dismiss(&mut self, held: &[Gate]) {
        for gate in held {
            if let Some(holders) = self.holders.get_mut(&gate.lock) {
                *holders = if gate.exclusive { 0 } else { *holders - 1 };
                if *holders == 0 {
                    self.holders.remove(&gate.lock);
                }
            }
        }
    }
}
