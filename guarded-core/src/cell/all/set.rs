//! What can be locked in one call: requests, and tuples, arrays, slices and lists of them.

use crate::cell::hold::{Limit, Poisoned, ReadHold, WriteHold};
use crate::cell::kind::Kind;
use crate::cell::policy::{Policy, Protects, Rollback, Verifies};
use crate::cell::storage::Guarded;
use crate::cell::transact::{Failed, fail};
use crate::error::{Line, TryError};
use crate::site::{Site, SiteInfo};
use crate::sync::Mode;
use std::fmt;
use std::time::Duration;

/// A read scope, asked for with others: what [`read`] makes for [`with_all`](crate::with_all).
///
/// ```
/// use guarded_core::{Guarded, Read, Rw, Standalone, each, read, with_all};
/// let cells = [Guarded::rw(1), Guarded::rw(2)];
/// let asked: Vec<Read<'_, u32, Rw, Standalone>> = each(cells.iter().map(read)); // nothing is locked yet
/// assert_eq!(with_all(asked, |all| all.into_iter().sum::<u32>()), 3);
/// ```
pub struct Read<'c, T, K: Kind, S: Site>(pub(super) &'c Guarded<T, K, S>);

/// A write scope, asked for with others: what [`write()`] makes for [`with_all`](crate::with_all).
///
/// ```
/// use guarded_core::{Guarded, Rw, Standalone, Write, with_all, write};
/// let n = Guarded::rw(1);
/// let asked: Write<'_, u32, Rw, Standalone> = write(&n); // nothing is locked yet
/// with_all((asked,), |(n,)| *n += 1);
/// assert_eq!(n.cloned(), 2);
/// ```
pub struct Write<'c, T, K: Kind, S: Site>(pub(super) &'c Guarded<T, K, S>);

/// Asks for a read scope of `cell` in [`with_all`](crate::with_all) and its relatives.
///
/// ```
/// # use guarded_core::{Guarded, read, with_all};
/// let (a, b) = (Guarded::rw(1), Guarded::mutex(2));
/// assert_eq!(with_all((read(&a), read(&b)), |(a, b)| a + b), 3);
/// ```
///
/// # Cost
/// None: it locks nothing.
#[must_use = "it locks nothing: give it to `with_all`"]
pub fn read<T, K: Kind, S: Site>(cell: &Guarded<T, K, S>) -> Read<'_, T, K, S> {
    Read(cell)
}

/// Asks for a write scope of `cell` in [`with_all`](crate::with_all) and its relatives.
///
/// ```
/// # use guarded_core::{Guarded, with_all, write};
/// let (a, b) = (Guarded::rw(1), Guarded::mutex(2));
/// with_all((write(&a), write(&b)), |(a, b)| std::mem::swap(a, b));
/// assert_eq!((a.cloned(), b.cloned()), (2, 1));
/// ```
///
/// # Cost
/// None: it locks nothing.
#[must_use = "it locks nothing: give it to `with_all`"]
pub fn write<T, K: Kind, S: Site>(cell: &Guarded<T, K, S>) -> Write<'_, T, K, S> {
    Write(cell)
}

macro_rules! plain_handles {
    ($($name:ident $word:literal;)*) => {$(
        impl<T, K: Kind, S: Site> Clone for $name<'_, T, K, S> {
            fn clone(&self) -> Self {
                *self
            }
        }
        impl<T, K: Kind, S: Site> Copy for $name<'_, T, K, S> {}
        impl<T, K: Kind, S: Site> fmt::Debug for $name<'_, T, K, S> {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!($word, "({})"), self.0.info().class)
            }
        }
    )*};
}
plain_handles! { Read "read"; Write "write"; }

/// Whose panic policy holds in a call for several locks: [`Own`] or [`AllBack`]. Sealed.
pub trait Policies: sealed::Sealed {
    /// The policy of a member whose own is `P`.
    #[doc(hidden)]
    type Of<P: Policy>: Policy;
}

/// Each field's own: [`with_all`](crate::with_all).
#[derive(Debug)]
pub struct Own(());

/// All is put back: [`transact_all`](crate::transact_all).
#[derive(Debug)]
pub struct AllBack(());

impl Policies for Own {
    type Of<P: Policy> = P;
}
impl Policies for AllBack {
    type Of<P: Policy> = Rollback;
}

