//! What happens to the value when a panic leaves a write scope.

use crate::error::Line;
use crate::site::SiteInfo;
use crate::sync::{Internal, InternalRw, RawLock, RawMutex, RawStriped};

/// The lock is released and the value stays as the panic left it, which is recorded. The default of single fields.
///
/// ```
/// use guarded_core::Guarded;
/// let n: Guarded<u32> = Guarded::new(0); // is `Guarded<u32, Rw<Keep>>`
/// let _ = std::panic::catch_unwind(|| n.with_write(|n| { *n = 1; panic!("half way") }));
/// assert_eq!(n.cloned(), 1); // and `n.left_by_panic()` says what has happened
/// ```
#[derive(Debug)]
pub struct Keep(());

/// Later access is refused until [`recover`](crate::Guarded::recover) or
/// [`clear_poison`](crate::Guarded::clear_poison). The default of groups. (The word is that of `std::sync`.)
///
/// ```
/// use guarded_core::{Guarded, Poison, Rw};
/// let n: Guarded<u32, Rw<Poison>> = Guarded::new(0);
/// let _ = std::panic::catch_unwind(|| n.with_write(|_| panic!("half way")));
/// assert!(n.try_with_read(|n| *n).is_err());
/// ```
#[derive(Debug)]
pub struct Poison(());

/// The value is put back as it was when the scope began. Costs what [`Undo::save`] costs, each write: for a `Clone`
/// type one clone.
///
/// ```
/// use guarded_core::{Guarded, Rollback, Rw};
/// let n: Guarded<u32, Rw<Rollback>> = Guarded::new(0);
/// let _ = std::panic::catch_unwind(|| n.with_write(|n| { *n = 1; panic!("half way") }));
/// assert_eq!(n.cloned(), 0);
/// ```
#[derive(Debug)]
pub struct Rollback(());

/// A panic policy: [`Keep`], [`Poison`], [`Rollback`]. Sealed.
///
/// ```
/// use guarded_core::{Guarded, Keyless, Mutex, Poison, Policy, Protects};
/// fn reset<P: Policy + Protects<u32>, S: Keyless>(cell: &Guarded<u32, Mutex<P>, S>) {
///     cell.with_write(|n| *n = 0);
/// }
/// let n: Guarded<u32, Mutex<Poison>> = Guarded::new(3);
/// reset(&n);
/// assert_eq!(n.cloned(), 0);
/// ```
pub trait Policy: sealed::Sealed {
    /// What a cell keeps for it.
    #[doc(hidden)]
    type Slot: Slot;
    /// The lock of a shard: see [`ReadMostly`].
    #[doc(hidden)]
    type ShardLock: RawLock;
    /// Who may share a shard of `T`.
    #[doc(hidden)]
    type ShardShape<T>;
}

/// A policy's memory in the cell. Sealed.
pub trait Slot: sealed::Sealed + Send + Sync {
    #[doc(hidden)]
    const NEW: Self;
    /// The write scope that the first panic left, if later access is to be refused.
    #[doc(hidden)]
    fn poisoned(&self) -> Option<Line>;
    #[doc(hidden)]
    fn poison(&self, line: Line);
    #[doc(hidden)]
    fn clear(&self);
}

impl Slot for () {
    const NEW: Self = ();
    #[inline(always)]
    fn poisoned(&self) -> Option<Line> {
        None
    }
    fn poison(&self, _: Line) {}
    fn clear(&self) {}
}

impl Slot for super::contend::Holder {
    #[allow(clippy::declare_interior_mutable_const)] // each use is a fresh slot, as intended
    const NEW: Self = Self::new();
    #[inline(always)]
    fn poisoned(&self) -> Option<Line> {
        self.get()
    }
    fn poison(&self, line: Line) {
        if self.get().is_none() {
            self.set(line);
        }
    }
    fn clear(&self) {
        self.unset();
    }
}

impl Policy for Keep {
    type Slot = ();
    type ShardLock = RawMutex;
    type ShardShape<T> = Internal<T>;
}
impl Policy for Poison {
    type Slot = super::contend::Holder;
    type ShardLock = RawMutex;
    type ShardShape<T> = Internal<T>;
}
impl Policy for Rollback {
    type Slot = ();
    type ShardLock = RawMutex;
    type ShardShape<T> = Internal<T>;
}

