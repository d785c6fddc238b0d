//! What a single flight keeps, and what happens when a loader panics: as types.

use std::collections::HashMap;
use std::fmt;
use std::hash::{BuildHasher, Hash};
use std::marker::PhantomData;
use std::time::Duration;

/// A loading cache: what was loaded is kept. The default kind of [`SingleFlight`](crate::SingleFlight).
///
/// `P` is what the others get when a loader panics ([`Propagate`], [`Handover`]); `TTL_MS` is how many milliseconds a
/// value is kept, 0 for as long as nobody removes it; `NEGATIVE_TTL_MS` how long an error is kept, 0 for not at all.
///
/// ```
/// use guarded_core::{Flight, Handover, SingleFlight};
/// use std::collections::HashMap;
/// // Values for a minute, errors for a second; if a loader panics, another caller loads.
/// let quotes: SingleFlight<HashMap<String, u64>, Flight<Handover, 60_000, 1_000>> = SingleFlight::default();
/// assert!(quotes.is_empty());
/// ```
pub struct Flight<P = Propagate, const TTL_MS: u64 = 0, const NEGATIVE_TTL_MS: u64 = 0>(
    PhantomData<fn() -> P>,
);

/// Nothing is kept: callers who come while a loader runs share its result, later ones load again.
///
/// ```
/// use guarded_core::{Plain, SingleFlight};
/// use std::{collections::HashMap, convert::Infallible};
/// let totals: SingleFlight<HashMap<u32, u64>, Plain> = SingleFlight::default();
/// let mut loads = 0;
/// for _ in 0..2 {
///     totals.get_or_load(7, |_| { loads += 1; Ok::<_, Infallible>(1) })?;
/// }
/// assert_eq!(loads, 2); // one after the other: there was nobody to share with
/// # Ok::<(), std::sync::Arc<Infallible>>(())
/// ```
pub struct Plain<P = Propagate>(PhantomData<fn() -> P>);

/// If a loader panics, so do all who wait for it: each panic names the loader's line and carries its message. The default.
///
/// ```
/// use guarded_core::{Flight, Propagate, SingleFlight};
/// use std::collections::HashMap;
/// let one: SingleFlight<HashMap<u32, u32>> = SingleFlight::default();
/// let same: SingleFlight<HashMap<u32, u32>, Flight<Propagate>> = one;
/// assert!(same.is_empty());
/// ```
#[derive(Debug)]
pub struct Propagate(());

/// If a loader panics, its own caller does, and one of those who wait calls its loader instead.
///
/// ```
/// use guarded_core::{Flight, Handover, SingleFlight};
/// use std::{collections::HashMap, convert::Infallible};
/// let quotes: SingleFlight<HashMap<u32, u32>, Flight<Handover>> = SingleFlight::default();
/// let load = |_: &u32| -> Result<u32, Infallible> { panic!("no network") };
/// assert!(std::panic::catch_unwind(|| quotes.get_or_load(7, load)).is_err());
/// assert_eq!(quotes.get_or_load(7, |_| Ok::<_, Infallible>(1))?.value, 1);
/// # Ok::<(), std::sync::Arc<Infallible>>(())
/// ```
#[derive(Debug)]
pub struct Handover(());

/// What happens to the others when a loader panics: [`Propagate`], [`Handover`]. Sealed.
///
/// ```
/// use guarded_core::{Flight, LoadPanic, SingleFlight};
/// use std::collections::HashMap;
/// fn kept<P: LoadPanic>(quotes: &SingleFlight<HashMap<u32, u32>, Flight<P>>) -> usize {
///     quotes.len()
/// }
/// assert_eq!(kept(&SingleFlight::<HashMap<u32, u32>>::default()), 0);
/// ```
pub trait LoadPanic: sealed::Sealed {
    #[doc(hidden)]
    const HANDS_OVER: bool;
}

impl LoadPanic for Propagate {
    const HANDS_OVER: bool = false;
}

impl LoadPanic for Handover {
    const HANDS_OVER: bool = true;
}

