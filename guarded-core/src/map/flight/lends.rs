//! Calls that lend out what is kept, which a single flight has not, each there to say what to write instead.
//!
//! The bound holds for nothing.

use super::{FlightKind, FlightMap, SingleFlight};
use crate::site::Site;

#[diagnostic::on_unimplemented(
    message = "a single flight lends nothing out: none of your code runs under its locks",
    label = "load it or get a clone, `get_or_load(key, |key| ..)`; only a clone, `get_cloned(&key)`",
    note = "to change what is kept: `insert(key, value)`, `remove(&key)`, `clear()`; to have it loaded anew: `forget(&key)`",
    note = "values that are large are kept in an `Arc`; values that are changed in place belong in `#[guarded(sharded)]`"
)]
pub trait Lends {}

#[doc(hidden)]
impl<T: FlightMap, F: FlightKind, S: Site> SingleFlight<T, F, S> {
    pub fn with_read<R>(&self, _: impl FnOnce(&T) -> R) -> R
    where
        F: Lends,
    {
        unreachable!("no kind lends")
    }

    pub fn with_write<R>(&self, _: impl FnOnce(&mut T) -> R) -> R
    where
        F: Lends,
    {
        unreachable!("no kind lends")
    }

    pub fn with_read_key<Q: ?Sized, R>(&self, _: &Q, _: impl FnOnce(Option<&T::Value>) -> R) -> R
    where
        F: Lends,
    {
        unreachable!("no kind lends")
    }

    pub fn with_write_key<R>(
        &self,
        _: T::Key,
        _: impl FnOnce(crate::map::Entry<'_, T::Key, T::Value>) -> R,
    ) -> R
    where
        F: Lends,
    {
        unreachable!("no kind lends")
    }

    pub fn cloned(&self) -> T
    where
        F: Lends,
    {
        unreachable!("no kind lends")
    }

    pub fn set(&self, _: T)
    where
        F: Lends,
    {
        unreachable!("no kind lends")
    }
}
