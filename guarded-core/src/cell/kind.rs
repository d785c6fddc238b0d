//! The strategies of a whole-value cell, as types.

use super::monitor::RawMonitor;
use super::policy::{Keep, Policy};
use crate::sync::{Internal, InternalRw, Mode, RawLock, RawMutex, RawRw};
use std::marker::PhantomData;

/// A reader-writer lock: many readers or one writer. The default.
///
/// ```
/// use guarded_core::{Guarded, Rollback, Rw};
/// static HITS: Guarded<u64> = Guarded::new(0); // is `Guarded<u64, Rw>`
/// static PAIR: Guarded<(u64, u64), Rw<Rollback>> = Guarded::new((0, 0));
/// assert_eq!((HITS.cloned(), PAIR.cloned()), (0, (0, 0)));
/// ```
#[derive(Debug)]
pub struct Rw<P = Keep, A = Scoped>(PhantomData<(P, A)>);

/// A mutex: one at a time, reader or writer. Smaller and a little faster than [`Rw`]; its value need not be `Sync`.
///
/// ```
/// use guarded_core::{Guarded, Mutex};
/// use std::cell::Cell;
/// static LAST: Guarded<Cell<u32>, Mutex> = Guarded::new(Cell::new(0)); // `Cell` is `Send`, not `Sync`
/// LAST.with_read(|last| last.set(7));
/// assert_eq!(LAST.with_read(Cell::get), 7);
/// ```
#[derive(Debug)]
pub struct Mutex<P = Keep, A = Scoped>(PhantomData<(P, A)>);

/// A mutex whose callers can wait for a condition of the value:
/// [`with_write_when`](crate::Guarded::with_write_when). (Monitors are Hoare's; here leaving a scope is what signals.)
///
/// ```
/// use guarded_core::{Guarded, Monitor};
/// let jobs: Guarded<Vec<u32>, Monitor> = Guarded::new(vec![7]);
/// assert_eq!(jobs.with_write_when(|jobs| !jobs.is_empty(), |jobs| jobs.pop()), Some(7));
/// ```
#[derive(Debug)]
pub struct Monitor<P = Keep, A = Scoped>(PhantomData<(P, A)>);

/// A lock around one part of a map that has many, a mutex as a rule: the kind of the cells in a [`Sharded`](crate::Sharded) map.
#[derive(Debug)]
pub struct Shards<P>(PhantomData<P>);

impl<P: Policy> Kind for Shards<P> {
    type Policy = P;
    const STRATEGY: &'static str = "sharded";
    type Raw = P::ShardLock;
    type Shape<T> = P::ShardShape<T>;
}

/// A mutex around one part of what is being loaded, and was: the kind of the cells in a
/// [`SingleFlight`](crate::SingleFlight).
#[derive(Debug)]
pub struct Flights(());

impl Kind for Flights {
    type Policy = Keep;
    const STRATEGY: &'static str = "single_flight";
    type Raw = RawMutex;
    type Shape<T> = Internal<T>;
}

/// A mutex around the making of a value: the kind of the lock in a [`Lazy`](crate::Lazy).
#[derive(Debug)]
pub struct Initial(());

impl Kind for Initial {
    type Policy = Keep;
    const STRATEGY: &'static str = "lazy";
    type Raw = RawMutex;
    type Shape<T> = Internal<T>;
}

/// A mutex around the writing of versions: the kind of the lock in a [`Versioned`](crate::Versioned).
#[derive(Debug)]
pub struct Versions(());

impl Kind for Versions {
    type Policy = Keep;
    const STRATEGY: &'static str = "versioned";
    type Raw = RawMutex;
    type Shape<T> = Internal<T>;
}

/// A mutex that guards what is elsewhere: the kind of the cells in a [`Striped`](crate::Striped).
#[derive(Debug)]
pub struct Stripe(());

impl Kind for Stripe {
    type Policy = Keep;
    const STRATEGY: &'static str = "striped";
    type Raw = RawMutex;
    type Shape<T> = Internal<T>;
}

