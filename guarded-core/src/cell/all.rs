//! Several locks in one call.

#![allow(clippy::needless_pass_by_value)] // a set is written where it is used

mod acquire;
mod found;
mod set;
mod shapes;

pub use found::{Attempt, Tried, with_found};
use set::Act;
pub use set::{AllBack, LockAll, LockSet, Own, Policies, Read, Request, Write, read, write};

use super::transact::quietly;
use crate::error::{Line, TryError};
use crate::sync::unwinding;
use acquire::Deadline;
use scopeguard::ScopeGuard;
use smallvec::SmallVec;
use std::panic::Location;
use std::time::{Duration, Instant};

/// Takes all locks of `set` in one safe call, and runs `f` with the values.
///
/// A set is made of [`read`]`(&cell)` and [`write`](write())`(&cell)`, in tuples (up to 12), arrays, slices and `Vec`s, nested as
/// you like: cells of any strategy, struct and instance. `f` is given `&T` or `&mut T` for each, in the same shape.
///
/// ```
/// use guarded_core::{Guarded, read, with_all, write};
/// let (from, to): (Guarded<u64>, Guarded<u64>) = (Guarded::new(10), Guarded::new(0));
/// let fee: Guarded<u64> = Guarded::new(1);
/// with_all((write(&from), write(&to), read(&fee)), |(from, to, fee)| {
///     *from -= 5 + fee;
///     *to += 5;
/// });
/// assert_eq!((from.cloned(), to.cloned()), (4, 5));
///
/// let accounts: Vec<Guarded<u64>> = vec![Guarded::new(1), Guarded::new(2)];
/// let sum: u64 = with_all(accounts.iter().map(read).collect::<Vec<_>>(), |accounts| accounts.into_iter().sum());
/// assert_eq!(sum, 3);
/// ```
///
/// # Panics
/// If a lock is asked for twice, before any is taken ([`with_both`](crate::with_both) is for two that may be the same).
/// As [`with_read`](crate::Guarded::with_read) of each. A panic in `f` releases all, and each field's policy holds.
///
/// # Deadlocks
/// None with another such call, in whatever order each names its locks, nor with scopes nested in any order: while it
/// waits for one of its locks it holds none of the others, or gives them back after a while. What the caller holds
/// already comes before all of them in the order of locks, as with a single scope.
///
/// (Trying, and giving all back where one is in use, is how C++'s `std::lock` does it.)
///
/// # Starvation
/// None: after 16 rounds of trying, the locks are waited for in one order that all calls share.
///
/// # Cost
/// That of the scopes, nested. Up to 12 locks in tuples and arrays allocate nothing; more, and any slice or `Vec`, allocate
/// lists as long as the set.
#[inline]
#[track_caller]
pub fn with_all<L: LockAll, R>(set: L, f: impl for<'a> FnOnce(<L as LockSet<'a>>::Out) -> R) -> R {
    run::<Own, L, R, _>(take(set), f)
}

/// [`with_all`], if it is possible at once.
///
/// ```
/// use guarded_core::{Guarded, TryError, try_with_all, write};
/// let (a, b): (Guarded<u32>, Guarded<u32>) = (Guarded::new(1), Guarded::new(2));
/// try_with_all((write(&a), write(&b)), |(a, b)| std::mem::swap(a, b))?;
/// # Ok::<(), TryError>(())
/// ```
///
/// # Errors
/// `WouldBlock`, `Reentrant`, `Duplicate` or `Poisoned`, each with the field's name.
///
/// # Panics
/// Only where `f` does: all is released then, and each field's policy holds.
///
/// # Deadlocks
/// Never waits, and says nothing about the order of locks.
///
/// # Cost
/// As [`with_all`]; an error allocates.
#[track_caller]
pub fn try_with_all<L: LockAll, R>(
    set: L,
    f: impl for<'a> FnOnce(<L as LockSet<'a>>::Out) -> R,
) -> Result<R, TryError> {
    let line = Location::caller();
    distinct(&set, line)?;
    let scopes = set.try_take(0).map_err(|busy| refusal(&set, busy))?;
    admit::<Own, L>(&scopes)?;
    Ok(run::<Own, L, R, _>(scopes, f))
}

/// [`with_all`], if it is possible within `limit`.
///
/// ```
/// use guarded_core::{Guarded, TryError, read, try_with_all_for, write};
/// use std::time::Duration;
/// let (a, b) = (Guarded::rw(1), Guarded::mutex(2));
/// let sum = try_with_all_for(Duration::from_millis(50), (read(&a), write(&b)), |(a, b)| *a + *b)?;
/// assert_eq!(sum, 3);
/// # Ok::<(), TryError>(())
/// ```
///
/// # Errors
/// As [`try_with_all`], but `TimedOut` for `WouldBlock`; `Deadlock` where waiting could not help.
///
/// # Panics
/// As [`try_with_all`].
///
/// # Deadlocks
/// Waits for `limit` at the most.
///
/// # Cost
/// As [`with_all`]; an error allocates.
#[track_caller]
pub fn try_with_all_for<L: LockAll, R>(
    limit: Duration,
    set: L,
    f: impl for<'a> FnOnce(<L as LockSet<'a>>::Out) -> R,
) -> Result<R, TryError> {
    let line = Location::caller();
    let start = Instant::now();
    distinct(&set, line)?;
    let scopes = match set.try_take(0) {
        Ok(scopes) => scopes,
        Err(busy) => match refusal(&set, busy) {
            TryError::WouldBlock { .. } => acquire::acquire(set, busy, Some(Deadline { start, limit }))?,
            error => return Err(error),
        },
    };
    admit::<Own, L>(&scopes)?;
    Ok(run::<Own, L, R, _>(scopes, f))
}

