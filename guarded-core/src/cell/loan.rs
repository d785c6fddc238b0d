//! What is taken in one scope and given back in another, by a handle's `Drop`.

#![allow(unsafe_code)] // one lifetime of a boxed closure, argued below

use super::access::write_scope;
use super::handle::Handle;
use super::hold::{Poisoned, WriteHold};
use super::kind::{Kind, Waits};
use super::monitor::Outcome;
use super::policy::Protects;
use super::storage::Guarded;
use crate::error::{Line, TryError};
use crate::site::{Keyless, Site};
use std::fmt;
use std::ops::{Deref, DerefMut};
use std::panic::Location;
use std::time::Duration;

/// Something that was taken out of a guarded value, and goes back when this is dropped: a slot, a connection, a permit.
///
/// Made by [`lend`](Guarded::lend), [`try_lend`](Guarded::try_lend) and, on monitors, [`lend_when`](Guarded::lend_when) and
/// [`lend_when_for`](Guarded::lend_when_for) (and their `try_` and `_async` forms), each with the function that takes and the one that gives back. It goes back on
/// every path: at the end of its block, after `?`, on a panic, in a cancelled future, at the end of a thread. A pool:
///
/// ```
/// use guarded_core::{Guarded, Loan, Monitor};
/// #[derive(Debug)]
/// struct Connection(u32);
/// struct Pool(Guarded<Vec<Connection>, Monitor>);
/// impl Pool {
///     fn get(&self) -> Loan<'_, Connection> {
///         self.0.lend_when(|idle| !idle.is_empty(), |idle| idle.pop().expect("one is there"), Vec::push)
///     }
/// }
/// let pool = Pool(Guarded::new(vec![Connection(1)]));
/// let connection = pool.get(); // waits until there is one
/// assert_eq!((connection.0, pool.0.with_read(Vec::len)), (1, 0));
/// drop(connection);
/// assert_eq!(pool.0.with_read(Vec::len), 1);
/// ```
///
/// A semaphore is a monitor of a number:
///
/// ```
/// use guarded_core::Guarded;
/// let permits = Guarded::monitor(2);
/// let permit = permits.lend_when(|free| *free > 0, |free| *free -= 1, |free, ()| *free += 1);
/// assert_eq!(permits.cloned(), 1);
/// # drop(permit);
/// # assert_eq!(permits.cloned(), 2);
/// ```
///
/// # Dropping it inside
/// Dropped by a thread that is inside the cell already, it goes back as soon as that scope has released its lock (feature
/// `order-check`; without it, the thread hangs as with a bare lock). While a thread unwinds it goes back as ever, also into a value
/// that is poisoned. What is leaked with `mem::forget` does not go back.
///
/// # Panics
/// Dropping locks the cell, and panics where [`with_write`](Guarded::with_write) does, poison apart; a panic of the function that
/// gives back is answered by the field's `on_panic`.
///
/// # Cost
/// One allocation, and a write scope at each end.
#[must_use = "a loan that is not kept goes back at once"]
pub struct Loan<'a, V> {
    lent: Option<Lent<'a, V>>,
}

struct Lent<'a, V> {
    value: V,
    give_back: Box<dyn FnOnce(V) + Send + 'a>,
}

/// What a loan's cell is reached through.
trait Place<T, K: Kind, S: Site>: Deref<Target = Guarded<T, K, S>> + Send {}
impl<T, K: Kind, S: Site> Place<T, K, S> for &Guarded<T, K, S> where Self: Send {}
impl<O: ?Sized, T, K: Kind, S: Site> Place<T, K, S> for Handle<O, Guarded<T, K, S>> where Self: Send {}