/// The policy `P` of a sharded map that is mostly read: `#[guarded(sharded(read_mostly))]`.
///
/// Its shards have locks in stripes, of which a reader takes that of its thread and a writer all: readers do not hold each other up, and
/// a write costs several times as much. The values must be `Sync`. It pays above some 90 % of reads. Who reads leaves no line
/// behind, so a writer that waits is told the line of the last writer. A part takes a kilobyte.
///
/// ```
/// use guarded_core::{ReadMostly, Sharded};
/// use std::collections::HashMap;
/// let routes: Sharded<HashMap<&str, u32>, ReadMostly> = Sharded::new(HashMap::from([("home", 1)]));
/// assert_eq!(routes.get_cloned("home"), Some(1));
/// ```
#[derive(Debug)]
pub struct ReadMostly<P = Keep>(std::marker::PhantomData<P>);

impl<P: Policy> Policy for ReadMostly<P> {
    type Slot = P::Slot;
    type ShardLock = RawStriped;
    type ShardShape<T> = InternalRw<T>;
}
#[diagnostic::do_not_recommend]
impl<P: Refuses> Refuses for ReadMostly<P> {}
impl<T, P: Verifies<T>> Verifies<T> for ReadMostly<P> {}

/// A policy that can refuse access: [`Poison`]. Sealed, as [`Policy`] is.
///
/// ```
/// use guarded_core::{Guarded, Kind, Mutex, Poison, Refuses, Site};
/// fn usable<K: Kind<Policy: Refuses>, S: Site>(cell: &Guarded<u32, K, S>) -> bool {
///     !cell.is_poisoned()
/// }
/// let n: Guarded<u32, Mutex<Poison>> = Guarded::new(3);
/// assert!(usable(&n));
/// ```
#[diagnostic::on_unimplemented(
    message = "this field is never poisoned: its panic policy is `{Self}`",
    label = "only a field with `on_panic = poison` has this",
    note = "every field has `left_by_panic()`, which says whether a panic left a write scope, and `recover(|v| ..)`"
)]
pub trait Refuses: Policy {}
#[diagnostic::do_not_recommend]
impl Refuses for Poison {}

/// A policy that a leaked guard cannot defeat.
pub trait Guardable: Policy {}
impl Guardable for Keep {}
impl Guardable for Poison {}

mod sealed {
    pub trait Sealed {}
    impl Sealed for super::Keep {}
    impl Sealed for super::Poison {}
    impl Sealed for super::Rollback {}
    impl<P> Sealed for super::ReadMostly<P> {}
    impl<P, O, const FIELD: u64> Sealed for crate::cell::invariant::Checked<P, O, FIELD> {}
    impl Sealed for () {}
    impl Sealed for crate::cell::contend::Holder {}
}

/// A value that can be put back as it was.
///
/// Every `Clone` type is one, by a clone at the start. A type of your own that is not `Clone` can do better, by
/// noting what changes: a log that only grows saves its length, and restores by truncating.
///
/// ```
/// use guarded_core::{Guarded, Undo};
/// struct Log(Vec<String>);
/// impl Undo for Log {
///     type Saved = usize;
///     fn save(&mut self) -> usize { self.0.len() }
///     fn restore(&mut self, len: &mut usize) { self.0.truncate(*len) }
/// }
/// let log: Guarded<Log> = Guarded::new(Log(vec![]));
/// let refused: Result<(), &str> = log.transact(|log| { log.0.push("half".into()); Err("no") });
/// assert_eq!(refused, Err("no"));
/// assert_eq!(log.with_read(|log| log.0.len()), 0);
/// ```
#[diagnostic::on_unimplemented(
    message = "to be put back as it was, `{Self}` must be `Clone` or implement `guarded_state::Undo`",
    label = "`on_panic = rollback` and `transact` need a value that can be put back",
    note = "derive `Clone` for it, or implement `Undo`, which can cost as little as what changed",
    note = "without either, `on_panic = poison` refuses what a panic left half done"
)]
pub trait Undo {
    /// What is kept from the start of the scope: a copy, a length, a list of changes.
    type Saved;
    /// Called under the lock before the scope runs.
    fn save(&mut self) -> Self::Saved;
    /// Called under the lock when the scope failed. What must be dropped is left in `saved`, which is dropped after
    /// the lock is released.
    fn restore(&mut self, saved: &mut Self::Saved);
    /// Called under the lock when the scope succeeded; `saved` is dropped after the lock is released.
    fn keep(&mut self, saved: &mut Self::Saved) {
        let _ = saved;
    }
}

#[diagnostic::do_not_recommend]
impl<T: Clone> Undo for T {
    type Saved = T;
    fn save(&mut self) -> T {
        self.clone()
    }
    fn restore(&mut self, saved: &mut T) {
        std::mem::swap(self, saved);
    }
}

