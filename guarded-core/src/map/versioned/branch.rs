//! Versions that are written on from a version, and are not published.

use super::history::{Edge, Touched};
use super::keyed::VersionedMap;
use super::merge::{Conflict, MergeError};
use super::snapshot::Node;
use super::{Snapshot, Version, Versioned};
use crate::map::Entry;
use crate::map::entry::Slot;
use crate::map::table::Lookup;
use crate::site::Site;
use std::fmt;
use std::sync::Arc;

/// A line of versions beside the one that is published: a draft, a what-if, a long edit.
///
/// It belongs to whoever has it, so it locks nothing and waits for nobody; it may be sent to another thread. Its versions stand
/// in the [`versions`](Versioned::versions) of the field; [`Versioned::merge`] brings them into the published line. Dropped
/// without being merged, it leaves nothing behind.
///
/// ```
/// use guarded_core::{Standalone, Versioned};
/// use std::collections::BTreeMap;
/// let prices = Versioned::<BTreeMap<&str, u32>, Standalone, 8>::new(BTreeMap::from([("bolt", 5), ("nut", 2)]));
/// let mut sale = prices.branch(prices.version()).unwrap();
/// sale.with_write_key("bolt", |price| *price.or_default() = 4);
/// prices.insert("nut", 3); // meanwhile
///
/// prices.merge(sale.version(), |_| unreachable!("the two have changed different keys"))?;
/// assert_eq!(prices.cloned(), BTreeMap::from([("bolt", 4), ("nut", 3)]));
/// # Ok::<(), guarded_core::MergeError>(())
/// ```
pub struct Branch<'c, T, S: Site, const HISTORY: usize> {
    cell: &'c Versioned<T, S, HISTORY>,
    id: u64,
    head: Arc<Node<T>>,
}

impl<T, S: Site, const HISTORY: usize> Versioned<T, S, HISTORY> {
    /// A branch that begins at `from`, if that version is kept. The version on which a branch stands, and the newest one that it
    /// shares with the published line, stay kept as long as the branch lives.
    ///
    /// ```
    /// use guarded_core::{Standalone, Versioned};
    /// let text = Versioned::<String, Standalone, 4>::new("draft".into());
    /// let mut mine = text.branch(text.version()).unwrap();
    /// mine.with_write(|text| text.push('!'));
    /// assert_eq!((mine.with_read(String::len), text.with_read(String::len)), (6, 5));
    /// ```
    #[must_use]
    pub fn branch(&self, from: Version) -> Option<Branch<'_, T, S, HISTORY>> {
        let (id, head) = self.history.lock().open_branch(from)?;
        Some(Branch { cell: self, id, head })
    }
}

