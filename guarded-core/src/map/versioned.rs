//! Copy-on-write: versions of a value, which readers share and writers publish.
//!
//! [`history`] keeps what was published and how it came about; everything that readers and writers share is in there or in one
//! atomic pointer. [`keyed`] has the calls of maps, [`merge`] what is computed from several versions, [`branch`] versions that
//! are not published, [`wait`] the callers that wait for a newer one.

mod branch;
mod history;
mod keyed;
mod merge;
#[cfg(feature = "imbl")]
mod persistent;
mod snapshot;
mod wait;

pub use branch::Branch;
pub use merge::{Conflict, Diff, MergeError};
pub use snapshot::{Snapshot, Version};

use crate::cell::hold::{Limit, Poisoned, WriteHold};
use crate::cell::{Guarded, Versions};
use crate::error::TryError;
use crate::site::{Keyless, Site, Standalone};
use crate::sync::Steps;
use arc_swap::ArcSwap;
use history::{Edge, Gone, History, Touched};
use snapshot::Node;
use std::convert::Infallible;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

/// A value in versions: `#[guarded(versioned)]`. Readers never wait; a writer changes a copy, and publishes it.
///
/// A read sees the version that was published last, whole, however long it takes; not even a writer that sleeps makes it wait.
/// Writers wait for each other. A write that panics, or a [`transact`](Self::transact) that returns `Err`, publishes
/// nothing: nobody ever sees a value half-way.
///
/// ```
/// use guarded_core::Versioned;
/// let prices = Versioned::<Vec<u32>>::new(vec![10, 20]);
/// let before = prices.snapshot();
/// prices.with_write(|prices| prices.push(30));
/// assert_eq!((before.len(), prices.with_read(Vec::len)), (2, 3));
/// assert!(prices.version() > before.version());
/// ```
///
/// # Which `T`
/// Any that is `Clone`: a write clones it. Of std's maps that is a copy of all entries, good for some hundred, or where
/// writes are rare. With the feature `imbl`, `imbl::HashMap` and `imbl::OrdMap` share what is the same between
/// versions: a write costs microseconds at a million entries. (imbl is under the MPL-2.0, a licence per file.)
///
/// # History
/// `HISTORY` versions before the current one are kept, and as many of branches: `#[guarded(versioned(history = 32))]`. They can be read
/// ([`at`](Self::at)), compared ([`diff`](Self::diff)), written on from ([`branch`](Self::branch)) and merged
/// ([`merge`](Self::merge)). Any version stays alive as long as someone has a [`Snapshot`] of it.
///
/// # In a static
/// Behind a `LazyLock`: the first version is allocated.
///
/// (The pointer that is swapped is the crate `arc-swap`'s; copying, changing and publishing under a lock of writers is
/// libguarded's `cow_guarded` and Linux's RCU.)
pub struct Versioned<T, S: Site = Standalone, const HISTORY: usize = 0> {
    now: ArcSwap<Node<T>>,
    writer: Guarded<(), Versions, S>,
    history: Steps<History<T>>,
}

impl<T, S: Site, const HISTORY: usize> Versioned<T, S, HISTORY> {
    /// The first version.
    ///
    /// ```
    /// use guarded_core::Versioned;
    /// let names = Versioned::<Vec<&str>>::new(vec!["ada"]);
    /// assert_eq!(names.with_read(|names| names[0]), "ada");
    /// ```
    #[must_use]
    #[track_caller]
    pub fn new(value: T) -> Self {
        let node = Arc::new(Node { value, version: Version::FIRST });
        Self {
            now: ArcSwap::new(Arc::clone(&node)),
            writer: Guarded::new(()),
            history: Steps::new(History::new(node)),
        }
    }

