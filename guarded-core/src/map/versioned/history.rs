//! What is kept of the versions: a graph from each to those it was made from.
//!
//! Its sections are short, and run no code of the user's: what is dropped is given out.

use super::snapshot::{Node, Version};
use super::wait::Waiter;
use smallvec::{SmallVec, smallvec};
use std::any::Any;
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::Arc;

/// The keys that may differ between two versions; all others are the same.
#[derive(Clone)]
pub(super) enum Touched {
    /// Lists of keys, each a `Vec` of the map's keys.
    Keys(SmallVec<[Arc<dyn Any + Send + Sync>; 1]>),
    /// Nobody has kept book.
    All,
}

/// Beyond so many lists, comparing all entries is hardly dearer, and takes no memory.
const LISTS: usize = 1024;

impl Touched {
    pub(super) fn keys<K: Send + Sync + 'static>(keys: Vec<K>) -> Self {
        Self::Keys(smallvec![Arc::new(keys) as Arc<dyn Any + Send + Sync>])
    }

    pub(super) fn nothing() -> Self {
        Self::Keys(SmallVec::new())
    }

    /// Those of two steps, one after the other.
    pub(super) fn and(self, other: &Self) -> Self {
        match (self, other) {
            (Self::Keys(mut one), Self::Keys(two)) if one.len() + two.len() <= LISTS => {
                one.extend(two.iter().cloned());
                Self::Keys(one)
            }
            _ => Self::All,
        }
    }
}

/// From a version to one that it was made from.
pub(super) struct Edge {
    pub(super) parent: Version,
    pub(super) touched: Touched,
}

struct Kept<T> {
    node: Arc<Node<T>>,
    parents: SmallVec<[Edge; 1]>,
    children: SmallVec<[Version; 1]>,
}

/// Where a branch stands.
struct Stand {
    /// The newest version that it shares with what is published.
    base: Version,
    head: Version,
}

/// What is dropped outside the lock.
pub(super) type Gone<T> = SmallVec<[Arc<Node<T>>; 1]>;

pub(super) struct History<T> {
    kept: BTreeMap<Version, Kept<T>>,
    /// Which of them were published, and which are a branch's.
    published: BTreeSet<Version>,
    branched: BTreeSet<Version>,
    newest: Version,
    current: Version,
    branches: BTreeMap<u64, Stand>,
    last_branch: u64,
    waiting: Vec<Waiter>,
}

impl<T> History<T> {
    pub(super) fn new(node: Arc<Node<T>>) -> Self {
        let version = node.version;
        let kept = Kept { node, parents: SmallVec::new(), children: SmallVec::new() };
        Self {
            kept: BTreeMap::from([(version, kept)]),
            published: BTreeSet::from([version]),
            branched: BTreeSet::new(),
            newest: version,
            current: version,
            branches: BTreeMap::new(),
            last_branch: 0,
            waiting: Vec::new(),
        }
    }

    pub(super) fn node(&self, version: Version) -> Option<Arc<Node<T>>> {
        self.kept.get(&version).map(|kept| Arc::clone(&kept.node))
    }

    pub(super) fn versions(&self) -> Vec<(Version, Vec<Version>)> {
        let parents = |kept: &Kept<T>| {
            kept.parents
                .iter()
                .map(|edge| edge.parent)
                .filter(|parent| self.kept.contains_key(parent))
                .collect()
        };
        self.kept.iter().map(|(version, kept)| (*version, parents(kept))).collect()
    }

    /// A new version.
    pub(super) fn add(&mut self, value: T, edges: impl IntoIterator<Item = Edge>) -> Arc<Node<T>> {
        let version = self.newest.next();
        self.newest = version;
        let node = Arc::new(Node { value, version });
        let parents: SmallVec<[Edge; 1]> = edges.into_iter().collect();
        for edge in &parents {
            if let Some(parent) = self.kept.get_mut(&edge.parent) {
                parent.children.push(version);
            }
        }
        self.kept.insert(version, Kept { node: Arc::clone(&node), parents, children: SmallVec::new() });
        self.branched.insert(version);
        node
    }

    /// Makes a version the current one. Branches that were merged into it share a newer one with it from now on.
    pub(super) fn publish(&mut self, version: Version) {
        self.current = version;
        self.branched.remove(&version);
        self.published.insert(version);
        if self.kept.get(&version).is_some_and(|kept| kept.parents.len() > 1) {
            let branches: Vec<u64> = self.branches.keys().copied().collect();
            for branch in branches {
                self.rebase(branch);
            }
        }
    }

    /// Forgets the oldest, but keeps `limit` of those that were published, as many of the branches', and always the current one
    /// and those on which a branch stands.
    pub(super) fn forget_all_but(&mut self, limit: usize) -> Gone<T> {
        let mut gone = Gone::new();
        let mut pinned: SmallVec<[Version; 4]> = smallvec![self.current];
        pinned.extend(self.branches.values().flat_map(|stand| [stand.base, stand.head]));
        pinned.sort_unstable();
        pinned.dedup();
        let mut forgotten: SmallVec<[Version; 1]> = SmallVec::new();
        for line in [&mut self.published, &mut self.branched] {
            let mut over = line.len() - pinned.iter().filter(|version| line.contains(version)).count();
            while over > limit {
                let Some(oldest) = line.iter().find(|kept| pinned.binary_search(kept).is_err()).copied()
                else {
                    break;
                };
                line.remove(&oldest);
                forgotten.push(oldest);
                over -= 1;
            }
        }
        gone.extend(forgotten.into_iter().filter_map(|version| self.forget(version)));
        gone
    }

