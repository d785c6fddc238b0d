//! Calls that other locks have and a cell has not, each there to say what to write instead: rustc's own help for an
//! unknown method is the nearest name, and that of `get` is `set`.
//!
//! The bounds hold for nothing. A call returns whatever is asked for, so that no second error follows from the first.

use super::kind::Kind;
use super::storage::Guarded;
use crate::site::{At, FieldSite, Site, Standalone};

#[diagnostic::on_unimplemented(
    message = "a guarded field has no `lock()`: the call that uses the value takes the lock",
    label = "write `with_write(|value| ..)`, or `with_read(|value| ..)` to look only",
    note = "there is nothing to unwrap: what a panic leaves is up to the field's `on_panic`",
    note = "`try_with_read` and `try_with_write` do not wait",
    note = "for a guard that is passed on: `#[guarded(guards)]` on the field, then `read()` and `write()`"
)]
pub trait IsLockedByHand {}

#[diagnostic::on_unimplemented(
    message = "a guarded field is not its value",
    label = "call this on the value: `with_read(|value| ..)`, or `with_write(|value| ..)` to change it",
    note = "nothing that borrows from the value leaves the closure: return a copy (`.copied()`, `.cloned()`)"
)]
pub trait IsItsValue {}

#[diagnostic::on_unimplemented(
    message = "there is nothing to notify",
    label = "whoever leaves a scope of a monitor looks at the conditions of those who wait",
    note = "wait with `with_write_when(|value| .., |value| ..)`, and change the value with `with_write(|value| ..)`"
)]
pub trait IsNotified {}

#[diagnostic::on_unimplemented(
    message = "a monitor waits together with its condition",
    label = "`with_write_when(|value| condition, |value| ..)` waits until the condition holds, and goes on under the same lock",
    note = "the field is a monitor: `#[guarded(monitor)]`; with a limit: `with_write_when_for(limit, |value| condition, |value, outcome| ..)`"
)]
pub trait WaitsBlindly {}

#[diagnostic::on_unimplemented(
    message = "this field has no place in a declared order, and needs no key",
    label = "leave `.under(..)` out, or write `#[guarded(ordered)]` above the struct",
    note = "without `ordered` the order of locks is learned at run time"
)]
pub trait HasPlace {}

#[doc(hidden)]
impl<T, K: Kind, O: FieldSite<H>, const H: u64> Guarded<T, K, At<O, H>> {
    pub fn under<Q, R>(&self, _: Q) -> R
    where
        At<O, H>: HasPlace,
    {
        unreachable!("only ordered fields have a place")
    }
}

#[doc(hidden)]
impl<T, K: Kind> Guarded<T, K, Standalone> {
    pub fn under<Q, R>(&self, _: Q) -> R
    where
        K: HasPlace,
    {
        unreachable!("only ordered fields have a place")
    }
}

#[doc(hidden)]
impl<T, K: Kind, S: Site> Guarded<T, K, S> {
    pub fn wait<R>(&self) -> R
    where
        K: WaitsBlindly,
    {
        unreachable!("nobody waits without a condition")
    }

    pub fn wait_while<Q, R>(&self, _: Q) -> R
    where
        K: WaitsBlindly,
    {
        unreachable!("nobody waits without a condition")
    }

    pub fn lock<R>(&self) -> R
    where
        K: IsLockedByHand,
    {
        unreachable!("no strategy is locked by hand")
    }

    pub fn try_lock<R>(&self) -> R
    where
        K: IsLockedByHand,
    {
        unreachable!("no strategy is locked by hand")
    }

    pub fn get<Q, R>(&self, _: Q) -> R
    where
        K: IsItsValue,
    {
        unreachable!("no cell is its value")
    }

    pub fn notify_one<R>(&self) -> R
    where
        K: IsNotified,
    {
        unreachable!("nothing is notified")
    }

    pub fn notify_all<R>(&self) -> R
    where
        K: IsNotified,
    {
        unreachable!("nothing is notified")
    }
}