impl<T, S: Site, const HISTORY: usize> Branch<'_, T, S, HISTORY> {
    /// Runs `f` with the branch's newest version.
    pub fn with_read<R>(&self, f: impl FnOnce(&T) -> R) -> R {
        f(&self.head.value)
    }

    /// The branch's newest version, to keep.
    #[must_use]
    pub fn snapshot(&self) -> Snapshot<T> {
        Snapshot::new(Arc::clone(&self.head))
    }

    /// Which version the branch's newest is: [`Versioned::merge`] wants it.
    #[must_use]
    pub fn version(&self) -> Version {
        self.head.version
    }

    /// Runs `f` with a copy, which is the branch's newest version when `f` returns. A panic leaves the branch as it was.
    pub fn with_write<R>(&mut self, f: impl FnOnce(&mut T) -> R) -> R
    where
        T: Clone,
    {
        let mut copy = self.head.value.clone();
        let result = f(&mut copy);
        self.advance(copy, [(self.head.version, Touched::All)]);
        result
    }

    /// [`with_write`](Self::with_write), if `f` returns `Ok`.
    ///
    /// # Errors
    /// What `f` returned: the branch stays as it was.
    pub fn transact<R, E>(&mut self, f: impl FnOnce(&mut T) -> Result<R, E>) -> Result<R, E>
    where
        T: Clone,
    {
        let mut copy = self.head.value.clone();
        let result = f(&mut copy)?;
        self.advance(copy, [(self.head.version, Touched::All)]);
        Ok(result)
    }

    /// Runs `f` with the entry of `key`. A merge then need not look at the other keys.
    pub fn with_write_key<R>(&mut self, key: T::Key, f: impl FnOnce(Entry<'_, T::Key, T::Value>) -> R) -> R
    where
        T: VersionedMap,
    {
        let mut copy = self.head.value.clone();
        let mut slot = copy.slot(&(), (), key);
        let touched = Versioned::<T, S, HISTORY>::touched(|| vec![slot.key().clone()]);
        let result = f(Entry::new(&mut slot));
        drop(T::spare(slot));
        self.advance(copy, [(self.head.version, touched)]);
        result
    }

    /// Sets the value of `key` and returns the old one.
    pub fn insert(&mut self, key: T::Key, value: T::Value) -> Option<T::Value>
    where
        T: VersionedMap,
    {
        let mut copy = self.head.value.clone();
        let touched = Versioned::<T, S, HISTORY>::touched(|| vec![key.clone()]);
        let (_, old) = copy.put(&(), (), key, value);
        self.advance(copy, [(self.head.version, touched)]);
        old
    }

    /// Takes the value of `key` out.
    pub fn remove<Q: ?Sized>(&mut self, key: &Q) -> Option<T::Value>
    where
        T: VersionedMap + Lookup<Q, Context = (), Hint = ()>,
    {
        let mut copy = self.head.value.clone();
        let (key, old) = copy.take((), key)?;
        let touched = Versioned::<T, S, HISTORY>::touched(|| vec![key]);
        self.advance(copy, [(self.head.version, touched)]);
        Some(old)
    }

    /// Brings what another line has changed into this one: to catch up with the published version, say.
    /// [`Versioned::merge`] tells how.
    ///
    /// ```
    /// use guarded_core::{Standalone, Versioned};
    /// use std::collections::BTreeMap;
    /// let prices = Versioned::<BTreeMap<&str, u32>, Standalone, 8>::default();
    /// let mut sale = prices.branch(prices.version()).unwrap();
    /// prices.insert("nut", 3);
    /// sale.merge(prices.version(), |conflict| conflict.ours.copied())?;
    /// assert_eq!(sale.with_read(|prices| prices["nut"]), 3);
    /// # Ok::<(), guarded_core::MergeError>(())
    /// ```
    ///
    /// # Errors
    /// As [`Versioned::merge`].
    pub fn merge(
        &mut self,
        theirs: Version,
        resolve: impl FnMut(Conflict<'_, T::Key, T::Value>) -> Option<T::Value>,
    ) -> Result<Version, MergeError>
    where
        T: VersionedMap,
        T::Value: Clone + PartialEq,
    {
        let Some(merged) = self.cell.merged(&self.head, theirs, resolve)? else { return Ok(self.version()) };
        self.advance(merged.value, [(self.head.version, merged.ours), (theirs, merged.theirs)]);
        Ok(self.version())
    }

    fn advance<const N: usize>(&mut self, value: T, parents: [(Version, Touched); N]) {
        let mut history = self.cell.history.lock();
        let edges = parents.map(|(parent, touched)| Edge { parent, touched });
        let head = history.add(value, edges);
        history.move_branch(self.id, head.version);
        if N > 1 {
            history.rebase(self.id);
        }
        let gone = history.forget_all_but(HISTORY);
        drop(history);
        drop((std::mem::replace(&mut self.head, head), gone)); // outside the lock
    }
}

impl<T, S: Site, const HISTORY: usize> Drop for Branch<'_, T, S, HISTORY> {
    fn drop(&mut self) {
        let gone = {
            let mut history = self.cell.history.lock();
            history.close_branch(self.id);
            history.forget_all_but(HISTORY)
        };
        drop(gone); // outside the lock
    }
}

impl<T: fmt::Debug, S: Site, const HISTORY: usize> fmt::Debug for Branch<'_, T, S, HISTORY> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Branch").field("version", &self.version()).field("value", &self.head.value).finish()
    }
}
