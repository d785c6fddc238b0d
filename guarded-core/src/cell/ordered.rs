//! Scopes under a key: the order of locks, checked by the compiler.

use super::kind::{Kind, Upgrades, Waits};
use super::monitor::Outcome;
use super::policy::{Protects, Rollback};
use super::storage::Guarded;
use super::upgrade::Upgradable;
use crate::error::TryError;
use crate::order::key::{Before, Declared, Key, Level, Ranks};
use crate::site::{At, OrderedAt, OrderedSite};
use std::fmt;
use std::marker::PhantomData;
use std::ops::Deref;
use std::time::{Duration, Instant};

/// A field and the key under which it is locked: `field.under(&mut key)`.
///
/// It has every call of the field. Those that lend the value hand their closure one more argument, the key for what comes
/// after this field; calls without a closure (`set`, `cloned`, ..) are as ever.
///
/// It needs a struct with `#[guarded(ordered)]`; the guide of `guarded-state` has the examples, on its page `ordered`.
#[must_use = "it locks nothing: call `with_read` or `with_write` on it"]
pub struct Under<'c, 'k, T, K: Kind, S: OrderedSite<H>, const H: u64, U = Declared> {
    cell: &'c Guarded<T, K, OrderedAt<S, H>>,
    /// The outer key is in use until the scope ends.
    _key: PhantomData<&'k mut U>,
}

impl<T, K: Kind, S: OrderedSite<H>, const H: u64, U> fmt::Debug for Under<'_, '_, T, K, S, H, U> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Under({})", self.cell.info().class)
    }
}

impl<T, K: Kind, S: OrderedSite<H>, const H: u64> Guarded<T, K, OrderedAt<S, H>>
where
    K::Policy: Protects<T>,
{
    /// The field, to be locked under `key`: only where it comes after all that the key stands for.
    ///
    /// `shop.stock.under(&mut key).with_write(|stock, key| ..)`: the guide of `guarded-state` has a page on it, `ordered`.
    ///
    /// # Cost
    /// None: it is there for the compiler.
    #[inline(always)]
    pub fn under<'c, 'k, L, U>(&'c self, key: &'k mut Key<L, U>) -> Under<'c, 'k, T, K, S, H, U>
    where
        U: Ranks<OrderedAt<S, H>>,
        L: Level + Before<OrderedAt<S, H>, S::Name, <L as Level>::Name, U>,
    {
        let _ = key;
        Under { cell: self, _key: PhantomData }
    }
}

/// The calls that have no closure, or whose closure has nothing to lock: those of a field without keys. The key is in use
/// for as long as the reference is.
impl<T, K: Kind, S: OrderedSite<H>, const H: u64, U> Deref for Under<'_, '_, T, K, S, H, U> {
    type Target = Guarded<T, K, At<S, H>>;

    #[inline(always)]
    fn deref(&self) -> &Self::Target {
        self.cell.keyless()
    }
}

/// Writes the calls that hand on a key: those of [`Guarded`], whose closure (after the semicolon) gets one more argument.
macro_rules! hand_on_a_key {
    ($(
        $name:ident $(<$generic:ident>)?
        ($($argument:ident: $type:ty),*; |$($value:ident: $lent:ty),+| $result:ty) -> $return:ty
        $(where ($($bounded:tt)+))?,
    )+) => {$(
        #[doc = concat!("[`Guarded::", stringify!($name), "`], whose closure is also given the key for what comes after this field.")]
        ///
        #[doc = concat!("Its errors, panics, deadlocks and cost are those of [`Guarded::", stringify!($name), "`]. An order that the")]
        /// compiler has accepted is not found wrong, unless code under another order's keys goes the other way.
        #[allow(clippy::missing_errors_doc)] // they are those of the call that is named
        #[inline]
        #[track_caller]
        pub fn $name<R $(, $generic)?>(
            self,
            $($argument: $type,)*
            f: impl FnOnce($($lent,)+ &mut Key<OrderedAt<S, H>, U>) -> $result,
        ) -> $return
        $(where $($bounded)+)?
        {
            self.cell.keyless().$name($($argument,)* |$($value: $lent),+| f($($value,)+ &mut Key::inside()))
        }
    )+};
}

impl<T, K: Kind, S: OrderedSite<H>, const H: u64, U> Under<'_, '_, T, K, S, H, U>
where
    K::Policy: Protects<T>,
{
    hand_on_a_key! {
        with_read(; |value: &T| R) -> R,
        with_write(; |value: &mut T| R) -> R,
        try_with_read(; |value: &T| R) -> Result<R, TryError>,
        try_with_write(; |value: &mut T| R) -> Result<R, TryError>,
        try_with_read_for(limit: Duration; |value: &T| R) -> Result<R, TryError>,
        try_with_write_for(limit: Duration; |value: &mut T| R) -> Result<R, TryError>,
        transact<E>(; |value: &mut T| Result<R, E>) -> Result<R, E> where (Rollback: Protects<T>),
        recover(; |value: &mut T| R) -> R,
        with_upgradable(; |value: &mut Upgradable<'_, T, K, At<S, H>>| R) -> R where (K: Upgrades),
        try_with_upgradable_for(limit: Duration; |value: &mut Upgradable<'_, T, K, At<S, H>>| R) -> Result<R, TryError>
            where (K: Upgrades),
        with_write_when(condition: impl FnMut(&T) -> bool + Send; |value: &mut T| R) -> R where (T: Send, K: Waits),
        try_with_write_when(condition: impl FnMut(&T) -> bool + Send; |value: &mut T| R) -> Result<R, TryError> where (T: Send, K: Waits),
        close_with(; |value: &mut T| R) -> R where (K: Waits),
        with_write_if_open(; |value: &mut T| R) -> Result<R, TryError> where (K: Waits),
        with_write_when_for(limit: Duration, condition: impl FnMut(&T) -> bool + Send; |value: &mut T, outcome: Outcome| R) -> R
            where (T: Send, K: Waits),
        with_write_when_until(deadline: Instant, condition: impl FnMut(&T) -> bool + Send; |value: &mut T, outcome: Outcome| R) -> R
            where (T: Send, K: Waits),
    }

    #[cfg(feature = "observe")]
    hand_on_a_key! {
        with_write_if(stamp: super::stamp::Stamp; |value: &mut T| R) -> Option<R>,
    }
}
