//! Single flight: concurrent callers of one key share one load.
//!
//! [`table`] is a shard, [`call`] one load and all who are aboard, [`ring`] the proof that a load cannot end,
//! [`blocking`] and [`polled`] the two kinds of callers, [`kept`] the cache around them.
//!
//! The structure (shards, a call record that is removed by identity, a guard that lands the call in every case) is that
//! of Go's `x/sync/singleflight`; that any polled caller drives a shared future is from the `futures` crate's `Shared`.

mod blocking;
mod call;
mod error;
mod kept;
mod kind;
mod lends;
mod polled;
mod ring;
mod table;

pub use error::{LoadError, Loaded};
pub use kind::{Flight, FlightKind, FlightMap, Handover, LoadPanic, Plain, Propagate, Stores};

use super::parts::{Parts, default_count};
use crate::cell::storage::origin;
use crate::cell::{Flights, Guarded};
use crate::error::Line;
use crate::event::{Event, Finding, fatal};
use crate::map::hashing::Hashing;
use crate::site::{Keyless, Site, SiteInfo, Standalone};
use call::{AnyError, Call, End, Place};
use ring::{Node, Verdict};
use std::collections::HashMap;
use std::hash::{BuildHasher, Hash};
use std::marker::PhantomData;
use std::panic::Location;
use std::sync::Arc;
use std::task::Waker;
use std::time::Instant;
use table::{Slot, Table};

/// A cache whose concurrent callers of one key share one load.
///
/// [`get_or_load`](Self::get_or_load) returns what is there, or calls the loader, or, where another caller's loader runs
/// for this key, waits for that one's result, an error included. Keys do not wait for each other, and a loader runs
/// outside of every lock. `T` is a `HashMap` and names the key, the value and the hasher; `F` is [`Flight`], with what
/// happens when a loader panics and how long values and errors are kept, or [`Plain`], which keeps nothing.
///
/// ```
/// use guarded_core::SingleFlight;
/// use std::{collections::HashMap, convert::Infallible, thread};
/// let quotes: SingleFlight<HashMap<&str, u32>> = SingleFlight::default();
/// let loads: usize = thread::scope(|scope| {
///     let ask = || quotes.get_or_load("ACME", |_| Ok::<_, Infallible>(42)).unwrap();
///     let callers: Vec<_> = (0..8).map(|_| scope.spawn(ask)).collect();
///     callers.into_iter().map(|caller| usize::from(!caller.join().unwrap().shared)).sum()
/// });
/// assert_eq!(loads, 1);
/// ```
///
/// # Errors that are shared
/// Callers share one error, so it comes in an `Arc`: it need not be `Clone`, and 1000 callers cost 1000 counts. Callers of one
/// key may have loaders with different types of errors: who would get an error of a type that is not its own loads itself.
///
/// # Hashing
/// One hash a call. std's default hasher is replaced by foldhash, seeded at random; any other is used as it is.
///
/// # Size
/// At least 64 shards of 128 bytes, allocated when it is made. It does not bound the number of entries.
pub struct SingleFlight<T: FlightMap, F: FlightKind = Flight, S: Site = Standalone> {
    shards: Shards<<T as FlightMap>::Key, <T as FlightMap>::Value, S>,
    hashing: Hashing<T::Hasher>,
    kind: PhantomData<fn() -> F>,
}

type Shards<K, V, S> = Parts<Table<K, V>, Flights, S>;

/// What a caller finds.
enum Boarded<V> {
    Ready(V),
    Failed(AnyError),
    /// Another caller loads.
    Joined(Arc<Call<V>>),
    /// This one loads.
    Leads(Arc<Call<V>>),
}