/// What the closure of a call for several locks is given: `&mut T` for a write, `&T` for a read, in the shape of the
/// requests (tuples and arrays as they are, a `Vec` for a slice or a `Vec`). `Outlives` is there for the compiler.
///
/// ```
/// use guarded_core::{Guarded, LockAll, LockSet, read, with_all, write};
/// fn timed<L: LockAll, R>(set: L, f: impl for<'a> FnOnce(<L as LockSet<'a>>::Out) -> R) -> R {
///     with_all(set, |values| { println!("all are held"); f(values) })
/// }
/// let (a, b) = (Guarded::rw(1), Guarded::rw(2));
/// timed((read(&a), write(&b)), |(a, b)| *b += *a);
/// assert_eq!(b.cloned(), 3);
/// ```
pub trait LockSet<'a, Outlives = &'a Self> {
    /// The values.
    type Out;
}

/// One request or several: [`read`], [`write`](write()), and tuples (up to 12), arrays, slices and `Vec`s of sets. Sealed.
/// [`LockSet`] has an example of the bound.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a set of locks",
    label = "ask with `read(&x.field)` or `write(&x.field)`",
    note = "a set is a request, or a tuple (up to 12), array, slice or `Vec` of sets; `each(iterator)` makes a `Vec`"
)]
pub trait LockAll<P: Policies = Own>: for<'a> LockSet<'a> + sealed::Sealed {
    /// How many locks, where that is known at compile time.
    #[doc(hidden)]
    const COUNT: Option<usize>;
    /// All locks, held.
    #[doc(hidden)]
    type Scopes;
    /// Some locks, held.
    #[doc(hidden)]
    type Partly;
    /// What is dropped once all locks are given back.
    #[doc(hidden)]
    type Leftover;

    #[doc(hidden)]
    fn count(&self) -> usize;
    #[doc(hidden)]
    fn member(&self, number: usize) -> Member;
    /// All at once, or the number of the first that cannot be had.
    #[doc(hidden)]
    #[track_caller]
    fn try_take(&self, number: usize) -> Result<Self::Scopes, usize>;
    #[doc(hidden)]
    fn none(&self) -> Self::Partly;
    /// Does something with one lock.
    #[doc(hidden)]
    #[track_caller]
    fn act(&self, partly: &mut Self::Partly, number: usize, act: Act) -> Result<(), Refused>;
    /// All of them are held by now.
    #[doc(hidden)]
    fn complete(partly: Self::Partly) -> Option<Self::Scopes>;
    /// The first poisoned member.
    #[doc(hidden)]
    fn poisoned(scopes: &Self::Scopes) -> Option<(&'static SiteInfo, Line)>;
    #[doc(hidden)]
    fn save(scopes: &mut Self::Scopes);
    #[doc(hidden)]
    fn values(scopes: &mut Self::Scopes) -> <Self as LockSet<'_>>::Out;
    /// What was written stays.
    #[doc(hidden)]
    fn keep(scopes: &mut Self::Scopes);
    #[doc(hidden)]
    fn verify(scopes: &Self::Scopes, line: Line);
    /// What was written is put back.
    #[doc(hidden)]
    fn restore(scopes: &mut Self::Scopes);
    /// Gives all back.
    #[doc(hidden)]
    fn release(scopes: Self::Scopes) -> Self::Leftover;
    /// A panic left the scopes: each member's policy, and all are given back.
    #[doc(hidden)]
    fn fail(scopes: Self::Scopes, line: Line) -> Self::Leftover;
    /// Tells of the panic, with nothing locked.
    #[doc(hidden)]
    fn tell(leftover: Self::Leftover, line: Line);
}

/// A set of one: [`read`] or [`write()`], as [`with_both`](crate::with_both) and [`with_found`](crate::with_found) ask for.
/// Sealed.
pub trait Request: LockAll + Copy {
    /// What the cell holds.
    type Value;
    #[doc(hidden)]
    fn peek<'v>(out: &'v <Self as LockSet<'_>>::Out) -> &'v Self::Value;
}

impl<T, K: Kind, S: Site> Request for Read<'_, T, K, S> {
    type Value = T;
    fn peek<'v>(out: &'v &T) -> &'v T {
        out
    }
}

impl<T, K: Kind, S: Site> Request for Write<'_, T, K, S>
where
    K::Policy: Protects<T>,
{
    type Value = T;
    fn peek<'v>(out: &'v &mut T) -> &'v T {
        out
    }
}

