//! What is computed from several versions: differences, and merges by the common ancestor.

use super::history::{Edge, Touched};
use super::keyed::VersionedMap;
use super::snapshot::Node;
use super::{Version, Versioned};
use crate::cell::hold::Poisoned;
use crate::site::{Keyless, Site};
use std::collections::HashSet;
use std::fmt;
use std::sync::Arc;

/// What is different between two versions of a map: [`Versioned::diff`]. The order is the map's, or none.
///
/// ```
/// use guarded_core::{Diff, Standalone, Versioned};
/// use std::collections::BTreeMap;
/// let prices = Versioned::<BTreeMap<&str, u32>, Standalone, 8>::new(BTreeMap::from([("bolt", 5), ("nut", 2)]));
/// let before = prices.version();
/// prices.insert("bolt", 6);
/// prices.remove("nut");
/// prices.insert("cog", 1);
/// let diff = prices.diff(before, prices.version()).unwrap();
/// assert_eq!((diff.added, diff.removed, diff.changed), (vec![("cog", 1)], vec![("nut", 2)], vec![("bolt", 5, 6)]));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diff<K, V> {
    /// Entries that only the second version has.
    pub added: Vec<(K, V)>,
    /// Entries that only the first version has.
    pub removed: Vec<(K, V)>,
    /// Keys whose values differ: the first version's and the second's.
    pub changed: Vec<(K, V, V)>,
}

impl<K, V> Diff<K, V> {
    /// Nothing is different.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// How many keys are different.
    #[must_use]
    pub fn len(&self) -> usize {
        self.added.len() + self.removed.len() + self.changed.len()
    }
}

/// A key that both sides of a merge have changed, each in its way. `None` is a value that is not there.
#[derive(Debug)]
#[non_exhaustive]
pub struct Conflict<'a, K, V> {
    /// The key.
    pub key: &'a K,
    /// Its value in the version that both were made from.
    pub base: Option<&'a V>,
    /// Its value in the version that is merged into.
    pub ours: Option<&'a V>,
    /// Its value in the version that is merged.
    pub theirs: Option<&'a V>,
}

/// Why two versions could not be merged.
///
/// ```
/// use guarded_core::{MergeError, Versioned};
/// let stock = Versioned::<std::collections::BTreeMap<u32, u32>>::default();
/// let first = stock.version();
/// stock.insert(1, 1);
/// assert_eq!(stock.merge(first, |_| None), Err(MergeError::NotKept(first)));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum MergeError {
    /// This version is kept no more, or never was one.
    NotKept(Version),
    /// The version that both were made from is kept no more.
    NoCommonAncestor(Version, Version),
}

impl fmt::Display for MergeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotKept(version) => {
                write!(
                    f,
                    "{version} is not kept: keep more with `versioned(history = ..)`, or a branch on it"
                )
            }
            Self::NoCommonAncestor(one, two) => write!(
                f,
                "the version that {one} and {two} were made from is not kept: keep more with `versioned(history = ..)`, or merge a branch, which keeps it"
            ),
        }
    }
}

impl std::error::Error for MergeError {}

/// A merge that is not published yet.
pub(super) struct Merged<T> {
    pub(super) value: T,
    /// What is different from ours, and from theirs.
    pub(super) ours: Touched,
    pub(super) theirs: Touched,
}