/// [`with_all`], all or nothing: `Err` or a panic puts all written values back as they were.
///
/// ```
/// use guarded_core::{Guarded, transact_all, write};
/// let (from, to): (Guarded<u64>, Guarded<u64>) = (Guarded::new(3), Guarded::new(0));
/// let moved = transact_all((write(&from), write(&to)), |(from, to)| {
///     *to += 5;
///     *from = from.checked_sub(5).ok_or("not enough")?;
///     Ok(())
/// });
/// assert_eq!((moved, from.cloned(), to.cloned()), (Err("not enough"), 3, 0));
/// ```
///
/// # Errors
/// Those of `f`.
///
/// # Panics
/// As [`with_all`]. A panic in `f` goes on after all values are restored, and neither poisons nor counts as left by a
/// panic. If an [`Undo::restore`](crate::Undo::restore) panics, after an `Err` too, the others are put back all the same; that value
/// counts as left by a panic, and the panic goes on.
///
/// # Deadlocks
/// As [`with_all`].
///
/// # Cost
/// That of [`with_all`], and of [`Undo::save`](crate::Undo::save) of each written value, under the locks.
#[track_caller]
pub fn transact_all<L: LockAll<AllBack>, R, E>(
    set: L,
    f: impl for<'a> FnOnce(<L as LockSet<'a>>::Out) -> Result<R, E>,
) -> Result<R, E> {
    let line = Location::caller();
    let mut scope =
        scopeguard::guard(saved::<AllBack, L>(take(set)), |scopes| L::tell(L::fail(scopes, line), line));
    let result = f(L::values(&mut scope));
    if result.is_ok() {
        L::verify(&scope, line);
        L::keep(&mut scope);
    } else {
        L::restore(&mut scope);
    }
    let leftover = L::release(ScopeGuard::into_inner(scope));
    drop(leftover); // outside the locks
    result
}

/// The values of [`with_both`].
///
/// ```
/// use guarded_core::{Both, Guarded, read, with_both};
/// let a = Guarded::rw(1);
/// let sum = with_both(read(&a), read(&a), |both| match both {
///     Both::Two(a, b) => a + b,
///     Both::Same(a) => 2 * a,
/// });
/// assert_eq!(sum, 2);
/// ```
#[derive(Debug)]
pub enum Both<V> {
    /// Of two cells.
    Two(V, V),
    /// Both requests ask for one cell.
    Same(V),
}

/// [`with_all`] for two cells that may be the same one, which is then locked once.
///
/// ```
/// use guarded_core::{Both, Guarded, read, with_both, write};
/// fn same_len(a: &Guarded<Vec<u8>>, b: &Guarded<Vec<u8>>) -> bool {
///     with_both(read(a), read(b), |both| match both {
///         Both::Two(a, b) => a.len() == b.len(),
///         Both::Same(_) => true,
///     })
/// }
/// fn merge(into: &Guarded<Vec<u8>>, from: &Guarded<Vec<u8>>) {
///     with_both(write(into), write(from), |both| {
///         if let Both::Two(into, from) = both {
///             into.append(from);
///         }
///     });
/// }
/// let (a, b) = (Guarded::rw(vec![1]), Guarded::rw(vec![2, 3]));
/// assert!(!same_len(&a, &b) && same_len(&a, &a));
/// merge(&a, &b);
/// merge(&a, &a);
/// assert_eq!(a.cloned(), [1, 2, 3]);
/// ```
///
/// # Panics
/// As [`with_all`], but not for asking twice.
///
/// # Deadlocks
/// As [`with_all`].
///
/// # Cost
/// That of [`with_all`].
#[track_caller]
pub fn with_both<L: Request, R>(
    one: L,
    other: L,
    f: impl for<'a> FnOnce(Both<<L as LockSet<'a>>::Out>) -> R,
) -> R {
    if one.member(0).address == other.member(0).address {
        run::<Own, L, R, _>(take(one), |value| f(Both::Same(value)))
    } else {
        run::<Own, (L, L), R, _>(take((one, other)), |(one, other)| f(Both::Two(one, other)))
    }
}

/// Makes a set of an iterator of requests, for [`with_all`] and its relatives.
///
/// ```
/// use guarded_core::{Guarded, each, with_all, write};
/// let counters: [Guarded<u32>; 3] = [const { Guarded::new(1) }; 3];
/// with_all(each(counters.iter().map(write)), |counters| {
///     for n in counters {
///         *n += 1;
///     }
/// });
/// assert_eq!(counters[2].cloned(), 2);
/// ```
pub fn each<I: IntoIterator>(requests: I) -> Vec<I::Item> {
    requests.into_iter().collect()
}