/// A policy that may have something to say of a value of type `T` at the end of a write scope: [`Checked`](crate::Checked),
/// which `invariant = ..` brings, does. Every policy is one for the values it serves. Sealed, as [`Policy`] is.
pub trait Verifies<T>: Policy {
    /// Panics where the value is not as it must be. `line` is that of the scope.
    #[doc(hidden)]
    #[inline(always)]
    fn verify(value: &T, info: &'static SiteInfo, line: Line) {
        let _ = (value, info, line);
    }
}
impl<T> Verifies<T> for Keep {}
impl<T> Verifies<T> for Poison {}
impl<T> Verifies<T> for Rollback {}

/// A policy that can serve values of type `T`: [`Keep`] and [`Poison`] any, [`Rollback`] those that are [`Undo`]. Sealed,
/// as [`Policy`] is. [`Kind`](crate::Kind) has an example of the bound.
#[diagnostic::on_unimplemented(
    message = "to be put back as it was, `{T}` must be `Clone` or implement `guarded_state::Undo`",
    note = "derive `Clone` for it, or implement `Undo`, which can cost as little as what changed"
)]
pub trait Protects<T>: Verifies<T> {
    /// What is kept from the start of a write scope.
    #[doc(hidden)]
    type Saved;
    #[doc(hidden)]
    fn save(value: &mut T) -> Self::Saved;
    #[doc(hidden)]
    fn restore(value: &mut T, saved: &mut Self::Saved) -> bool;
    #[doc(hidden)]
    fn keep(value: &mut T, saved: &mut Self::Saved);
}

macro_rules! protects_by_nothing {
    ($($policy:ty),*) => {$(
        impl<T> Protects<T> for $policy {
            type Saved = ();
            #[inline(always)]
            fn save(_: &mut T) {}
            #[inline(always)]
            fn restore(_: &mut T, (): &mut ()) -> bool {
                false
            }
            #[inline(always)]
            fn keep(_: &mut T, (): &mut ()) {}
        }
    )*};
}
protects_by_nothing!(Keep, Poison);

impl<T: Undo> Protects<T> for Rollback {
    type Saved = T::Saved;
    fn save(value: &mut T) -> T::Saved {
        value.save()
    }
    fn restore(value: &mut T, saved: &mut T::Saved) -> bool {
        value.restore(saved);
        true
    }
    fn keep(value: &mut T, saved: &mut T::Saved) {
        value.keep(saved);
    }
}

/// Written by the attribute at the type of a field with `on_panic = rollback`.
pub const fn assert_restorable<T: Undo>() {}

/// A panic that left a write scope of a cell, as [`left_by_panic`](crate::Guarded::left_by_panic) tells it. `Display` is
/// one line.
///
/// ```
/// # use guarded_core::Guarded;
/// let stock = Guarded::rw(3);
/// let _ = std::panic::catch_unwind(|| stock.with_write(|_| panic!("half way")));
/// # #[cfg(feature = "observe")]
/// assert!(stock.left_by_panic().is_some_and(|left| left.times == 1 && left.scope.file() == file!()));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Left {
    /// The write scope that was left.
    pub scope: Line,
    /// How many panics have left write scopes of this cell.
    pub times: u64,
}

impl std::fmt::Display for Left {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "left by a panic in the write scope entered at {}", self.scope)?;
        if self.times > 1 { write!(f, ", {} times by now", self.times) } else { Ok(()) }
    }
}

/// How many cells' panics are remembered with their lines; beyond that the oldest cell is forgotten.
#[cfg(feature = "observe")]
const REMEMBERED: usize = 4096;

#[cfg(feature = "observe")]
static LEFT: Internal<std::collections::BTreeMap<u32, Left>> =
    Internal::new(std::collections::BTreeMap::new());

/// Serial numbers of cells that panics have left, apart from the order check's.
#[cfg(feature = "observe")]
pub(super) fn remember(marks: &crate::sync::AtomicU32, cell: u32, scope: Line) {
    use crate::sync::Ordering;
    marks.fetch_or(1, Ordering::Relaxed);
    let mut left = LEFT.lock();
    left.entry(cell).and_modify(|left| left.times += 1).or_insert(Left { scope, times: 1 });
    if left.len() > REMEMBERED {
        left.pop_first();
    }
}

#[cfg(feature = "observe")]
pub(super) fn recall(cell: u32) -> Option<Left> {
    LEFT.lock().get(&cell).copied()
}

#[cfg(feature = "observe")]
pub(super) fn forget(cell: u32) {
    LEFT.lock().remove(&cell);
}