    /// Runs `f` with the current version. It stays the same for the whole closure, whatever is published meanwhile.
    ///
    /// ```
    /// use guarded_core::Versioned;
    /// let names = Versioned::<Vec<&str>>::new(vec!["ada"]);
    /// let seen = names.with_read(|before| {
    ///     names.with_write(|names| names.push("bob")); // no deadlock: nothing is locked by a read
    ///     before.len()
    /// });
    /// assert_eq!((seen, names.with_read(Vec::len)), (1, 2));
    /// ```
    ///
    /// # Panics
    /// Only where `f` does.
    ///
    /// # Deadlocks
    /// None: it neither locks nor waits. Inside a write of this field it sees what was published before.
    ///
    /// # Consistency
    /// One version, whole.
    ///
    /// # Cost
    /// Some 5 ns, however many write.
    #[inline]
    pub fn with_read<R>(&self, f: impl FnOnce(&T) -> R) -> R {
        f(&self.now.load().value)
    }

    /// [`with_read`](Self::with_read), under the name of those that may have to wait: this never has to.
    ///
    /// ```
    /// use guarded_core::Versioned;
    /// assert_eq!(Versioned::<u32>::new(3).try_with_read(|n| *n), Ok(3));
    /// ```
    ///
    /// # Errors
    /// None, ever: code that is written for any strategy finds the call.
    #[inline]
    pub fn try_with_read<R>(&self, f: impl FnOnce(&T) -> R) -> Result<R, TryError> {
        Ok(self.with_read(f))
    }

    /// [`try_with_read`](Self::try_with_read): no limit is ever needed.
    ///
    /// ```
    /// use guarded_core::Versioned;
    /// # use std::time::Duration;
    /// assert_eq!(Versioned::<u32>::new(3).try_with_read_for(Duration::ZERO, |n| *n), Ok(3));
    /// ```
    ///
    /// # Errors
    /// None, ever.
    #[inline]
    pub fn try_with_read_for<R>(&self, _limit: Duration, f: impl FnOnce(&T) -> R) -> Result<R, TryError> {
        Ok(self.with_read(f))
    }

    /// The current version, to keep: it stays as it is, and consistent, however long it is kept.
    ///
    /// ```
    /// use guarded_core::Versioned;
    /// let stock = Versioned::<u32>::new(3);
    /// let snapshot = stock.snapshot();
    /// stock.set(4);
    /// assert_eq!((*snapshot, *stock.snapshot()), (3, 4));
    /// ```
    ///
    /// # Deadlocks
    /// None: it neither locks nor waits.
    ///
    /// # Cost
    /// Under 20 ns, for any size: a pointer and a count.
    #[inline]
    #[must_use]
    pub fn snapshot(&self) -> Snapshot<T> {
        Snapshot::new(self.now.load_full())
    }

    /// Which version is the current one.
    ///
    /// ```
    /// use guarded_core::Versioned;
    /// let stock = Versioned::<u32>::new(3);
    /// let before = stock.version();
    /// stock.set(4);
    /// assert_ne!(stock.version(), before);
    /// ```
    #[inline]
    #[must_use]
    pub fn version(&self) -> Version {
        self.now.load().version
    }

    /// A copy of the value.
    ///
    /// ```
    /// use guarded_core::Versioned;
    /// assert_eq!(Versioned::<u32>::new(3).cloned(), 3);
    /// ```
    #[must_use]
    pub fn cloned(&self) -> T
    where
        T: Clone,
    {
        self.with_read(T::clone)
    }

