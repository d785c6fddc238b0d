//! Each single answer against a Goodlock without short cuts: no order, no cache, no shortest path,
//! held sets as bit masks, and every ring tried.

use super::super::{Graph, Held, Node};
use super::{Random, assert_closed};

#[derive(Clone, Copy)]
struct Set {
    held: u64,
    exclusive: u64,
}

impl Set {
    fn of(bits: impl Iterator<Item = (u32, bool)>) -> Self {
        bits.fold(Self { held: 0, exclusive: 0 }, |set, (bit, exclusive)| Self {
            held: set.held | 1 << bit,
            exclusive: set.exclusive | u64::from(exclusive) << bit,
        })
    }

    fn no_stronger(self, other: Self) -> bool {
        self.held & !other.held == 0 && self.exclusive & !other.exclusive == 0
    }

    fn excludes(self, other: Self) -> bool {
        self.exclusive & other.held | self.held & other.exclusive != 0
    }
}

/// The accepted edges of one level: between classes, or among the instances of one.
#[derive(Default)]
struct Level(Vec<(u32, u32, Set)>);

impl Level {
    fn observe(&mut self, from: u32, to: u32, set: Set) -> bool {
        let known = |&&(f, t, s): &&(u32, u32, Set)| (f, t) == (from, to) && s.no_stronger(set);
        if self.0.iter().any(|edge| known(&edge)) {
            return false;
        }
        let ring = self.closes(to, from, &mut vec![to], &mut vec![set]);
        if !ring {
            self.0.push((from, to, set));
        }
        ring
    }

    fn closes(&self, at: u32, end: u32, path: &mut Vec<u32>, sets: &mut Vec<Set>) -> bool {
        self.0.iter().any(|&(from, to, set)| {
            if from != at || path.contains(&to) || sets.iter().any(|other| other.excludes(set)) {
                return false;
            }
            if to == end {
                return true;
            }
            path.push(to);
            sets.push(set);
            let closes = self.closes(to, end, path, sets);
            path.pop();
            sets.pop();
            closes
        })
    }
}

/// Nodes 0 and 1 have this many instances, the others one each.
const INSTANCES: u32 = 4;

struct Reference {
    classes: Level,
    within: [Level; 2],
}

impl Reference {
    fn acquire(&mut self, held: &[Held<u32>], wanted: Held<u32>) -> bool {
        let set = Set::of(held.iter().map(|h| (h.node.0, h.exclusive)));
        let mut ring = false;
        for h in held.iter().filter(|h| h.node != wanted.node) {
            ring |= self.classes.observe(h.node.0, wanted.node.0, set);
        }
        if let (Some(level), Some(to)) = (self.within.get_mut(wanted.node.0 as usize), wanted.instance) {
            let set = Set::of(held.iter().map(|h| {
                let sibling = h.instance.filter(|_| h.node == wanted.node);
                (sibling.map_or(h.node.0, |instance| 32 + instance), h.exclusive)
            }));
            for from in held.iter().filter(|h| h.node == wanted.node).filter_map(|h| h.instance) {
                ring |= level.observe(from, to, set);
            }
        }
        ring
    }
}

fn random_lock(random: &mut Random, nodes: u32, site: u32) -> Held<u32> {
    let node = random.below(nodes);
    let instance = (node < 2).then(|| random.below(INSTANCES));
    Held { node: Node(node), instance, exclusive: random.chance(70), site }
}

#[test]
fn every_answer_is_that_of_the_plain_algorithm() {
    let mut random = Random(3);
    let (mut rings, mut answers) = (0, 0);
    for round in 0..150 {
        let mut graph = Graph::new();
        let mut reference =
            Reference { classes: Level::default(), within: [Level::default(), Level::default()] };
        let nodes = 4 + round % 4;
        // Sorted for the most part, or nearly everything would be a ring.
        let disorder = [2, 10, 40][random.below(3) as usize];
        for site in 0..150 {
            let mut locks: Vec<Held<u32>> = Vec::new();
            for _ in 0..2 + random.below(3) {
                let lock = random_lock(&mut random, nodes, site);
                if locks.iter().all(|l| (l.node, l.instance) != (lock.node, lock.instance)) {
                    locks.push(lock);
                }
            }
            locks.sort_by_key(|lock| (lock.node, lock.instance));
            if random.chance(disorder) {
                locks.reverse();
            }
            for depth in 0..locks.len() {
                let (held, wanted) = (&locks[..depth], locks[depth]);
                let allowed = graph.allows(held, wanted);
                let ring = graph.acquire(held, wanted);
                assert_eq!(ring.is_none(), allowed);
                assert_eq!(ring.is_some(), reference.acquire(held, wanted), "{held:?} {wanted:?}");
                answers += 1;
                if let Some(ring) = ring {
                    assert_closed(&ring);
                    rings += 1;
                }
            }
        }
    }
    assert!(rings > 5_000 && answers - rings > 15_000, "{rings} rings in {answers} answers");
}