impl<T, S: Site, const HISTORY: usize> Versioned<T, S, HISTORY> {
    /// What is different in `to`, compared with `from`; `None` if one of them is kept no more.
    ///
    /// ```
    /// use guarded_core::{Standalone, Versioned};
    /// use std::collections::HashMap;
    /// let stock = Versioned::<HashMap<&str, u32>, Standalone, 8>::default();
    /// let empty = stock.version();
    /// stock.insert("bolt", 5);
    /// assert_eq!(stock.diff(empty, stock.version()).unwrap().added, [("bolt", 5)]);
    /// ```
    ///
    /// # Deadlocks
    /// None: it waits for nobody.
    ///
    /// # Cost
    /// That of the keys that keyed calls have touched between the two. Where a [`with_write`](Self::with_write) of the whole
    /// map lies between them: all that is different of an `imbl::OrdMap`, all entries of other maps.
    #[must_use]
    pub fn diff(&self, from: Version, to: Version) -> Option<Diff<T::Key, T::Value>>
    where
        T: VersionedMap,
        T::Value: Clone + PartialEq,
    {
        let (from, to, touched) = {
            let history = self.history.lock();
            (history.node(from)?, history.node(to)?, history.touched_between(from, to))
        };
        let mut diff = Diff { added: Vec::new(), removed: Vec::new(), changed: Vec::new() };
        for key in differing(&from.value, &to.value, &touched) {
            match (from.value.find_own((), &key).cloned(), to.value.find_own((), &key).cloned()) {
                (None, Some(new)) => diff.added.push((key, new)),
                (Some(old), None) => diff.removed.push((key, old)),
                (Some(old), Some(new)) => diff.changed.push((key, old, new)),
                (None, None) => {}
            }
        }
        Some(diff)
    }