impl<'a, V> Loan<'a, V> {
    fn new<T, K, S>(
        place: impl Place<T, K, S> + 'a,
        value: V,
        give_back: impl FnOnce(&mut T, V) + Send + 'static,
        line: Line,
    ) -> Self
    where
        V: Send + 'static,
        T: 'a,
        K: Kind + 'a,
        K::Policy: Protects<T>,
        S: Keyless + 'a,
    {
        let give_back = move |value: V| {
            let cell = place.address();
            let back = move || {
                let hold = place.hold_write(Poisoned::Admit);
                hold.on_behalf_of(line);
                write_scope(hold, |lender| give_back(lender, value));
            };
            #[cfg(feature = "order-check")]
            if crate::order::held::held_at(cell).is_some() {
                let back: Box<dyn FnOnce() + 'a> = Box::new(back);
                // SAFETY: only the lifetime changes. Of what the closure has, `place` alone may borrow (the other parts
                // are `'static`), and it borrows the cell. The closure is called, or dropped, while this thread gives back its
                // hold of that very cell, so the cell is borrowed then. Held by tests/loans.rs.
                let back = unsafe { std::mem::transmute::<Box<dyn FnOnce() + 'a>, Box<dyn FnOnce()>>(back) };
                crate::order::deferred::once_outside(cell, back);
                return;
            }
            back();
        };
        Self { lent: Some(Lent { value, give_back: Box::new(give_back) }) }
    }

    /// Keeps it: it does not go back. Whoever lent it is not told; where it counts what is out, count it off.
    ///
    /// ```
    /// # use guarded_core::Guarded;
    /// let idle = Guarded::mutex(vec!["a connection"]);
    /// let broken = idle.try_lend(Vec::pop, Vec::push).unwrap();
    /// assert_eq!(broken.keep(), "a connection");
    /// assert!(idle.cloned().is_empty());
    /// ```
    pub fn keep(mut self) -> V {
        match self.lent.take() {
            Some(lent) => lent.value,
            None => unreachable!("a loan is taken apart once"),
        }
    }

    fn lent(&self) -> &Lent<'a, V> {
        match &self.lent {
            Some(lent) => lent,
            None => unreachable!("a loan is whole until it is dropped"),
        }
    }
}

impl<V> Drop for Loan<'_, V> {
    fn drop(&mut self) {
        if let Some(Lent { value, give_back }) = self.lent.take() {
            give_back(value);
        }
    }
}

impl<V> Deref for Loan<'_, V> {
    type Target = V;
    fn deref(&self) -> &V {
        &self.lent().value
    }
}

impl<V> DerefMut for Loan<'_, V> {
    fn deref_mut(&mut self) -> &mut V {
        match &mut self.lent {
            Some(lent) => &mut lent.value,
            None => unreachable!("a loan is whole until it is dropped"),
        }
    }
}

impl<V: fmt::Debug> fmt::Debug for Loan<'_, V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.lent().value.fmt(f)
    }
}