/// What a single flight keeps: [`Flight`], [`Plain`]. Sealed.
///
/// ```
/// use guarded_core::{FlightKind, SingleFlight};
/// use std::{collections::HashMap, convert::Infallible};
/// fn double<F: FlightKind>(flights: &SingleFlight<HashMap<u32, u32>, F>, n: u32) -> u32 {
///     flights.get_or_load(n, |n| Ok::<_, Infallible>(2 * n)).map_or(0, |loaded| loaded.value)
/// }
/// assert_eq!(double(&SingleFlight::<HashMap<u32, u32>>::default(), 4), 8);
/// ```
pub trait FlightKind: sealed::Sealed {
    #[doc(hidden)]
    const STORES: bool;
    #[doc(hidden)]
    const TTL: Option<Duration>;
    #[doc(hidden)]
    const NEGATIVE_TTL: Option<Duration>;
    #[doc(hidden)]
    const HANDS_OVER: bool;
}

const fn limit(milliseconds: u64) -> Option<Duration> {
    if milliseconds == 0 { None } else { Some(Duration::from_millis(milliseconds)) }
}

impl<P: LoadPanic, const TTL_MS: u64, const NEGATIVE_TTL_MS: u64> FlightKind
    for Flight<P, TTL_MS, NEGATIVE_TTL_MS>
{
    const STORES: bool = true;
    const TTL: Option<Duration> = limit(TTL_MS);
    const NEGATIVE_TTL: Option<Duration> = limit(NEGATIVE_TTL_MS);
    const HANDS_OVER: bool = P::HANDS_OVER;
}

impl<P: LoadPanic> FlightKind for Plain<P> {
    const STORES: bool = false;
    const TTL: Option<Duration> = None;
    const NEGATIVE_TTL: Option<Duration> = None;
    const HANDS_OVER: bool = P::HANDS_OVER;
}

/// A kind that keeps what was loaded: [`Flight`]. Sealed, as [`FlightKind`] is.
///
/// ```
/// use guarded_core::{SingleFlight, Stores};
/// use std::collections::HashMap;
/// fn known<F: Stores>(names: &SingleFlight<HashMap<u32, String>, F>, id: u32) -> bool {
///     names.get_cloned(&id).is_some()
/// }
/// assert!(!known(&SingleFlight::<HashMap<u32, String>>::default(), 7));
/// ```
#[diagnostic::on_unimplemented(
    message = "this single flight keeps nothing: it is `plain`",
    label = "there is nothing to look at or to change",
    note = "callers share a load that is under way, `get_or_load(key, |key| ..)`; to keep what was loaded: `#[guarded(single_flight)]`, the kind `Flight`"
)]
pub trait Stores: FlightKind {}

#[diagnostic::do_not_recommend]
impl<P: LoadPanic, const TTL_MS: u64, const NEGATIVE_TTL_MS: u64> Stores
    for Flight<P, TTL_MS, NEGATIVE_TTL_MS>
{
}

/// The map type that names a single flight's key, value and hasher: std's `HashMap`. Sealed.
///
/// ```
/// use guarded_core::{FlightMap, SingleFlight};
/// use std::collections::HashMap;
/// struct Quotes<T: FlightMap>(SingleFlight<T>);
/// let quotes: Quotes<HashMap<String, u64>> = Quotes(SingleFlight::default());
/// assert!(quotes.0.is_empty());
/// ```
#[diagnostic::on_unimplemented(
    message = "a single flight stands over a `std::collections::HashMap`, found `{Self}`",
    label = "not a `HashMap<K, V>`",
    note = "the type names the key and the value: `HashMap<Key, Value>`"
)]
pub trait FlightMap: sealed::Sealed {
    /// The key.
    type Key: Hash + Eq;
    /// The value: callers get clones.
    type Value;
    /// What hashes the key.
    type Hasher: BuildHasher + 'static;
}

#[diagnostic::do_not_recommend]
impl<K: Hash + Eq, V, H: BuildHasher + 'static> FlightMap for HashMap<K, V, H> {
    type Key = K;
    type Value = V;
    type Hasher = H;
}

impl<P, const TTL_MS: u64, const NEGATIVE_TTL_MS: u64> fmt::Debug for Flight<P, TTL_MS, NEGATIVE_TTL_MS> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Flight")
    }
}

impl<P> fmt::Debug for Plain<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Plain")
    }
}

mod sealed {
    pub trait Sealed {}
    impl Sealed for super::Propagate {}
    impl Sealed for super::Handover {}
    impl<P, const TTL_MS: u64, const NEGATIVE_TTL_MS: u64> Sealed for super::Flight<P, TTL_MS, NEGATIVE_TTL_MS> {}
    impl<P> Sealed for super::Plain<P> {}
    impl<K, V, H> Sealed for std::collections::HashMap<K, V, H> {}
}