/// All locks, as long as it takes.
#[inline(always)]
#[track_caller]
fn take<P: Policies, L: LockAll<P>>(set: L) -> L::Scopes {
    let line = Location::caller();
    if let Err(error) = distinct(&set, line) {
        refuse(&error)
    }
    #[cfg(feature = "order-check")]
    if crate::order::held::any() {
        for number in 0..set.count() {
            drop(set.act(&mut set.none(), number, Act::Announce)); // refuses by a panic
        }
    }
    let scopes = match set.try_take(0) {
        Ok(scopes) => scopes,
        Err(busy) => match acquire::acquire(set, busy, None) {
            Ok(scopes) => scopes,
            Err(error) => refuse(&error),
        },
    };
    if let Some((info, first)) = L::poisoned(&scopes)
        && !unwinding()
    {
        drop(scopes);
        crate::cell::contend::refuse_poisoned(info, info.mode, first)
    }
    scopes
}

#[cold]
#[track_caller]
fn refuse(error: &TryError) -> ! {
    panic!("{error}")
}

fn admit<P: Policies, L: LockAll<P>>(scopes: &L::Scopes) -> Result<(), TryError> {
    match L::poisoned(scopes) {
        Some((info, first)) if !unwinding() => {
            Err(TryError::Poisoned { field: info.class.to_string(), first })
        }
        _ => Ok(()),
    }
}

/// Runs `f` on the values, under each field's policy.
#[inline(always)]
#[track_caller]
fn run<P: Policies, L: LockAll<P>, R, F>(scopes: L::Scopes, f: F) -> R
where
    F: for<'a> FnOnce(<L as LockSet<'a>>::Out) -> R,
{
    let line = Location::caller();
    let mut scope = scopeguard::guard(saved::<P, L>(scopes), |scopes| L::tell(L::fail(scopes, line), line));
    let result = f(L::values(&mut scope));
    L::verify(&scope, line);
    let mut scopes = ScopeGuard::into_inner(scope);
    L::keep(&mut scopes);
    let leftover = L::release(scopes);
    drop(leftover); // outside the locks
    result
}

/// Saves what each member's policy would put back. Where that panics nothing has been shown to the closure yet: all is
/// given back as it was, and no panic has left a scope.
#[inline(always)]
fn saved<P: Policies, L: LockAll<P>>(scopes: L::Scopes) -> L::Scopes {
    let mut scopes = scopeguard::guard(scopes, |mut scopes| {
        let _ = quietly(|| L::restore(&mut scopes));
        let leftover = L::release(scopes);
        let _ = quietly(|| drop(leftover)); // outside the locks
    });
    L::save(&mut scopes);
    ScopeGuard::into_inner(scopes)
}

/// No lock is asked for twice.
#[inline(always)]
fn distinct<P: Policies, L: LockAll<P>>(set: &L, line: Line) -> Result<(), TryError> {
    let differ = |one: usize, other: usize| set.member(one).address != set.member(other).address;
    let few = match L::COUNT {
        Some(0 | 1) => true,
        Some(2) => differ(0, 1),
        Some(3) => differ(0, 1) && differ(0, 2) && differ(1, 2),
        _ => false,
    };
    if few { Ok(()) } else { distinct_among_many(set, line) }
}

#[inline(never)]
fn distinct_among_many<P: Policies, L: LockAll<P>>(set: &L, line: Line) -> Result<(), TryError> {
    let all: SmallVec<[_; 12]> = (0..set.count()).map(|number| set.member(number).address).collect();
    let Some((first, second)) = found_twice(&all) else { return Ok(()) };
    let (one, other) = (set.member(first).info, set.member(second).info);
    Err(TryError::Duplicate {
        field: one.class.to_string(),
        at: line,
        members: [(first, one.mode.word()), (second, other.mode.word())],
    })
}

/// Two places of one address, the earlier one first.
fn found_twice(all: &[usize]) -> Option<(usize, usize)> {
    if all.len() <= 12 {
        let earlier = |place: usize| all[..place].iter().position(|address| *address == all[place]);
        return (1..all.len()).find_map(|place| Some((earlier(place)?, place)));
    }
    let mut sorted: Vec<_> = all.iter().zip(0..).collect();
    sorted.sort_unstable();
    sorted.windows(2).find(|pair| pair[0].0 == pair[1].0).map(|pair| (pair[0].1, pair[1].1))
}

/// Why a member could not be had at once.
#[cold]
#[track_caller]
fn refusal<P: Policies, L: LockAll<P>>(set: &L, busy: usize) -> TryError {
    match set.act(&mut set.none(), busy, Act::TakeFor(Duration::ZERO)) {
        Err(Some(error)) => error,
        // It has become free since.
        _ => TryError::WouldBlock { field: set.member(busy).info.class.to_string(), holder: None },
    }
}
