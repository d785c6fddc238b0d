//! Several cells read at one moment: what the twin of `#[derive(Guarded)]` makes its plain struct from.

use super::hold::{Limit, Poisoned, ReadHold};
use super::kind::Kind;
use super::storage::Guarded;
use crate::error::TryError;
use crate::site::Site;

/// How often all locks are tried at once before they are taken one after another.
const ROUNDS: usize = 64;

/// A list of cells, as `(&first, (&second, ()))`.
pub trait ReadSet: for<'v> ReadSetValues<'v> + Copy {
    /// Their locks.
    #[doc(hidden)]
    type Holds;
    /// Without waiting; else the number of the cell that was in use, if waiting for it may help.
    #[doc(hidden)]
    #[track_caller]
    fn try_hold(self, number: usize) -> Result<Self::Holds, Option<usize>>;
    /// One after another.
    #[doc(hidden)]
    #[track_caller]
    fn hold(self) -> Self::Holds;
    /// Until the cell of that number is free, holding nothing.
    #[doc(hidden)]
    #[track_caller]
    fn wait_for(self, number: usize);
    #[doc(hidden)]
    fn values(holds: &Self::Holds) -> <Self as ReadSetValues<'_>>::Out;
}

/// The values of a [`ReadSet`], as `(&first, (&second, ()))`. The second parameter says that the set outlives them.
pub trait ReadSetValues<'v, Outlives = &'v Self> {
    #[doc(hidden)]
    type Out;
}

impl ReadSetValues<'_> for () {
    type Out = ();
}

impl ReadSet for () {
    type Holds = ();
    fn try_hold(self, _: usize) -> Result<(), Option<usize>> {
        Ok(())
    }
    fn hold(self) {}
    fn wait_for(self, _: usize) {}
    fn values((): &()) {}
}

impl<'v, T, K: Kind, S: Site, Rest: ReadSetValues<'v>> ReadSetValues<'v> for (&Guarded<T, K, S>, Rest) {
    type Out = (&'v T, Rest::Out);
}

impl<'c, T, K: Kind, S: Site, Rest: ReadSet> ReadSet for (&'c Guarded<T, K, S>, Rest) {
    type Holds = (ReadHold<'c, T, K, S>, Rest::Holds);

    #[track_caller]
    fn try_hold(self, number: usize) -> Result<Self::Holds, Option<usize>> {
        let first = self.0.try_hold_read(Limit::Now, Poisoned::Refuse).map_err(|error| match error {
            TryError::WouldBlock { .. } => Some(number),
            _ => None,
        })?;
        Ok((first, self.1.try_hold(number + 1)?))
    }

    #[track_caller]
    fn hold(self) -> Self::Holds {
        let first = self.0.hold_read(Poisoned::Refuse);
        (first, self.1.hold())
    }

    #[track_caller]
    fn wait_for(self, number: usize) {
        match number.checked_sub(1) {
            None => drop(self.0.hold_read(Poisoned::Refuse)),
            Some(number) => self.1.wait_for(number),
        }
    }

    fn values(holds: &Self::Holds) -> <Self as ReadSetValues<'_>>::Out {
        (holds.0.get(), Rest::values(&holds.1))
    }
}

/// Runs `f` with all values of `set`, read at one moment.
///
/// All locks are tried; where one is in use, all are given back and that one is waited for, holding nothing, so
/// that no order is imposed on code that nests them. After 64 rounds they are taken one after another, in the
/// order of declaration.
///
/// # Panics
/// As [`Guarded::with_read`] of each.
#[track_caller]
pub fn snapshot<L: ReadSet, R>(set: L, f: impl for<'v> FnOnce(<L as ReadSetValues<'v>>::Out) -> R) -> R {
    for _ in 0..ROUNDS {
        match set.try_hold(0) {
            Ok(holds) => return f(L::values(&holds)),
            Err(Some(busy)) => set.wait_for(busy),
            Err(None) => break, // poisoned or held by this thread: the blocking form says so
        }
    }
    let holds = set.hold();
    f(L::values(&holds))
}