/// Who a member is.
#[derive(Clone, Copy, Debug)]
pub struct Member {
    pub(super) address: usize,
    pub(super) info: &'static SiteInfo,
}

/// Why a lock was not taken; `None` for [`Act::Try`].
#[allow(unreachable_pub)] // named by a sealed trait's hidden function only
pub type Refused = Option<TryError>;

/// What [`LockAll::act`] does with one lock.
#[derive(Clone, Copy, Debug)]
pub enum Act {
    /// Says that it will be taken, before any is: re-entrance and a wrong order are told now.
    Announce,
    /// Takes it, as long as it takes.
    Take,
    /// Takes it if that is possible so soon.
    TakeFor(Duration),
    /// Takes it if that is possible at once.
    Try,
}

/// A member for reading: the hold is all.
impl<'a, T, K: Kind, S: Site> LockSet<'a> for Read<'_, T, K, S> {
    type Out = &'a T;
}

impl<'c, T, K: Kind, S: Site, P: Policies> LockAll<P> for Read<'c, T, K, S> {
    const COUNT: Option<usize> = Some(1);
    type Scopes = ReadHold<'c, T, K, S>;
    type Partly = Option<ReadHold<'c, T, K, S>>;
    type Leftover = ();

    #[inline(always)]
    fn count(&self) -> usize {
        1
    }
    #[inline(always)]
    fn member(&self, _: usize) -> Member {
        Member { address: self.0.address(), info: self.0.info_in(K::READ) }
    }
    #[inline(always)]
    #[track_caller]
    fn try_take(&self, number: usize) -> Result<Self::Scopes, usize> {
        self.0.hold_read_if_free().ok_or(number)
    }
    fn none(&self) -> Self::Partly {
        None
    }
    #[track_caller]
    fn act(&self, partly: &mut Self::Partly, _: usize, act: Act) -> Result<(), Refused> {
        match act {
            Act::Announce => self.0.announce(K::READ),
            Act::Take => *partly = Some(self.0.hold_read(Poisoned::Admit)),
            Act::TakeFor(limit) => *partly = Some(self.0.try_hold_read(Limit::For(limit), Poisoned::Admit)?),
            Act::Try => *partly = Some(self.0.hold_read_if_free().ok_or(None)?),
        }
        Ok(())
    }
    fn complete(partly: Self::Partly) -> Option<Self::Scopes> {
        partly
    }
    #[inline(always)]
    fn poisoned(hold: &Self::Scopes) -> Option<(&'static SiteInfo, Line)> {
        hold.cell().poisoned_by().map(|line| (hold.cell().info_in(K::READ), line))
    }
    fn save(_: &mut Self::Scopes) {}
    #[inline(always)]
    fn values(hold: &mut Self::Scopes) -> &T {
        hold.get()
    }
    fn keep(_: &mut Self::Scopes) {}
    #[inline(always)]
    fn verify(_: &Self::Scopes, _: Line) {}
    fn restore(_: &mut Self::Scopes) {}
    #[inline(always)]
    fn release(hold: Self::Scopes) {
        hold.release();
    }
    fn fail(hold: Self::Scopes, _: Line) {
        drop(hold);
    }
    fn tell((): (), _: Line) {}
}

/// A member for writing, under a policy.
#[allow(missing_debug_implementations)] // named by a sealed trait's hidden type only
pub struct WriteScope<'c, T, K: Kind, S: Site, P: Protects<T>> {
    hold: WriteHold<'c, T, K, S>,
    /// `None` until all members are saved.
    saved: Option<P::Saved>,
    back: Back,
}

/// Whether a value was put back: a restore that panics is not called again.
#[derive(Clone, Copy)]
enum Back {
    Not,
    Begun,
    Put,
}

impl<'a, T, K: Kind, S: Site> LockSet<'a> for Write<'_, T, K, S> {
    type Out = &'a mut T;
}

/// A bare cell says nothing of how it is to be locked, and is no [`LockAll`]: with this, no second error says that the
/// closure has no argument.
impl<'a, T, K: Kind, S: Site> LockSet<'a> for &Guarded<T, K, S> {
    type Out = &'a mut T;
}