    /// Takes a version out; its children are then made from its parents.
    fn forget(&mut self, version: Version) -> Option<Arc<Node<T>>> {
        let Kept { node, parents, children } = self.kept.remove(&version)?;
        let parents: Vec<Edge> =
            parents.into_iter().filter(|edge| self.kept.contains_key(&edge.parent)).collect();
        for edge in &parents {
            let Some(parent) = self.kept.get_mut(&edge.parent) else { continue };
            parent.children.retain(|child| *child != version);
            parent.children.extend(children.iter().copied());
            parent.children.sort_unstable();
            parent.children.dedup();
        }
        for child in children {
            let Some(child) = self.kept.get_mut(&child) else { continue };
            let Some(place) = child.parents.iter().position(|edge| edge.parent == version) else { continue };
            let step = child.parents.remove(place);
            for edge in &parents {
                if child.parents.iter().all(|known| known.parent != edge.parent) {
                    let touched = edge.touched.clone().and(&step.touched);
                    child.parents.push(Edge { parent: edge.parent, touched });
                }
            }
        }
        Some(node)
    }

    pub(super) fn open_branch(&mut self, from: Version) -> Option<(u64, Arc<Node<T>>)> {
        let node = self.node(from)?;
        self.last_branch += 1;
        self.branches.insert(self.last_branch, Stand { base: from, head: from });
        self.rebase(self.last_branch);
        Some((self.last_branch, node))
    }

    pub(super) fn move_branch(&mut self, branch: u64, head: Version) {
        if let Some(stand) = self.branches.get_mut(&branch) {
            stand.head = head;
        }
    }

    /// Finds the newest version that a branch shares with what is published.
    pub(super) fn rebase(&mut self, branch: u64) {
        let Some(head) = self.branches.get(&branch).map(|stand| stand.head) else { return };
        let shared = self.common_ancestor(head, self.current);
        if let (Some(stand), Some(base)) = (self.branches.get_mut(&branch), shared) {
            stand.base = base;
        }
    }

    pub(super) fn close_branch(&mut self, branch: u64) {
        self.branches.remove(&branch);
    }

    /// All that a version was made from, itself included.
    fn ancestors(&self, of: Version) -> BTreeSet<Version> {
        let mut found = BTreeSet::new();
        let mut next = vec![of];
        while let Some(version) = next.pop() {
            if let Some(kept) = self.kept.get(&version)
                && found.insert(version)
            {
                next.extend(kept.parents.iter().map(|edge| edge.parent));
            }
        }
        found
    }

    /// The newest version that both were made from.
    pub(super) fn common_ancestor(&self, one: Version, two: Version) -> Option<Version> {
        self.ancestors(one).intersection(&self.ancestors(two)).max().copied()
    }

    /// The keys that may differ between two versions. Along any path between them, up and down, each step says which it touched.
    pub(super) fn touched_between(&self, from: Version, to: Version) -> Touched {
        let mut came: BTreeMap<Version, Option<(Version, &Touched)>> = BTreeMap::from([(from, None)]);
        let mut next = VecDeque::from([from]);
        while let Some(at) = next.pop_front() {
            if at == to {
                let mut touched = Touched::nothing();
                let mut at = to;
                while let Some(Some((before, step))) = came.get(&at) {
                    touched = touched.and(step);
                    at = *before;
                }
                return touched;
            }
            let Some(kept) = self.kept.get(&at) else { continue };
            let up = kept.parents.iter().map(|edge| (edge.parent, &edge.touched));
            let down = kept.children.iter().filter_map(|child| {
                let edges = &self.kept.get(child)?.parents;
                Some((*child, &edges.iter().find(|edge| edge.parent == at)?.touched))
            });
            for (version, step) in up.chain(down) {
                // A step of which nobody kept book leads nowhere.
                if matches!(step, Touched::Keys(_)) && !came.contains_key(&version) {
                    came.insert(version, Some((at, step)));
                    next.push_back(version);
                }
            }
        }
        Touched::All
    }

    pub(super) fn current(&self) -> Version {
        self.current
    }

    pub(super) fn wait(&mut self, waiter: Waiter) {
        self.waiting.push(waiter);
    }

    pub(super) fn withdraw(&mut self, is: impl Fn(&Waiter) -> bool) -> Option<Waiter> {
        let place = self.waiting.iter().position(is)?;
        Some(self.waiting.swap_remove(place))
    }

    /// Those who wait for the current version, or for an older one.
    pub(super) fn met(&mut self) -> Vec<Waiter> {
        let current = self.current;
        self.waiting.extract_if(.., |waiter| waiter.wants <= current).collect()
    }
}