/// Access through closures only. The default.
///
/// ```
/// use guarded_core::{Guarded, Guards, Keep, Rw};
/// let n: Guarded<u32, Rw<Keep, Guards>> = Guarded::new(3);
/// assert_eq!(*n.read(), 3);
/// ```
/// ```compile_fail
/// use guarded_core::{Guarded, Keep, Rw, Scoped};
/// let n: Guarded<u32, Rw<Keep, Scoped>> = Guarded::new(3); // is `Guarded<u32>`
/// assert_eq!(*n.read(), 3);
/// ```
#[derive(Debug)]
pub struct Scoped(());

/// Access through guards as well: `#[guarded(guards)]`.
///
/// ```
/// use guarded_core::{Guarded, Guards, Keep, Rw};
/// let n: Guarded<u32, Rw<Keep, Guards>> = Guarded::new(3);
/// *n.write() += 1;
/// assert_eq!(*n.read(), 4);
/// ```
#[derive(Debug)]
pub struct Guards(());

/// A strategy with its panic policy: [`Rw`], [`Mutex`], [`Monitor`]. Sealed.
///
/// A bound for functions that take a cell of any strategy:
///
/// ```
/// use guarded_core::{Guarded, Keyless, Kind, Mutex, Protects};
/// fn count<K: Kind, S: Keyless>(cell: &Guarded<u64, K, S>)
/// where
///     K::Policy: Protects<u64>,
/// {
///     cell.with_write(|n| *n += 1);
/// }
/// let hits: Guarded<u64, Mutex> = Guarded::new(0);
/// count(&hits);
/// assert_eq!(hits.cloned(), 1);
/// ```
pub trait Kind: sealed::Sealed {
    /// What happens when a panic leaves a write scope.
    type Policy: Policy;
    /// The word of the attribute, as the report prints it.
    const STRATEGY: &'static str;
    /// The lock.
    #[doc(hidden)]
    type Raw: RawLock;
    /// Who may share a cell of `T`.
    #[doc(hidden)]
    type Shape<T>;
    /// How the lock is held by a reader.
    #[doc(hidden)]
    const READ: Mode = if Self::Raw::SHARES { Mode::Read } else { Mode::SoleRead };
}

impl<P: Policy, A> Kind for Rw<P, A> {
    type Policy = P;
    const STRATEGY: &'static str = "rw";
    type Raw = RawRw;
    type Shape<T> = InternalRw<T>;
}

impl<P: Policy, A> Kind for Mutex<P, A> {
    type Policy = P;
    const STRATEGY: &'static str = "mutex";
    type Raw = RawMutex;
    type Shape<T> = Internal<T>;
}

impl<P: Policy, A> Kind for Monitor<P, A> {
    type Policy = P;
    const STRATEGY: &'static str = "monitor";
    type Raw = RawMonitor;
    type Shape<T> = Internal<T>;
}

/// A strategy whose field says `guards`: the bound of functions that call [`read`](crate::Guarded::read) or
/// [`write`](crate::Guarded::write) on any such cell. Sealed, as [`Kind`] is.
///
/// ```
/// use guarded_core::{Guarded, Guards, HandsOutGuards, Keep, Mutex, Site};
/// fn len<K: HandsOutGuards, S: Site>(cell: &Guarded<Vec<u32>, K, S>) -> usize {
///     cell.read().len()
/// }
/// let lines: Guarded<Vec<u32>, Mutex<Keep, Guards>> = Guarded::new(vec![7]);
/// assert_eq!(len(&lines), 1);
/// ```
#[diagnostic::on_unimplemented(
    message = "this field hands out no guards",
    label = "`read()` and `write()` need `#[guarded(guards)]` on the field",
    note = "a closure needs no guard: `with_read(|v| ..)`, `with_write(|v| ..)`",
    note = "guards and `on_panic = rollback` exclude each other: a guard may be leaked"
)]
pub trait HandsOutGuards: Kind {}

#[diagnostic::do_not_recommend]
impl<P: super::policy::Guardable> HandsOutGuards for Rw<P, Guards> {}
#[diagnostic::do_not_recommend]
impl<P: super::policy::Guardable> HandsOutGuards for Mutex<P, Guards> {}
#[diagnostic::do_not_recommend]
impl<P: super::policy::Guardable> HandsOutGuards for Monitor<P, Guards> {}