impl<K, V, H, F, S> SingleFlight<HashMap<K, V, H>, F, S>
where
    K: Hash + Eq,
    H: BuildHasher + 'static,
    F: FlightKind,
    S: Site,
{
    #[track_caller]
    fn with_hasher(hasher: H) -> Self {
        let shards = Parts::new(default_count(), &origin::<S::Origin>(Location::caller()), Table::new);
        Self { shards, hashing: Hashing::new(hasher), kind: PhantomData }
    }

    #[inline]
    fn shard(&self, hash: u64) -> &Guarded<Table<K, V>, Flights, S> {
        self.shards.of(hash)
    }

    fn info(&self) -> &'static SiteInfo {
        self.shards.first().info()
    }

    fn node(&self, call: &Call<V>) -> Node {
        call.node(self.info().class)
    }
}

impl<K, V, H, F, S> SingleFlight<HashMap<K, V, H>, F, S>
where
    K: Hash + Eq,
    V: Clone,
    H: BuildHasher + 'static,
    F: FlightKind,
    S: Keyless,
{
    /// A value that is kept and whose time is not over.
    #[inline]
    #[track_caller]
    fn hit(&self, hash: u64, key: &K) -> Option<V> {
        if !F::STORES {
            return None;
        }
        let now = F::TTL.map(|_| Instant::now());
        self.shard(hash).with_read(|table| table.get(hash, key)?.value(now).cloned())
    }

    /// One section under the shard's lock: a value, a flight to join, or a flight of one's own, for which `own` is the key.
    /// `fits`: errors of other types are none of this caller's. `drives`: an async caller.
    #[track_caller]
    fn board(
        &self,
        hash: u64,
        key: &K,
        own: &mut Option<K>,
        drives: bool,
        at: Line,
        fits: fn(&AnyError) -> bool,
    ) -> Boarded<V> {
        let timed = F::TTL.is_some() || F::NEGATIVE_TTL.is_some();
        let now = timed.then(Instant::now);
        let (boarded, old, over) = self.shard(hash).with_write(|table| {
            let known = table.get_mut(hash, key);
            match &known {
                None => {}
                Some(Slot::Flying(call)) if call.join(drives) => {
                    return (Boarded::Joined(Arc::clone(call)), None, Vec::new());
                }
                Some(Slot::Failed { error, until }) if now.is_some_and(|now| now < *until) && fits(error) => {
                    return (Boarded::Failed(Arc::clone(error)), None, Vec::new());
                }
                Some(slot) => {
                    if let Some(value) = slot.value(now) {
                        return (Boarded::Ready(value.clone()), None, Vec::new());
                    }
                }
            }
            let call = Arc::new(Call::new(at, drives));
            let flying = Slot::Flying(Arc::clone(&call));
            let (old, over) = match known {
                Some(slot) => (Some(std::mem::replace(slot, flying)), Vec::new()),
                None => match own.take() {
                    Some(own) => (None, table.add(hash, own, flying, now)),
                    None => (Some(flying), Vec::new()), // without a key for the table nobody can join
                },
            };
            (Boarded::Leads(call), old, over)
        });
        drop((old, over)); // outside the lock
        boarded
    }

    /// The flight gives up its place in the table, to `slot` if it still has it.
    #[track_caller]
    fn settle(&self, hash: u64, call: &Arc<Call<V>>, slot: Option<Slot<V>>) {
        let old = self.shard(hash).with_write(|table| table.settle(hash, call, slot));
        drop(old); // outside the lock
    }

    fn ready(value: V) -> Slot<V> {
        Slot::Ready { value, until: F::TTL.and_then(|ttl| Instant::now().checked_add(ttl)) }
    }

    fn failed(error: &AnyError) -> Option<Slot<V>> {
        let until = F::NEGATIVE_TTL.and_then(|ttl| Instant::now().checked_add(ttl))?;
        Some(Slot::Failed { error: Arc::clone(error), until })
    }

    /// What one aboard makes of the end: a value, an error, a panic; `None` if it has to load itself. `led`: its loader
    /// was the one.
    #[track_caller]
    fn conclude<E: Send + Sync + 'static>(
        &self,
        end: End<V>,
        call: &Call<V>,
        led: bool,
        at: Line,
    ) -> Option<Result<Loaded<V>, Arc<E>>> {
        match end {
            End::Loaded(value) => Some(Ok(Loaded { value, shared: !led })),
            End::Failed(error) => error.downcast().ok().map(Err),
            End::Panicked(_) | End::Vacated if !led && F::HANDS_OVER => None,
            End::Vacated if !led => None,
            End::Panicked(message) => {
                if led && let Some(payload) = call.take_payload() {
                    std::panic::resume_unwind(payload);
                }
                panic!(
                    "the loader of a key of `{}` panicked: {message}\n  it was called at {}; this call waited for it at {at}",
                    self.info().class,
                    call.leader()
                )
            }
            End::Vacated => panic!(
                "the load of a key of `{}`, called at {at}, was left by a panic while its result was handed out",
                self.info().class
            ),
        }
    }

    /// What could only hang: a located panic.
    #[track_caller]
    fn hang(&self, finding: Finding, call: &Call<V>, at: Line, ring: &str) -> ! {
        let field = self.info().class.to_string();
        let leader = call.leader();
        let message = if finding == Finding::Deadlock {
            format!(
                "deadlock: waiting for a load of `{field}` at {at} would never end\n{ring}\n  let loaders ask for each other's keys in one direction only"
            )
        } else {
            format!(
                "`{field}` is asked at {at} for a key that this thread is loading already, inside the loader called at {leader}\n  waiting for it could only hang: a loader asks for other keys, or makes the value itself"
            )
        };
        fatal(&Event { finding, other: Some((field.clone(), leader)), field, at, message })
    }
}