    /// Brings what `theirs` has changed, since it and the current version parted, into the current version, and publishes
    /// the result: a version with two parents. Nothing is published if `theirs` has nothing new.
    ///
    /// A key that only one side has changed gets that side's value. For a key that both have changed, each in its way,
    /// `resolve` says which value it gets, or with `None` that it is taken out.
    ///
    /// ```
    /// use guarded_core::{Standalone, Versioned};
    /// use std::collections::BTreeMap;
    /// let stock = Versioned::<BTreeMap<&str, i32>, Standalone, 8>::new(BTreeMap::from([("bolt", 10)]));
    /// let mut count = stock.branch(stock.version()).unwrap();
    /// count.insert("bolt", 8); // two are gone
    /// stock.insert("bolt", 15); // five came in
    /// stock.merge(count.version(), |conflict| {
    ///     let value = |of: Option<&i32>| of.copied().unwrap_or(0);
    ///     Some(value(conflict.ours) + value(conflict.theirs) - value(conflict.base))
    /// })?;
    /// assert_eq!(stock.get_cloned("bolt"), Some(13));
    /// # Ok::<(), guarded_core::MergeError>(())
    /// ```
    ///
    /// # Errors
    /// A version that is needed is kept no more. Never for a [`Branch`](crate::Branch) that lives and was begun at a version
    /// that was published.
    ///
    /// # Panics
    /// As [`with_write`](Self::with_write): `resolve` runs under the writers' lock.
    ///
    /// # Cost
    /// That of two [`diff`](Self::diff)s, and of a write.
    #[track_caller]
    pub fn merge(
        &self,
        theirs: Version,
        resolve: impl FnMut(Conflict<'_, T::Key, T::Value>) -> Option<T::Value>,
    ) -> Result<Version, MergeError>
    where
        T: VersionedMap,
        T::Value: Clone + PartialEq,
        S: Keyless,
    {
        let gone;
        let now = self.snapshot();
        let hold = self.writer.hold_write(Poisoned::Refuse);
        let ours = self.now.load_full();
        let Some(merged) = self.merged(&ours, theirs, resolve)? else {
            hold.release();
            return Ok(ours.version);
        };
        let edges = [(ours.version, merged.ours), (theirs, merged.theirs)];
        gone = self.publish_merged(merged.value, edges.map(|(parent, touched)| Edge { parent, touched }));
        let version = self.version();
        hold.wrote();
        hold.release();
        drop((gone, now));
        Ok(version)
    }

    /// A value with what both sides have changed; `None` if `theirs` has nothing that ours lacks.
    pub(super) fn merged(
        &self,
        ours: &Arc<Node<T>>,
        theirs: Version,
        mut resolve: impl FnMut(Conflict<'_, T::Key, T::Value>) -> Option<T::Value>,
    ) -> Result<Option<Merged<T>>, MergeError>
    where
        T: VersionedMap,
        T::Value: Clone + PartialEq,
    {
        let (base, theirs, from_base, to_ours) = {
            let history = self.history.lock();
            let theirs = history.node(theirs).ok_or(MergeError::NotKept(theirs))?;
            let base = history
                .common_ancestor(ours.version, theirs.version)
                .ok_or(MergeError::NoCommonAncestor(ours.version, theirs.version))?;
            if base == theirs.version {
                return Ok(None);
            }
            let from_base = history.touched_between(base, theirs.version);
            let to_ours = history.touched_between(base, ours.version);
            (history.node(base).ok_or(MergeError::NotKept(base))?, theirs, from_base, to_ours)
        };
        let mut value = ours.value.clone();
        let mut written = Vec::new();
        for key in differing(&base.value, &theirs.value, &from_base) {
            let find = |node: &Arc<Node<T>>| node.value.find_own((), &key).cloned();
            let (old, our, their) = (find(&base), find(ours), find(&theirs));
            let new = if our == old {
                their
            } else if our == their {
                continue;
            } else {
                resolve(Conflict {
                    key: &key,
                    base: old.as_ref(),
                    ours: our.as_ref(),
                    theirs: their.as_ref(),
                })
            };
            written.push(key.clone());
            match new {
                Some(new) => drop(value.put(&(), (), key, new)),
                None => drop(value.cut((), &key)),
            }
        }
        let ours = Self::touched(|| written);
        let theirs = from_base.and(&to_ours).and(&ours);
        Ok(Some(Merged { value, ours, theirs }))
    }

    /// [`merge`](Self::merge) for values that are no maps: `merge` gets the common ancestor, ours and theirs, and makes one value of them.
    ///
    /// ```
    /// use guarded_core::{Standalone, Versioned};
    /// let total = Versioned::<i64, Standalone, 8>::new(100);
    /// let mut theirs = total.branch(total.version()).unwrap();
    /// theirs.with_write(|n| *n -= 30);
    /// total.with_write(|n| *n += 5);
    /// total.merge_with(theirs.version(), |base, ours, theirs| ours + theirs - base)?;
    /// assert_eq!(total.cloned(), 75);
    /// # Ok::<(), guarded_core::MergeError>(())
    /// ```
    ///
    /// # Errors
    /// As [`merge`](Self::merge).
    ///
    /// # Panics
    /// As [`with_write`](Self::with_write): `merge` runs under the writers' lock.
    #[track_caller]
    pub fn merge_with(
        &self,
        theirs: Version,
        merge: impl FnOnce(&T, &T, &T) -> T,
    ) -> Result<Version, MergeError>
    where
        S: Keyless,
    {
        let gone;
        let hold = self.writer.hold_write(Poisoned::Refuse);
        let ours = self.now.load_full();
        let (base, theirs) = {
            let history = self.history.lock();
            let theirs = history.node(theirs).ok_or(MergeError::NotKept(theirs))?;
            let base = history
                .common_ancestor(ours.version, theirs.version)
                .and_then(|base| history.node(base))
                .ok_or(MergeError::NoCommonAncestor(ours.version, theirs.version))?;
            (base, theirs)
        };
        if base.version == theirs.version {
            hold.release();
            return Ok(ours.version);
        }
        let value = merge(&base.value, &ours.value, &theirs.value);
        let edges = [ours.version, theirs.version].map(|parent| Edge { parent, touched: Touched::All });
        gone = self.publish_merged(value, edges);
        let version = self.version();
        hold.wrote();
        hold.release();
        drop(gone);
        Ok(version)
    }
}

/// The keys whose values differ, each once.
fn differing<T: VersionedMap>(from: &T, to: &T, touched: &Touched) -> Vec<T::Key>
where
    T::Value: PartialEq,
{
    let mut keys = Vec::new();
    let Touched::Keys(lists) = touched else {
        from.differing(to, |_| (), |key| keys.push(key.clone()));
        return keys;
    };
    // By the address of the key that a map has: keys may be hashed or ordered, and the maps know how.
    let mut seen = HashSet::new();
    let lists = lists.iter().filter_map(|list| list.downcast_ref::<Vec<T::Key>>());
    for key in lists.flatten() {
        let (old, new) = (from.pair((), key), to.pair((), key));
        let Some((known, _)) = old.or(new) else { continue };
        let changed = old.map(|(_, value)| value) != new.map(|(_, value)| value);
        if changed && seen.insert(std::ptr::from_ref(known) as usize) {
            keys.push(key.clone());
        }
    }
    keys
}