/// A strategy whose callers can wait for a condition: [`Monitor`]. Sealed, as [`Kind`] is.
///
/// ```
/// use guarded_core::{Guarded, Keyless, Monitor, Protects, Waits};
/// fn next<K: Waits, S: Keyless>(jobs: &Guarded<Vec<u32>, K, S>) -> Option<u32>
/// where
///     K::Policy: Protects<Vec<u32>>,
/// {
///     jobs.with_write_when(|jobs| !jobs.is_empty(), |jobs| jobs.pop())
/// }
/// let jobs: Guarded<Vec<u32>, Monitor> = Guarded::new(vec![7]);
/// assert_eq!(next(&jobs), Some(7));
/// ```
#[diagnostic::on_unimplemented(
    message = "only a monitor can wait for a condition of its value",
    label = "needs `#[guarded(monitor)]` on the field",
    note = "outside a struct the type says it: `Guarded<T, Monitor>`"
)]
pub trait Waits: Kind<Raw = RawMonitor> {}

#[diagnostic::do_not_recommend]
impl<P: Policy, A> Waits for Monitor<P, A> {}

/// A strategy whose readers can become the writer: [`Rw`]. Sealed, as [`Kind`] is.
///
/// ```
/// use guarded_core::{Guarded, Keyless, Protects, Upgrades};
/// fn once<K: Upgrades, S: Keyless>(names: &Guarded<Vec<u32>, K, S>, name: u32)
/// where
///     K::Policy: Protects<Vec<u32>>,
/// {
///     names.with_upgradable(|names| {
///         if !names.contains(&name) {
///             names.upgrade(|names| names.push(name));
///         }
///     });
/// }
/// let names = Guarded::rw(vec![7]);
/// once(&names, 7);
/// assert_eq!(names.cloned(), [7]);
/// ```
#[diagnostic::on_unimplemented(
    message = "only a reader-writer lock has upgradable reads",
    label = "needs `#[guarded(rw)]` on the field",
    note = "where one thread at a time is inside anyway, look and write in one `with_write(|v| ..)`"
)]
pub trait Upgrades: Kind {}

#[diagnostic::do_not_recommend]
impl<P: Policy, A> Upgrades for Rw<P, A> {}

mod sealed {
    pub trait Sealed {}
    impl<P, A> Sealed for super::Rw<P, A> {}
    impl<P, A> Sealed for super::Mutex<P, A> {}
    impl<P, A> Sealed for super::Monitor<P, A> {}
    impl<P> Sealed for super::Shards<P> {}
    impl Sealed for super::Stripe {}
    impl Sealed for super::Flights {}
    impl Sealed for super::Initial {}
    impl Sealed for super::Versions {}
}

/// A value that one thread after another may have.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot go from thread to thread",
    label = "not `Send`",
    note = "what is bound to one thread (`Rc`, raw pointers) cannot be guarded: use `Arc`, or keep the field plain"
)]
pub trait ShareableMutex {}
impl<T: Send> ShareableMutex for T {}

/// A value that readers on several threads may see at once.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be shared by the readers of a reader-writer lock",
    label = "not `Sync`",
    note = "`#[guarded(mutex)]` asks for `Send` only: it lets in one thread at a time"
)]
pub trait ShareableRw<const SENDS: bool> {}
impl<T: Sync, const SENDS: bool> ShareableRw<SENDS> for T {}

/// Written by the attribute at a field's type. `SENDS` is what [`sends`] returns: where that does not compile, rustc asks
/// no further, so that `Rc`, neither `Send` nor `Sync`, is told once.
pub const fn assert_shareable_rw<T: ShareableRw<SENDS>, const SENDS: bool>() {}
/// Written by the attribute at a field's type.
pub const fn assert_shareable_mutex<T: ShareableMutex>() {}
/// Written by the attribute at a field's type.
#[must_use]
pub const fn sends<T: ShareableMutex>() -> bool {
    true
}