    /// Runs `f` with a copy, and publishes it when `f` returns.
    ///
    /// Several changes in one call are one version: readers see all or none.
    ///
    /// ```
    /// use guarded_core::Versioned;
    /// let pair = Versioned::<(u32, u32)>::new((1, 9));
    /// pair.with_write(|(a, b)| { *a += 1; *b -= 1; });
    /// assert_eq!(pair.cloned(), (2, 8));
    ///
    /// let half_way = || pair.with_write(|(a, _)| { *a = 100; panic!("half way") });
    /// assert!(std::panic::catch_unwind(std::panic::AssertUnwindSafe(half_way)).is_err());
    /// assert_eq!(pair.cloned(), (2, 8), "nothing was published");
    /// ```
    ///
    /// # Panics
    /// If this thread is writing this field already, with both lines; as [`Guarded::with_write`]. A panic in `f` or in the
    /// clone publishes nothing.
    ///
    /// # Deadlocks
    /// Waits for other writers, never for readers: as [`Guarded::with_write`].
    ///
    /// # Cost
    /// A lock, a clone of the value, an allocation.
    #[track_caller]
    pub fn with_write<R>(&self, f: impl FnOnce(&mut T) -> R) -> R
    where
        T: Clone,
        S: Keyless,
    {
        self.write(self.writer.hold_write(Poisoned::Refuse), f)
    }

    /// [`with_write`](Self::with_write), if nobody else writes just now.
    ///
    /// ```
    /// use guarded_core::Versioned;
    /// assert_eq!(Versioned::<u32>::new(3).try_with_write(|n| { *n += 1; *n }), Ok(4));
    /// ```
    ///
    /// # Errors
    /// `WouldBlock` or `Reentrant`.
    #[track_caller]
    pub fn try_with_write<R>(&self, f: impl FnOnce(&mut T) -> R) -> Result<R, TryError>
    where
        T: Clone,
    {
        Ok(self.write(self.writer.try_hold_write(Limit::Now, Poisoned::Refuse)?, f))
    }

    /// [`with_write`](Self::with_write), if the other writers are done within `limit`.
    ///
    /// ```
    /// use guarded_core::Versioned;
    /// # use std::time::Duration;
    /// let stock = Versioned::<u32>::new(3);
    /// assert_eq!(stock.try_with_write_for(Duration::from_millis(50), |n| { *n += 1; *n }), Ok(4));
    /// ```
    ///
    /// # Errors
    /// As [`Guarded::try_with_write_for`].
    #[track_caller]
    pub fn try_with_write_for<R>(&self, limit: Duration, f: impl FnOnce(&mut T) -> R) -> Result<R, TryError>
    where
        T: Clone,
        S: Keyless,
    {
        Ok(self.write(self.writer.try_hold_write(Limit::For(limit), Poisoned::Refuse)?, f))
    }

    /// Runs `f` with a copy, and publishes it if `f` returns `Ok`.
    ///
    /// ```
    /// use guarded_core::Versioned;
    /// let stock = Versioned::<u32>::new(3);
    /// let take = |wanted| stock.transact(|n| { *n = n.checked_sub(wanted).ok_or("too few")?; Ok(*n) });
    /// assert_eq!((take(2), take(2), stock.cloned()), (Ok(1), Err("too few"), 1));
    /// ```
    ///
    /// # Errors
    /// What `f` returned: nothing is published, and there is no new version.
    ///
    /// Panics, deadlocks and cost are those of [`with_write`](Self::with_write).
    #[track_caller]
    pub fn transact<R, E>(&self, f: impl FnOnce(&mut T) -> Result<R, E>) -> Result<R, E>
    where
        T: Clone,
        S: Keyless,
    {
        self.publish_if_ok(self.writer.hold_write(Poisoned::Refuse), |copy| Ok((f(copy)?, Touched::All)))
    }

    /// [`transact`](Self::transact), if `version` is still the current one: what was decided by looking at a version holds.
    ///
    /// ```
    /// use guarded_core::Versioned;
    /// let text = Versioned::<String>::new("draft".into());
    /// let seen = text.snapshot();
    /// text.set("changed meanwhile".into());
    /// let superseded = text.with_write_from(seen.version(), |text| text.push('!')).unwrap_err();
    /// assert_eq!(superseded.current, text.version());
    /// ```
    ///
    /// # Errors
    /// [`Superseded`]: another version was published, and `f` did not run. Look again and decide again.
    ///
    /// Panics, deadlocks and cost are those of [`with_write`](Self::with_write).
    #[track_caller]
    pub fn with_write_from<R>(&self, version: Version, f: impl FnOnce(&mut T) -> R) -> Result<R, Superseded>
    where
        T: Clone,
        S: Keyless,
    {
        let hold = self.writer.hold_write(Poisoned::Refuse);
        let current = self.version();
        if current != version {
            return Err(Superseded { field: self.writer.info().class.to_string(), seen: version, current });
        }
        Ok(self.write(hold, f))
    }

