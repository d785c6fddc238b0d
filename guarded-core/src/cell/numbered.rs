//! Scopes of one instance among others, in an order that the caller's numbers declare.

use super::access::{read_scope, write_scope};
use super::hold::Poisoned;
use super::kind::Kind;
use super::policy::Protects;
use super::storage::Guarded;
use crate::site::{Keyless, Site};
use std::fmt;

/// A cell with its place among the instances of its field, to be locked: `cell.numbered(n)`.
///
/// ```
/// # use guarded_core::Guarded;
/// let (parent, child) = (Guarded::rw(1), Guarded::rw(2));
/// let sum = parent.numbered(0).with_read(|a| child.numbered(1).with_read(|b| a + b));
/// assert_eq!(sum, 3);
/// ```
#[must_use = "it locks nothing: call `with_read` or `with_write` on it"]
pub struct Numbered<'c, T, K: Kind, S: Site> {
    cell: &'c Guarded<T, K, S>,
    number: u64,
}

impl<T, K: Kind, S: Site> fmt::Debug for Numbered<'_, T, K, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Numbered({}, {})", self.cell.info().class, self.number)
    }
}

impl<T, K: Kind, S: Keyless> Guarded<T, K, S>
where
    K::Policy: Protects<T>,
{
    /// The cell as number `number` among the instances of its field: scopes that are entered through this call are nested in
    /// ascending order of their numbers, which is checked the first time, not only when both orders were seen.
    ///
    /// The number is anything that is known without the lock and does not change: an account number, a depth, an age.
    ///
    /// ```
    /// # use guarded_core::Guarded;
    /// struct Account { number: u64, balance: Guarded<u64> }
    /// # let account = |number| Account { number, balance: Guarded::new(10) };
    /// let (a, b) = (account(3), account(7));
    /// a.balance.numbered(a.number).with_write(|from| {
    ///     b.balance.numbered(b.number).with_write(|to| { *from -= 1; *to += 1; }) // 3, then 7: fine
    /// });
    /// # assert_eq!(b.balance.cloned(), 11);
    /// ```
    ///
    /// # Cost
    /// With the feature `order-check` a look at a thread-local list and an entry in it, which allocates where the list must
    /// grow; none without.
    pub fn numbered(&self, number: u64) -> Numbered<'_, T, K, S> {
        Numbered { cell: self, number }
    }
}

impl<T, K: Kind, S: Keyless> Numbered<'_, T, K, S>
where
    K::Policy: Protects<T>,
{
    /// [`Guarded::with_read`].
    ///
    /// ```
    /// # use guarded_core::Guarded;
    /// let depth_two = Guarded::rw(vec![1]);
    /// assert_eq!(depth_two.numbered(2).with_read(Vec::len), 1);
    /// ```
    ///
    /// # Panics
    /// As [`Guarded::with_read`]; if an instance with the same or a higher number is held, and the build says panic
    /// ([`Finding::Inversion`](crate::Finding)).
    ///
    /// # Deadlocks
    /// As [`Guarded::with_read`].
    ///
    /// # Cost
    /// That of [`Guarded::with_read`] and of [`numbered`](Guarded::numbered).
    #[track_caller]
    pub fn with_read<R>(self, f: impl FnOnce(&T) -> R) -> R {
        #[cfg(feature = "order-check")]
        let _in_order = crate::order::instances::enter(self.cell.info_in(K::READ), self.number);
        read_scope(self.cell.hold_read(Poisoned::Refuse), f)
    }

    /// [`Guarded::with_write`].
    ///
    /// ```
    /// # use guarded_core::Guarded;
    /// let depth_two = Guarded::rw(vec![1]);
    /// depth_two.numbered(2).with_write(|list| list.push(2));
    /// assert_eq!(depth_two.cloned(), [1, 2]);
    /// ```
    ///
    /// # Panics
    /// As [`with_read`](Self::with_read).
    ///
    /// # Deadlocks
    /// As [`Guarded::with_read`].
    ///
    /// # Cost
    /// That of [`Guarded::with_write`] and of [`numbered`](Guarded::numbered).
    #[track_caller]
    pub fn with_write<R>(self, f: impl FnOnce(&mut T) -> R) -> R {
        #[cfg(feature = "order-check")]
        let _in_order =
            crate::order::instances::enter(self.cell.info_in(crate::sync::Mode::Write), self.number);
        write_scope(self.cell.hold_write(Poisoned::Refuse), f)
    }
}