/// One caller aboard a flight, until dropped.
struct Ride<'c, K, V, H, F, S>
where
    K: Hash + Eq,
    V: Clone,
    H: BuildHasher + 'static,
    F: FlightKind,
    S: Keyless,
{
    flights: &'c SingleFlight<HashMap<K, V, H>, F, S>,
    hash: u64,
    call: Arc<Call<V>>,
    /// An async caller.
    drives: bool,
    place: Option<Place>,
    wait: Option<ring::Wait>,
    since: Instant,
    at: Line,
    waited: bool,
}

impl<'c, K, V, H, F, S> Ride<'c, K, V, H, F, S>
where
    K: Hash + Eq,
    V: Clone,
    H: BuildHasher + 'static,
    F: FlightKind,
    S: Keyless,
{
    fn new(
        flights: &'c SingleFlight<HashMap<K, V, H>, F, S>,
        hash: u64,
        call: Arc<Call<V>>,
        drives: bool,
        at: Line,
    ) -> Self {
        Self {
            flights,
            hash,
            call,
            drives,
            place: None,
            wait: None,
            since: Instant::now(),
            at,
            waited: false,
        }
    }

    /// The next event wakes `waker`; look for the end after this.
    fn listen(&mut self, waker: Waker) {
        self.place = Some(self.call.bells.listen(self.place, waker));
    }

    /// The caller will wait: it holds no lock meanwhile, and nobody waits for it in turn.
    #[track_caller]
    fn wait(&mut self, limited: bool) -> Result<(), Verdict> {
        #[cfg(feature = "order-check")]
        if crate::order::held::any() {
            crate::order::check::waits_while_holding("a load", self.flights.info(), 0, self.at);
        }
        self.waited = true;
        self.wait = None;
        match ring::enter(self.flights.node(&self.call), self.at, limited) {
            Verdict::Free(wait) => {
                self.wait = wait;
                Ok(())
            }
            verdict => Err(verdict),
        }
    }
}

impl<K, V, H, F, S> Drop for Ride<'_, K, V, H, F, S>
where
    K: Hash + Eq,
    V: Clone,
    H: BuildHasher + 'static,
    F: FlightKind,
    S: Keyless,
{
    fn drop(&mut self) {
        self.wait = None;
        if let Some(place) = self.place {
            self.call.bells.withdraw(place);
        }
        #[cfg(feature = "observe")]
        if self.waited && self.flights.info().observed {
            let class = self.flights.info().class;
            crate::observe::waited(class, self.at, Some(self.call.leader()), self.since.elapsed());
        }
        if self.call.leave(self.drives) {
            self.flights.settle(self.hash, &self.call, None);
        }
    }
}