impl<'c, T, K: Kind, S: Site, P: Policies> LockAll<P> for Write<'c, T, K, S>
where
    K::Policy: Verifies<T>,
    P::Of<K::Policy>: Protects<T>,
{
    const COUNT: Option<usize> = Some(1);
    type Scopes = WriteScope<'c, T, K, S, P::Of<K::Policy>>;
    type Partly = Option<WriteHold<'c, T, K, S>>;
    type Leftover = (&'c Guarded<T, K, S>, Option<<P::Of<K::Policy> as Protects<T>>::Saved>, Option<Failed>);

    #[inline(always)]
    fn count(&self) -> usize {
        1
    }
    #[inline(always)]
    fn member(&self, _: usize) -> Member {
        Member { address: self.0.address(), info: self.0.info_in(Mode::Write) }
    }
    #[inline(always)]
    #[track_caller]
    fn try_take(&self, number: usize) -> Result<Self::Scopes, usize> {
        let hold = self.0.hold_write_if_free().ok_or(number)?;
        Ok(WriteScope { hold, saved: None, back: Back::Not })
    }
    fn none(&self) -> Self::Partly {
        None
    }
    #[track_caller]
    fn act(&self, partly: &mut Self::Partly, _: usize, act: Act) -> Result<(), Refused> {
        match act {
            Act::Announce => self.0.announce(Mode::Write),
            Act::Take => *partly = Some(self.0.hold_write(Poisoned::Admit)),
            Act::TakeFor(limit) => *partly = Some(self.0.try_hold_write(Limit::For(limit), Poisoned::Admit)?),
            Act::Try => *partly = Some(self.0.hold_write_if_free().ok_or(None)?),
        }
        Ok(())
    }
    fn complete(partly: Self::Partly) -> Option<Self::Scopes> {
        partly.map(|hold| WriteScope { hold, saved: None, back: Back::Not })
    }
    #[inline(always)]
    fn poisoned(scope: &Self::Scopes) -> Option<(&'static SiteInfo, Line)> {
        let cell = scope.hold.cell();
        cell.poisoned_by().map(|line| (cell.info_in(Mode::Write), line))
    }
    #[inline(always)]
    fn save(scope: &mut Self::Scopes) {
        scope.saved = Some(<P::Of<K::Policy> as Protects<T>>::save(scope.hold.get_mut()));
    }
    #[inline(always)]
    fn values(scope: &mut Self::Scopes) -> &mut T {
        scope.hold.get_mut()
    }
    #[inline(always)]
    fn verify(scope: &Self::Scopes, line: Line) {
        K::Policy::verify(scope.hold.get(), scope.hold.cell().info(), line);
    }
    #[inline(always)]
    fn keep(scope: &mut Self::Scopes) {
        if let Some(saved) = &mut scope.saved {
            <P::Of<K::Policy> as Protects<T>>::keep(scope.hold.get_mut(), saved);
        }
        scope.hold.wrote();
    }
    fn restore(scope: &mut Self::Scopes) {
        if let Some(saved) = &mut scope.saved {
            scope.back = Back::Begun; // a panic leaves it so
            <P::Of<K::Policy> as Protects<T>>::restore(scope.hold.get_mut(), saved);
            scope.back = Back::Put;
        }
    }
    #[inline(always)]
    fn release(scope: Self::Scopes) -> Self::Leftover {
        let cell = scope.hold.cell();
        scope.hold.release();
        (cell, scope.saved, None)
    }
    fn fail(scope: Self::Scopes, line: Line) -> Self::Leftover {
        let WriteScope { hold, mut saved, back } = scope;
        let cell = hold.cell();
        let restore = |value: &mut T, saved: &mut _| match back {
            Back::Not => <P::Of<K::Policy> as Protects<T>>::restore(value, saved),
            Back::Begun => false,
            Back::Put => true,
        };
        // What was not saved yet was not shown to the closure either: nothing has happened to it.
        let failed = saved.as_mut().map(|saved| fail(hold, saved, line, restore));
        (cell, saved, failed)
    }
    fn tell((cell, saved, failed): Self::Leftover, line: Line) {
        if let Some(failed) = failed {
            failed.tell(cell, saved, line);
        }
    }
}

pub(super) mod sealed {
    use super::{AllBack, Guarded, Kind, Own, Read, Site, Write};
    pub trait Sealed {}
    impl Sealed for Own {}
    impl Sealed for AllBack {}
    impl<T, K: Kind, S: Site> Sealed for Read<'_, T, K, S> {}
    impl<T, K: Kind, S: Site> Sealed for Write<'_, T, K, S> {}
    impl<T, K: Kind, S: Site> Sealed for Guarded<T, K, S> {}
}
