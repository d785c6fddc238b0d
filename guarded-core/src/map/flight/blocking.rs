//! Callers that block their thread.

use super::call::{AnyError, Call, End, Landing};
use super::ring::{self, Verdict};
use super::{Boarded, FlightKind, LoadError, Loaded, Ride, SingleFlight};
use crate::error::Line;
use crate::event::Finding;
use crate::site::Keyless;
use crate::sync::Signal;
use std::any::Any;
use std::collections::HashMap;
use std::convert::Infallible;
use std::hash::{BuildHasher, Hash};
use std::panic::{AssertUnwindSafe, Location, catch_unwind, resume_unwind};
use std::sync::Arc;
use std::time::{Duration, Instant};

/// Why a call does not get a result.
enum Refused {
    TimedOut { waited: Duration },
    Verdict(Verdict),
}

/// How a ride ends that was not refused: with a result, or with nothing, and the caller has to look again.
type Ended<V, E> = Option<Result<Loaded<V>, Arc<E>>>;

impl<K, V, H, F, S> SingleFlight<HashMap<K, V, H>, F, S>
where
    K: Hash + Eq + Clone,
    V: Clone,
    H: BuildHasher + 'static,
    F: FlightKind,
    S: Keyless,
{
    /// The value of `key`: what is kept, or what another caller's loader is just making, or what `loader` returns.
    ///
    /// Callers of one key run one loader and share its result, also an error, which comes in an `Arc` and is kept only if
    /// the kind says so. The loader runs on the thread of the first caller, outside of every lock; it may use this and
    /// other guarded fields, also for other keys.
    ///
    /// ```
    /// use guarded_core::SingleFlight;
    /// use std::collections::HashMap;
    /// let files: SingleFlight<HashMap<String, String>> = SingleFlight::default();
    /// let read = |path: &String| std::fs::read_to_string(path);
    /// assert!(files.get_or_load("no such file".into(), read).is_err()); // and is tried again next time
    /// assert_eq!(files.get_or_load("greeting".into(), |_| Ok::<_, std::io::Error>("hello".into()))?.value, "hello");
    /// # Ok::<(), std::sync::Arc<std::io::Error>>(())
    /// ```
    ///
    /// # Errors
    /// What the loader returned.
    ///
    /// # Panics
    /// If the loader panics: with its own panic at the caller whose loader it is; the others panic too or load themselves,
    /// as [`Propagate`](crate::Propagate) and [`Handover`](crate::Handover) say. If a loader asks for the key that it is
    /// loading, or loaders on several threads wait for each other in a ring: the message names all calls. If another
    /// guarded lock is held while waiting, and the build says panic.
    ///
    /// # Deadlocks
    /// Waits as long as another caller's loader runs. Rings of loaders on the threads that called them are found; a
    /// loader that hands the work to another thread, which asks for the same key, is not seen: there
    /// [`get_or_load_for`](Self::get_or_load_for) has a limit.
    ///
    /// # Cost
    /// Where the value is kept: one hash, one mutex of a shard, one clone under it; with a time to live also a look at the
    /// clock. Otherwise the key is cloned, and two allocations are made a load and one a caller that waits.
    #[inline]
    #[track_caller]
    #[allow(clippy::needless_pass_by_value)] // as in a map
    pub fn get_or_load<E>(&self, key: K, loader: impl FnOnce(&K) -> Result<V, E>) -> Result<Loaded<V>, Arc<E>>
    where
        E: Send + Sync + 'static,
    {
        let hash = self.hashing.hash(&key);
        if let Some(value) = self.hit(hash, &key) {
            return Ok(Loaded { value, shared: true });
        }
        match self.miss(hash, &key, loader, None) {
            Ok(result) => result,
            // Without a limit, the verdict is a panic.
            Err(_) => unreachable!("a call without a limit is not refused"),
        }
    }

    /// [`get_or_load`](Self::get_or_load) with a loader that cannot fail.
    ///
    /// ```
    /// use guarded_core::SingleFlight;
    /// use std::collections::HashMap;
    /// let squares: SingleFlight<HashMap<u64, u64>> = SingleFlight::default();
    /// assert_eq!(squares.get_or_insert_with(12, || 12 * 12), 144);
    /// ```
    ///
    /// # Panics
    /// As [`get_or_load`](Self::get_or_load).
    ///
    /// # Deadlocks
    /// As [`get_or_load`](Self::get_or_load).
    ///
    /// # Cost
    /// As [`get_or_load`](Self::get_or_load).
    #[inline]
    #[track_caller]
    pub fn get_or_insert_with(&self, key: K, value: impl FnOnce() -> V) -> V {
        match self.get_or_load(key, |_| Ok::<_, Infallible>(value())) {
            Ok(loaded) => loaded.value,
            Err(never) => match *never {},
        }
    }

    /// [`get_or_load`](Self::get_or_load), but it waits for `limit` at the most while another caller's loader runs.
    ///
    /// A loader of its own runs as long as it takes.
    ///
    /// ```
    /// use guarded_core::SingleFlight;
    /// use std::{collections::HashMap, convert::Infallible, time::Duration};
    /// let quotes: SingleFlight<HashMap<u32, u32>> = SingleFlight::default();
    /// let quote = quotes.get_or_load_for(Duration::from_millis(50), 7, |_| Ok::<_, Infallible>(42));
    /// assert_eq!(quote.unwrap().value, 42);
    /// ```
    ///
    /// # Errors
    /// `Failed` with what the loader returned; `TimedOut` with the call that loads and since when; `Reentrant` and
    /// `Deadlock` at once where waiting could not help.
    ///
    /// # Panics
    /// As [`get_or_load`](Self::get_or_load), but not for recursion and rings.
    ///
    /// # Deadlocks
    /// Waits for `limit` at the most.
    ///
    /// # Cost
    /// As [`get_or_load`](Self::get_or_load).
    #[inline]
    #[track_caller]
    #[allow(clippy::needless_pass_by_value)] // as in a map
    pub fn get_or_load_for<E>(
        &self,
        limit: Duration,
        key: K,
        loader: impl FnOnce(&K) -> Result<V, E>,
    ) -> Result<Loaded<V>, LoadError<E>>
    where
        E: Send + Sync + 'static,
    {
        let hash = self.hashing.hash(&key);
        if let Some(value) = self.hit(hash, &key) {
            return Ok(Loaded { value, shared: true });
        }
        match self.miss(hash, &key, loader, Some(limit)) {
            Ok(result) => result.map_err(LoadError::Failed),
            Err((call, refused)) => {
                let field = self.info().class.to_string();
                Err(match refused {
                    Refused::TimedOut { waited } => LoadError::TimedOut {
                        field,
                        leader: call.leader(),
                        loading_for: call.began.elapsed(),
                        waited,
                    },
                    Refused::Verdict(Verdict::Ring(ring)) => LoadError::Deadlock { field, ring },
                    Refused::Verdict(_) => LoadError::Reentrant { field, leader: call.leader() },
                })
            }
        }
    }

    /// The value is not there.
    #[cold]
    #[track_caller]
    #[allow(clippy::type_complexity)]
    fn miss<E: Send + Sync + 'static>(
        &self,
        hash: u64,
        key: &K,
        loader: impl FnOnce(&K) -> Result<V, E>,
        limit: Option<Duration>,
    ) -> Result<Result<Loaded<V>, Arc<E>>, (Arc<Call<V>>, Refused)> {
        let at = Location::caller();
        let start = Instant::now();
        let deadline = limit.and_then(|limit| start.checked_add(limit)); // beyond the clock's end there is none
        let mut own = None;
        loop {
            own = own.or_else(|| Some(key.clone()));
            match self.board(hash, key, &mut own, false, at, |error| error.is::<E>()) {
                Boarded::Ready(value) => return Ok(Ok(Loaded { value, shared: true })),
                Boarded::Failed(error) => {
                    if let Ok(error) = error.downcast() {
                        return Ok(Err(error));
                    }
                }
                Boarded::Leads(call) => return Ok(self.lead(&call, hash, key, loader)),
                Boarded::Joined(call) => {
                    let ride = Ride::new(self, hash, Arc::clone(&call), false, at);
                    match self.follow(ride, limit.is_some(), deadline) {
                        Ok(None) => {}
                        Ok(Some(result)) => return Ok(result),
                        Err(refused) => return Err((call, refused)),
                    }
                }
            }
        }
    }

    /// Runs the loader, and lands the flight whatever it does.
    #[track_caller]
    fn lead<E: Send + Sync + 'static>(
        &self,
        call: &Arc<Call<V>>,
        hash: u64,
        key: &K,
        loader: impl FnOnce(&K) -> Result<V, E>,
    ) -> Result<Loaded<V>, Arc<E>> {
        let landing = Landing(call);
        let running = ring::run(self.node(call));
        let run = catch_unwind(AssertUnwindSafe(|| {
            loader(key).map(|value| (F::STORES.then(|| value.clone()), value))
        }));
        drop(running);
        let result = match run {
            Ok(Ok((kept, value))) => {
                self.settle(hash, call, kept.map(Self::ready));
                call.land(|| End::Loaded(value.clone()));
                Ok(Loaded { value, shared: false })
            }
            Ok(Err(error)) => {
                let error = Arc::new(error);
                let shared: AnyError = Arc::clone(&error) as AnyError;
                self.settle(hash, call, Self::failed(&shared));
                call.land(|| End::Failed(shared));
                Err(error)
            }
            Err(payload) => {
                self.settle(hash, call, None);
                call.land(|| End::Panicked(said(&*payload)));
                landing.done();
                resume_unwind(payload)
            }
        };
        landing.done();
        result
    }

    /// Waits for another caller's loader.
    #[track_caller]
    fn follow<E: Send + Sync + 'static>(
        &self,
        mut ride: Ride<'_, K, V, H, F, S>,
        limited: bool,
        deadline: Option<Instant>,
    ) -> Result<Ended<V, E>, Refused> {
        let bell = Arc::new(Signal::default());
        let mut asked = false;
        loop {
            ride.listen(Arc::clone(&bell).into());
            if let Some(end) = ride.call.end() {
                let (end, call, at) = (end.clone(), Arc::clone(&ride.call), ride.at);
                drop(ride);
                return Ok(self.conclude(end, &call, false, at));
            }
            if deadline.is_some_and(crate::sync::passed) {
                return Err(Refused::TimedOut { waited: ride.since.elapsed() });
            }
            if !asked {
                asked = true;
                match ride.wait(limited) {
                    Ok(()) => {}
                    Err(verdict) if limited => return Err(Refused::Verdict(verdict)),
                    Err(verdict) => self.refuse(ride, verdict),
                }
            }
            bell.wait(deadline);
        }
    }

    /// A call without a limit could only hang.
    #[cold]
    #[track_caller]
    pub(super) fn refuse(&self, ride: Ride<'_, K, V, H, F, S>, verdict: Verdict) -> ! {
        let (call, at): (_, Line) = (Arc::clone(&ride.call), ride.at);
        drop(ride);
        match verdict {
            Verdict::Ring(ring) => self.hang(Finding::Deadlock, &call, at, &ring),
            _ => self.hang(Finding::Reentrance, &call, at, ""),
        }
    }
}

/// The words of a panic.
pub(super) fn said(payload: &(dyn Any + Send)) -> Arc<str> {
    let text = payload.downcast_ref::<&str>().copied();
    let text = text.or_else(|| payload.downcast_ref::<String>().map(String::as_str));
    text.unwrap_or("(what it panicked with is not a text)").into()
}