/// The ways to lend, for a cell that is borrowed and for one that is shared.
macro_rules! lends {
    ($life:lifetime, $place:ty, $place_of:expr, <$($captured:tt),*>) => {
        /// Takes something out, in one write scope, that `give_back` puts back when the [`Loan`] is dropped, in another.
        ///
        /// ```
        /// # use guarded_core::Guarded;
        /// let open = Guarded::mutex(0);
        /// let counted = open.lend(|open| *open += 1, |open, ()| *open -= 1);
        /// assert_eq!(open.cloned(), 1);
        /// drop(counted);
        /// assert_eq!(open.cloned(), 0);
        /// ```
        ///
        /// # Panics
        /// As [`with_write`](Guarded::with_write).
        ///
        /// # Deadlocks
        /// As [`with_write`](Guarded::with_write), at both ends; see [`Loan`].
        ///
        /// # Cost
        /// A write scope, and one allocation.
        #[track_caller]
        pub fn lend<V: Send + 'static>(
            self: $place,
            take: impl FnOnce(&mut T) -> V,
            give_back: impl FnOnce(&mut T, V) + Send + 'static,
        ) -> Loan<$life, V> {
            let value = self.with_write(take);
            Loan::new($place_of(self), value, give_back, Location::caller())
        }

        /// [`lend`](Self::lend), if `take` finds something: where it returns `None`, so does this.
        ///
        /// ```
        /// # use guarded_core::Guarded;
        /// let idle = Guarded::mutex(vec![7]);
        /// let seven = idle.try_lend(Vec::pop, Vec::push).unwrap();
        /// assert!(idle.try_lend(Vec::pop, Vec::push).is_none());
        /// # drop(seven);
        /// # assert_eq!(idle.cloned(), [7]);
        /// ```
        ///
        /// # Panics
        /// As [`with_write`](Guarded::with_write).
        ///
        /// # Deadlocks
        /// As [`lend`](Self::lend).
        ///
        /// # Cost
        /// As [`lend`](Self::lend).
        #[track_caller]
        pub fn try_lend<V: Send + 'static>(
            self: $place,
            take: impl FnOnce(&mut T) -> Option<V>,
            give_back: impl FnOnce(&mut T, V) + Send + 'static,
        ) -> Option<Loan<$life, V>> {
            let value = self.with_write(take)?;
            Some(Loan::new($place_of(self), value, give_back, Location::caller()))
        }

        /// [`lend`](Self::lend), as soon as `condition` holds: see [`with_write_when`](Guarded::with_write_when).
        ///
        /// ```
        /// # use guarded_core::Guarded;
        /// let permits = Guarded::monitor(1);
        /// let permit = permits.lend_when(|free| *free > 0, |free| *free -= 1, |free, ()| *free += 1);
        /// # drop(permit);
        /// ```
        ///
        /// # Panics
        /// As [`with_write_when`](Guarded::with_write_when).
        ///
        /// # Deadlocks
        /// As [`with_write_when`](Guarded::with_write_when): who holds all that there is and waits for more waits for ever.
        ///
        /// # Cost
        /// As [`lend`](Self::lend).
        #[track_caller]
        pub fn lend_when<V: Send + 'static>(
            self: $place,
            condition: impl FnMut(&T) -> bool + Send,
            take: impl FnOnce(&mut T) -> V,
            give_back: impl FnOnce(&mut T, V) + Send + 'static,
        ) -> Loan<$life, V>
        where
            K: Waits,
        {
            let value = self.with_write_when(condition, take);
            Loan::new($place_of(self), value, give_back, Location::caller())
        }

        /// [`lend_when`](Self::lend_when), with an error where the monitor is [closed](Guarded::close).
        ///
        /// ```
        /// # use guarded_core::{Guarded, TryError};
        /// let permits = Guarded::monitor(0);
        /// permits.close();
        /// let permit = permits.try_lend_when(|free| *free > 0, |free| *free -= 1, |free, ()| *free += 1);
        /// assert!(matches!(permit, Err(TryError::Closed { .. })));
        /// ```
        ///
        /// # Errors
        /// `Closed`: see [`try_with_write_when`](Guarded::try_with_write_when).
        ///
        /// # Panics
        /// As [`try_with_write_when`](Guarded::try_with_write_when).
        ///
        /// # Deadlocks
        /// As [`lend_when`](Self::lend_when).
        ///
        /// # Cost
        /// As [`lend`](Self::lend).
        #[track_caller]
        pub fn try_lend_when<V: Send + 'static>(
            self: $place,
            condition: impl FnMut(&T) -> bool + Send,
            take: impl FnOnce(&mut T) -> V,
            give_back: impl FnOnce(&mut T, V) + Send + 'static,
        ) -> Result<Loan<$life, V>, TryError>
        where
            K: Waits,
        {
            let value = self.try_with_write_when(condition, take)?;
            Ok(Loan::new($place_of(self), value, give_back, Location::caller()))
        }

        /// [`lend_when`](Self::lend_when) for async code: see [`with_write_when_async`](Guarded::with_write_when_async).
        ///
        /// The loan is dropped, and so given back, without `.await`.
        ///
        /// ```
        /// use guarded_core::Guarded;
        /// # let mut context = std::task::Context::from_waker(std::task::Waker::noop());
        /// let permits = Guarded::monitor(1);
        /// let limited = async {
        ///     let permit = permits.lend_when_async(|free| *free > 0, |free| *free -= 1, |free, ()| *free += 1).await;
        ///     // what needs the permit, with `.await` as you like
        ///     # drop(permit);
        /// };
        /// # assert!(std::pin::pin!(limited).poll(&mut context).is_ready());
        /// ```
        ///
        /// # Panics
        /// As [`with_write_when_async`](Guarded::with_write_when_async).
        ///
        /// # Deadlocks
        /// As [`lend_when`](Self::lend_when).
        ///
        /// # Cost
        /// As [`lend`](Self::lend); waiting allocates once more.
        #[track_caller]
        pub fn lend_when_async<V, C, F, G>(
            self: $place,
            condition: C,
            take: F,
            give_back: G,
        ) -> impl Future<Output = Loan<$life, V>> + use<$($captured,)* V, C, F, G>
        where
            V: Send + 'static,
            C: FnMut(&T) -> bool + Send + 'static,
            F: FnOnce(&mut T) -> V,
            G: FnOnce(&mut T, V) + Send + 'static,
            T: 'static,
            K: Waits,
        {
            let (place, at) = ($place_of(self), Location::caller());
            async move {
                let value = match place.when(condition, take, at).await {
                    Ok(value) => value,
                    Err(closed_at) => place.wait_was_closed(at, closed_at),
                };
                Loan::new(place, value, give_back, at)
            }
        }

        /// [`lend_when_async`](Self::lend_when_async), with an error where the monitor is [closed](Guarded::close).
        ///
        /// ```
        /// # use guarded_core::{Guarded, TryError};
        /// # let mut context = std::task::Context::from_waker(std::task::Waker::noop());
        /// let permits = Guarded::monitor(0);
        /// let limited = async {
        ///     let permit = permits.try_lend_when_async(|free| *free > 0, |free| *free -= 1, |free, ()| *free += 1).await?;
        ///     # drop(permit);
        ///     Ok::<_, TryError>("done")
        /// };
        /// permits.close();
        /// # assert!(matches!(std::pin::pin!(limited).poll(&mut context), std::task::Poll::Ready(Err(TryError::Closed { .. }))));
        /// ```
        ///
        /// # Errors
        /// `Closed`: see [`try_with_write_when_async`](Guarded::try_with_write_when_async).
        ///
        /// # Panics
        /// As [`try_with_write_when_async`](Guarded::try_with_write_when_async).
        ///
        /// # Deadlocks
        /// As [`lend_when`](Self::lend_when).
        ///
        /// # Cost
        /// As [`lend_when_async`](Self::lend_when_async).
        #[track_caller]
        pub fn try_lend_when_async<V, C, F, G>(
            self: $place,
            condition: C,
            take: F,
            give_back: G,
        ) -> impl Future<Output = Result<Loan<$life, V>, TryError>> + use<$($captured,)* V, C, F, G>
        where
            V: Send + 'static,
            C: FnMut(&T) -> bool + Send + 'static,
            F: FnOnce(&mut T) -> V,
            G: FnOnce(&mut T, V) + Send + 'static,
            T: 'static,
            K: Waits,
        {
            let (place, at) = ($place_of(self), Location::caller());
            async move {
                let taken = place.when(condition, take, at).await;
                let value = taken.map_err(|closed_at| place.closed_error(closed_at))?;
                Ok(Loan::new(place, value, give_back, at))
            }
        }

        /// [`lend_when`](Self::lend_when), if `condition` holds within `limit`; `None` otherwise.
        ///
        /// ```
        /// # use guarded_core::Guarded;
        /// # use std::time::Duration;
        /// let permits = Guarded::monitor(0);
        /// let limit = Duration::from_millis(1);
        /// let permit = permits.lend_when_for(limit, |free| *free > 0, |free| *free -= 1, |free, ()| *free += 1);
        /// assert!(permit.is_none());
        /// ```
        ///
        /// # Panics
        /// As [`with_write_when`](Guarded::with_write_when).
        ///
        /// # Deadlocks
        /// Waits for `limit` at the most.
        ///
        /// # Cost
        /// As [`lend`](Self::lend).
        #[track_caller]
        pub fn lend_when_for<V: Send + 'static>(
            self: $place,
            limit: Duration,
            condition: impl FnMut(&T) -> bool + Send,
            take: impl FnOnce(&mut T) -> V,
            give_back: impl FnOnce(&mut T, V) + Send + 'static,
        ) -> Option<Loan<$life, V>>
        where
            K: Waits,
        {
            let value = self.with_write_when_for(limit, condition, |value, outcome| {
                (outcome == Outcome::Met).then(|| take(value))
            })?;
            Some(Loan::new($place_of(self), value, give_back, Location::caller()))
        }
    };
}

/// Loans.
impl<'a, T: Send, K: Kind, S: Keyless> Guarded<T, K, S>
where
    K::Policy: Protects<T>,
    Self: Sync,
{
    lends!('a, &'a Self, std::convert::identity, <'a, T, K, S>);
}

/// Loans that keep the owner alive.
impl<O, T, K, S> Handle<O, Guarded<T, K, S>>
where
    O: Send + Sync + ?Sized + 'static,
    T: Send + 'static,
    K: Kind + 'static,
    K::Policy: Protects<T>,
    S: Keyless + 'static,
    Guarded<T, K, S>: Sync,
{
    lends!('static, &Self, Clone::clone, <O, T, K, S>);
}

impl<T, K: Kind, S: Site> WriteHold<'_, T, K, S> {
    /// The line that others are told: that of the caller for whom this was taken, where a `Drop` has taken it.
    pub(super) fn on_behalf_of(&self, line: Line) {
        #[cfg(feature = "observe")]
        if self.cell().info().observed {
            self.cell().head.holder.set(line);
        }
        #[cfg(feature = "order-check")]
        crate::order::held::on_behalf_of(self.cell().address(), line);
    }
}