    /// Publishes `value`, and returns the version that was current until then.
    ///
    /// ```
    /// use guarded_core::Versioned;
    /// let stock = Versioned::<u32>::new(3);
    /// assert_eq!((*stock.replace(4), stock.cloned()), (3, 4));
    /// ```
    ///
    /// Panics and deadlocks are those of [`with_write`](Self::with_write); nothing is cloned.
    #[track_caller]
    pub fn replace(&self, value: T) -> Snapshot<T>
    where
        S: Keyless,
    {
        let gone;
        let hold = self.writer.hold_write(Poisoned::Refuse);
        let old = self.now.load_full();
        gone = self.publish(&old, value, Touched::All);
        hold.wrote();
        hold.release();
        drop(gone);
        Snapshot::new(old)
    }

    /// Publishes `value`. [`replace`](Self::replace) also returns what was there.
    ///
    /// ```
    /// use guarded_core::Versioned;
    /// let stock = Versioned::<u32>::new(3);
    /// stock.set(4);
    /// assert_eq!(stock.cloned(), 4);
    /// ```
    #[track_caller]
    pub fn set(&self, value: T)
    where
        S: Keyless,
    {
        drop(self.replace(value));
    }

    /// The current version, taken out; a copy where a snapshot shares it.
    ///
    /// ```
    /// use guarded_core::Versioned;
    /// assert_eq!(Versioned::<u32>::new(3).into_inner(), 3);
    /// ```
    #[must_use]
    pub fn into_inner(self) -> T
    where
        T: Clone,
    {
        let Self { now, history, .. } = self;
        drop(history);
        Arc::try_unwrap(now.into_inner()).map_or_else(|shared| shared.value.clone(), |node| node.value)
    }

    /// A version that is kept: the current one, one of the `HISTORY` before it, or one on which a [`Branch`] stands.
    ///
    /// ```
    /// use guarded_core::{Standalone, Versioned};
    /// let stock = Versioned::<u32, Standalone, 2>::new(1);
    /// let versions: Vec<_> = (2..5).map(|n| { stock.set(n); stock.version() }).collect();
    /// let kept = versions.iter().map(|version| stock.at(*version).map(|at| *at));
    /// assert_eq!(kept.collect::<Vec<_>>(), [Some(2), Some(3), Some(4)]);
    /// stock.set(5);
    /// assert!(stock.at(versions[0]).is_none(), "two before the current one are kept");
    /// ```
    #[must_use]
    pub fn at(&self, version: Version) -> Option<Snapshot<T>> {
        self.history.lock().node(version).map(Snapshot::new)
    }

    /// The versions that are kept, oldest first, each with those it was made from: one, or two for a merge. Parents that are
    /// kept no more are left out.
    ///
    /// ```
    /// use guarded_core::{Standalone, Versioned};
    /// let stock = Versioned::<u32, Standalone, 8>::new(1);
    /// let first = stock.version();
    /// stock.set(2);
    /// assert_eq!(stock.versions(), [(first, vec![]), (stock.version(), vec![first])]);
    /// ```
    #[must_use]
    pub fn versions(&self) -> Vec<(Version, Vec<Version>)> {
        self.history.lock().versions()
    }

