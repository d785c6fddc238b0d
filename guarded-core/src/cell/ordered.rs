//! Scopes under a key: the order of locks, checked by the compiler.

use super::hold::Poisoned;
use super::kind::Kind;
use super::policy::Protects;
use super::storage::Guarded;
use crate::order::key::{Before, Declared, Key, Level, Ranks};
use crate::site::{OrderedAt, OrderedSite};
use std::fmt;
use std::marker::PhantomData;

/// A field and the key under which it is locked: `field.under(&mut key)`.
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

impl<T, K: Kind, S: OrderedSite<H>, const H: u64, U> Under<'_, '_, T, K, S, H, U>
where
    K::Policy: Protects<T>,
{
    /// [`Guarded::with_read`], whose closure is also given the key for what comes after this field.
    ///
    /// # Panics
    /// As [`Guarded::with_read`]. An order that the compiler has accepted is not found wrong, unless code without keys, or
    /// under another order's keys, goes the other way.
    ///
    /// # Deadlocks
    /// As [`Guarded::with_read`].
    ///
    /// # Cost
    /// That of [`Guarded::with_read`].
    #[inline]
    #[track_caller]
    pub fn with_read<R>(self, f: impl FnOnce(&T, &mut Key<OrderedAt<S, H>, U>) -> R) -> R {
        super::access::read_scope(self.cell.hold_read(Poisoned::Refuse), |value| f(value, &mut Key::inside()))
    }

    /// [`Guarded::with_write`], whose closure is also given the key for what comes after this field.
    ///
    /// # Panics
    /// As [`with_read`](Self::with_read).
    ///
    /// # Deadlocks
    /// As [`Guarded::with_read`].
    ///
    /// # Cost
    /// That of [`Guarded::with_write`].
    #[inline]
    #[track_caller]
    pub fn with_write<R>(self, f: impl FnOnce(&mut T, &mut Key<OrderedAt<S, H>, U>) -> R) -> R {
        super::access::write_scope(self.cell.hold_write(Poisoned::Refuse), |value| {
            f(value, &mut Key::inside())
        })
    }
}
