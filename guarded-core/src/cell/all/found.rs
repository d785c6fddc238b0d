//! Locks that are found by looking into another one.

use super::set::{LockAll, LockSet, Own, Request};
use super::{run, take, with_all};

/// Takes `first`, looks into it for what else is needed, and takes both together.
///
/// `find` says what was found: an index, a name, an address. `both` asks for the locks of it, by
/// [`attempt.with(..)`](Attempt::with). Between the look and the second call others may change the first value, so `find` is asked again with all
/// locks held; if it finds something else, all is given back and `both` is called anew.
///
/// ```
/// use guarded_core::{Guarded, read, with_found, write};
/// struct Account { heir: Guarded<usize>, balance: Guarded<u64> }
/// let account = |heir, balance| Account { heir: Guarded::new(heir), balance: Guarded::new(balance) };
/// let accounts = [account(1, 10), account(0, 0), account(0, 0)];
/// let one = &accounts[0];
/// with_found(
///     read(&one.heir),
///     |heir| *heir,
///     |&heir, attempt| {
///         let balances = (write(&one.balance), write(&accounts[heir].balance));
///         attempt.with(balances, |_, (from, to)| *to += std::mem::take(from))
///     },
/// );
/// assert_eq!(accounts[1].balance.cloned(), 10);
/// ```
/// Of an `Arc` that was found, compare the address: `|next| next.as_ref().map(Arc::as_ptr)`.
///
/// # Panics
/// As [`with_all`].
///
/// # Deadlocks
/// As [`with_all`]: nothing is held between the look and the second call.
///
/// # Starvation
/// Possible in theory: if the first value changes between each look and the call that follows.
///
/// # Cost
/// One scope for the look, and one [`with_all`] a try.
#[track_caller]
pub fn with_found<F: Request, D: PartialEq, R>(
    first: F,
    find: impl Fn(&F::Value) -> D,
    mut both: impl FnMut(&D, Attempt<'_, F, D>) -> Tried<R>,
) -> R {
    loop {
        let found = run::<Own, F, D, _>(take(first), |value| find(F::peek(&value)));
        let attempt = Attempt { first, find: &find, found: &found };
        if let Tried(Some(result)) = both(&found, attempt) {
            return result;
        }
    }
}

/// One try of [`with_found`], whose example has its use: the locks are asked for by [`with`](Self::with).
#[must_use = "nothing is locked before `with` is called"]
#[allow(missing_debug_implementations)] // it holds a closure
pub struct Attempt<'d, F: Request, D> {
    first: F,
    find: &'d dyn Fn(&F::Value) -> D,
    found: &'d D,
}

/// How a try of [`with_found`] has ended: with a result, or with something else found than before. Only
/// [`Attempt::with`] makes one.
#[derive(Debug)]
#[must_use = "hand it back to `with_found`"]
pub struct Tried<R>(Option<R>);

impl<F: Request, D: PartialEq> Attempt<'_, F, D> {
    /// Takes the first lock and those of `set`, and runs `f` with the values if the same is found as before.
    ///
    /// # Panics
    /// As [`with_all`].
    ///
    /// # Deadlocks
    /// As [`with_all`].
    ///
    /// # Cost
    /// That of [`with_all`], and of one more look, under the locks.
    #[track_caller]
    pub fn with<L: LockAll, R>(
        self,
        set: L,
        f: impl for<'a> FnOnce(<F as LockSet<'a>>::Out, <L as LockSet<'a>>::Out) -> R,
    ) -> Tried<R> {
        with_all((self.first, set), |(first, others)| {
            let same = (self.find)(F::peek(&first)) == *self.found;
            Tried(same.then(|| f(first, others)))
        })
    }
}