    #[track_caller]
    fn write<R>(&self, hold: WriteHold<'_, (), Versions, S>, f: impl FnOnce(&mut T) -> R) -> R
    where
        T: Clone,
    {
        match self.publish_if_ok(hold, |copy| Ok::<_, Infallible>((f(copy), Touched::All))) {
            Ok(result) => result,
            Err(never) => match never {},
        }
    }

    /// Runs `f` with a copy; publishes it on `Ok`, with the keys that `f` says it touched.
    fn publish_if_ok<R, E>(
        &self,
        hold: WriteHold<'_, (), Versions, S>,
        f: impl FnOnce(&mut T) -> Result<(R, Touched), E>,
    ) -> Result<R, E>
    where
        T: Clone,
    {
        // In this order: on a panic, and where nothing is published, the lock is released before the copy is dropped, whose
        // `Drop` may use this field.
        let now = self.now.load_full();
        let mut copy;
        let gone;
        let hold = hold;
        copy = Some(now.value.clone());
        let Some(changing) = copy.as_mut() else { unreachable!("it was made just now") };
        let (result, touched) = f(changing)?;
        let Some(value) = copy.take() else { unreachable!("it was there just now") };
        gone = self.publish(&now, value, touched);
        hold.wrote();
        hold.release();
        drop(gone);
        Ok(result)
    }

    /// Makes `value` the current version, made from `from`. Called under the writers' lock; what is returned is dropped outside.
    fn publish(&self, from: &Node<T>, value: T, touched: Touched) -> Gone<T> {
        self.publish_merged(value, [Edge { parent: from.version, touched }])
    }

    fn publish_merged(&self, value: T, edges: impl IntoIterator<Item = Edge>) -> Gone<T> {
        let mut history = self.history.lock();
        let node = history.add(value, edges);
        history.publish(node.version);
        self.now.store(node); // under the lock of the history: whoever waits for it has looked before, or is told
        let gone = history.forget_all_but(HISTORY);
        let waiting = history.met();
        drop(history);
        for waiter in waiting {
            waiter.tell();
        }
        gone
    }
}

/// The version that a write was decided by is not the current one.
///
/// ```
/// use guarded_core::Versioned;
/// let stock = Versioned::<u32>::new(3);
/// let seen = stock.version();
/// stock.set(4);
/// let superseded = stock.with_write_from(seen, |n| *n += 1).unwrap_err();
/// assert!(superseded.to_string().ends_with("was decided by v1, and v2 is current: look again, and decide again"));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Superseded {
    /// `Type.field`.
    pub field: String,
    /// The version that the caller named.
    pub seen: Version,
    /// The one that is current.
    pub current: Version,
}

impl fmt::Display for Superseded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { field, seen, current } = self;
        write!(
            f,
            "a write of `{field}` was decided by {seen}, and {current} is current: look again, and decide again"
        )
    }
}

impl std::error::Error for Superseded {}

impl<T, S: Site, const HISTORY: usize> From<T> for Versioned<T, S, HISTORY> {
    #[track_caller]
    fn from(value: T) -> Self {
        Self::new(value)
    }
}

impl<T: Default, S: Site, const HISTORY: usize> Default for Versioned<T, S, HISTORY> {
    #[track_caller]
    fn default() -> Self {
        Self::new(T::default())
    }
}

/// As the current version. Never waits.
impl<T: fmt::Debug, S: Site, const HISTORY: usize> fmt::Debug for Versioned<T, S, HISTORY> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.with_read(|value| value.fmt(f))
    }
}

#[cfg(feature = "serde")]
mod with_serde {
    use super::{Site, Versioned};
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    /// As the current version. Never waits.
    impl<T: Serialize, S: Site, const HISTORY: usize> Serialize for Versioned<T, S, HISTORY> {
        fn serialize<Z: Serializer>(&self, serializer: Z) -> Result<Z::Ok, Z::Error> {
            self.with_read(|value| value.serialize(serializer))
        }
    }

    /// The first version.
    impl<'de, T: Deserialize<'de>, S: Site, const HISTORY: usize> Deserialize<'de> for Versioned<T, S, HISTORY> {
        fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
            T::deserialize(deserializer).map(Self::new)
        }
    }
}
