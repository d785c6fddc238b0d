//! The cell: a lock, what is noted about it, and the value.

#![allow(unsafe_code)] // auto traits of the cell, and the const construction of its origin; argued below

use super::kind::{Kind, Monitor, Mutex, Rw};
use super::policy::{Policy, Slot};
use crate::site::{At, Birthplace, OrderedAt, OrderedSite, Origin, Site, SiteInfo, Standalone};
use crate::sync::{Mode, RawLock};
use std::cell::UnsafeCell;
use std::mem::{ManuallyDrop, transmute_copy};
use std::panic::{Location, RefUnwindSafe, UnwindSafe};

/// A value behind a lock, reached through scopes only.
///
/// `#[guarded]` puts one in place of each field that it marks; the three parameters are the value, the strategy
/// ([`Rw`], [`Mutex`](crate::Mutex), [`Monitor`](crate::Monitor), each with its panic policy) and the place in the
/// struct. It also works alone: in a local, a static, a `Vec`, an `Arc`.
///
/// ```
/// use guarded_core::{Guarded, Mutex};
/// static HITS: Guarded<u64> = Guarded::new(0);
/// static LOG: Guarded<Vec<String>, Mutex> = Guarded::new(Vec::new());
///
/// HITS.with_write(|hits| *hits += 1);
/// LOG.with_write(|log| log.push(format!("hit {}", HITS.cloned())));
/// assert_eq!(LOG.with_read(Vec::len), 1);
/// ```
///
/// (Scoped access by closures is that of folly's `Synchronized`, with its `withRLock` and `withWLock`.)
///
/// # Size
/// The lock (8 bytes for `Rw`, 1 for `Mutex`, 24 for `Monitor`) and the value, rounded up to their alignment;
/// with the feature `observe` 16 bytes more (holder, stamp) and 4 with `observe` or `order-check` (marks). `poison`
/// adds 8, a standalone cell 24. So `#[guarded(mutex)] n: u64` takes 16 bytes bare and 32 observed.
#[repr(C)] // the marks come first: their address and the cell's are one register
pub struct Guarded<T, K: Kind = Rw, S: Site = Standalone> {
    /// Bit 0: a panic left a write scope. The rest: the serial number among instances, 0 where none was needed.
    #[cfg(any(feature = "observe", feature = "order-check"))]
    pub(super) marks: crate::sync::AtomicU32,
    pub(super) raw: K::Raw,
    pub(super) head: Head,
    pub(super) slot: <K::Policy as Policy>::Slot,
    pub(super) origin: S::Origin,
    pub(super) value: UnsafeCell<T>,
}

// SAFETY: a cell gives out `&T` and `&mut T` as its lock allows, so it may be shared as far as parking_lot's lock
// of the same shape. What stands beside the value is atomics and `Sync` slots. Held by tests/auto_traits.rs.
unsafe impl<T, K: Kind, S: Site> Sync for Guarded<T, K, S> where K::Shape<T>: Sync {}
// SAFETY: sending the cell sends its value; the lock is not held meanwhile, since every scope borrows the cell.
unsafe impl<T: Send, K: Kind, S: Site> Send for Guarded<T, K, S> {}

// A panic inside a write scope is answered by the cell's policy and recorded, so observing the value after one is
// no surprise: as with std's locks.
impl<T, K: Kind, S: Site> RefUnwindSafe for Guarded<T, K, S> {}
impl<T, K: Kind, S: Site> UnwindSafe for Guarded<T, K, S> {}

/// What is noted beside the lock.
pub(crate) struct Head {
    #[cfg(feature = "observe")]
    pub(crate) holder: super::contend::Holder,
    #[cfg(feature = "observe")]
    pub(super) stamp: crate::sync::AtomicU64,
}

impl Head {
    const fn new() -> Self {
        Self {
            #[cfg(feature = "observe")]
            holder: super::contend::Holder::new(),
            #[cfg(feature = "observe")]
            stamp: crate::sync::AtomicU64::new(0),
        }
    }
}

impl<T, K: Kind, O: OrderedSite<H>, const H: u64> Guarded<T, K, OrderedAt<O, H>> {
    /// The same cell, as one whose scopes ask for no key: for those who have shown one.
    #[inline(always)]
    pub(super) fn keyless(&self) -> &Guarded<T, K, At<O, H>> {
        // SAFETY: the two types are one layout: `repr(C)`, and of the site only `Origin` is stored, which is `()` in
        // both. Both lend the value under the same lock. Held by tests/ordered.rs.
        unsafe { &*std::ptr::from_ref(self).cast() }
    }
}

impl<T, K: Kind, S: Site> Guarded<T, K, S> {
    /// A cell with `value` in it, for every strategy and policy; also in a `static`.
    ///
    /// In a struct literal the field says which it is: `Inventory { stock: Guarded::new(HashMap::new()), .. }`.
    /// Alone, the type does, `let hits: Guarded<u64> = Guarded::new(0)`, or the kind's own word: [`Guarded::rw`],
    /// [`Guarded::mutex`], [`Guarded::monitor`]. Messages and the report call a standalone
    /// cell by the line of this call: write `|value| Guarded::new(value)` where a function is asked for, or that line is in
    /// the library which calls it.
    ///
    /// ```
    /// # use guarded_core::{Guarded, Mutex, Poison};
    /// static LOG: Guarded<Vec<String>, Mutex<Poison>> = Guarded::new(Vec::new());
    /// let shelves: Vec<Guarded<u32>> = (0..3).map(|n| Guarded::new(n)).collect(); // one line, one class
    /// assert_eq!((LOG.with_read(Vec::len), shelves[2].cloned()), (0, 2));
    /// ```
    ///
    /// # Cost
    /// None: no allocation, and nothing is registered before the first access.
    #[must_use]
    #[track_caller]
    pub const fn new(value: T) -> Self {
        Self::part(value, origin::<S::Origin>(Location::caller()))
    }

    /// A cell whose place is known: one of the parts of a map.
    pub(crate) const fn part(value: T, origin: S::Origin) -> Self {
        Self {
            #[cfg(any(feature = "observe", feature = "order-check"))]
            marks: crate::sync::AtomicU32::new(0),
            raw: K::Raw::NEW,
            head: Head::new(),
            slot: <<K::Policy as Policy>::Slot as Slot>::NEW,
            origin,
            value: UnsafeCell::new(value),
        }
    }

    /// There are so many cells like this one: parts of one field.
    #[cfg(feature = "observe")]
    pub(crate) fn tell_parts(&self, count: usize) {
        if self.info().observed {
            crate::observe::parts(self.info().class, count);
        }
    }

    /// All parts of a map have one number: to the order of locks they are one instance.
    #[cfg(any(feature = "observe", feature = "order-check"))]
    pub(crate) fn number_part(&self, number: u32) {
        crate::site::number(&self.marks, number);
    }

    /// The value, without locking: nobody else can have a scope.
    ///
    /// ```
    /// # use guarded_core::Guarded;
    /// let mut n: Guarded<u32> = Guarded::new(1);
    /// *n.get_mut() += 1;
    /// assert_eq!(n.into_inner(), 2);
    /// ```
    pub fn get_mut(&mut self) -> &mut T {
        self.value.get_mut()
    }

    /// The value, taken out of the cell; it does not matter whether it is poisoned.
    ///
    /// ```
    /// # use guarded_core::Guarded;
    /// assert_eq!(Guarded::rw(3).into_inner(), 3);
    /// ```
    pub fn into_inner(self) -> T {
        self.value.into_inner()
    }

    #[inline(always)]
    pub(crate) fn info(&self) -> &'static SiteInfo {
        self.info_in(Mode::Read)
    }

    #[inline(always)]
    pub(crate) fn info_in(&self, mode: Mode) -> &'static SiteInfo {
        &S::infos(&self.origin, K::STRATEGY)[mode as usize]
    }

    #[inline(always)]
    pub(crate) fn address(&self) -> usize {
        std::ptr::from_ref(self).cast::<()>() as usize
    }
}

macro_rules! standalone {
    ($($name:ident $kind:ty, $what:literal;)*) => {$(
        impl<T> Guarded<T, $kind> {
            #[doc = concat!("A cell that stands alone, behind ", $what, ": in a local, an `Arc`, a `Vec`, where no type says which kind.")]
            ///
            /// ```
            /// use guarded_core::Guarded;
            /// use std::sync::Arc;
            #[doc = concat!("let hits = Arc::new(Guarded::", stringify!($name), "(0));")]
            /// hits.with_write(|hits| *hits += 1);
            /// assert_eq!(hits.cloned(), 1);
            /// ```
            #[must_use]
            #[track_caller]
            pub const fn $name(value: T) -> Self {
                Self::new(value)
            }
        }
    )*};
}
standalone! {
    rw Rw, "a reader-writer lock";
    mutex Mutex, "a mutex";
    monitor Monitor, "a mutex with conditions";
}

/// `()` or the creation line, chosen by type: trait functions are not `const` yet.
pub(crate) const fn origin<O: Origin>(place: &'static Location<'static>) -> O {
    if O::KEEPS_PLACE {
        let birthplace = ManuallyDrop::new(Birthplace::new(place));
        // SAFETY: `Origin` is sealed, and `Birthplace` is the only implementor that keeps a place: `O` is the type
        // of `birthplace`, which is not dropped a second time.
        unsafe { transmute_copy::<Birthplace, O>(&*std::ptr::from_ref(&birthplace).cast::<Birthplace>()) }
    } else {
        // SAFETY: the only other implementor is `()`.
        unsafe { transmute_copy::<(), O>(&()) }
    }
}
