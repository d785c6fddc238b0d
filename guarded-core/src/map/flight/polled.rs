//! Callers that are polled.

use super::blocking::said;
use super::call::{AnyError, End, Landing};
use super::{Boarded, FlightKind, Loaded, Ride, SingleFlight, ring};
use crate::error::Line;
use crate::site::Keyless;
use std::collections::HashMap;
use std::future::Future;
use std::hash::{BuildHasher, Hash};
use std::marker::PhantomData;
use std::panic::{AssertUnwindSafe, Location, catch_unwind, resume_unwind};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};

impl<K, V, H, F, S> SingleFlight<HashMap<K, V, H>, F, S>
where
    K: Hash + Eq + Clone + Send + 'static,
    V: Clone + Send + Sync + 'static,
    H: BuildHasher + 'static,
    F: FlightKind,
    S: Keyless,
{
    /// [`get_or_load`](Self::get_or_load) for async code: a future of the value, for any executor.
    ///
    /// The first caller's loader makes the future, which then belongs to the flight: whichever caller is polled drives
    /// it, so that it must be `Send` and own what it uses. If the first caller is dropped, or is alive but polled no
    /// longer, the others go on with the same load; when the last one is dropped, so is the load, and whoever comes
    /// then begins anew. Nothing happens before the first poll.
    ///
    /// ```
    /// use guarded_core::SingleFlight;
    /// use std::{collections::HashMap, convert::Infallible, sync::Arc};
    /// # fn block_on<T>(future: impl Future<Output = T>) -> T {
    /// #     let mut future = std::pin::pin!(future);
    /// #     let mut context = std::task::Context::from_waker(std::task::Waker::noop());
    /// #     loop {
    /// #         if let std::task::Poll::Ready(value) = future.as_mut().poll(&mut context) { return value }
    /// #     }
    /// # }
    /// async fn fetch(name: &str) -> Result<u32, Infallible> { Ok(42) }
    /// let quotes: Arc<SingleFlight<HashMap<String, u32>>> = Arc::default();
    /// let quote = quotes.get_or_load_async("ACME".into(), |name| async move { fetch(&name).await });
    /// assert_eq!(block_on(quote).unwrap().value, 42);
    /// ```
    ///
    /// # Errors
    /// What the loader returned.
    ///
    /// # Panics
    /// As [`get_or_load`](Self::get_or_load), when polled. The panic of a load goes to the caller whose loader it is,
    /// whoever drove it. A ring of loads is told although a `select!` or a timeout in one of them might leave it.
    ///
    /// # Deadlocks
    /// Pending as long as another caller's loader runs; put your executor's timeout around it for a limit. A blocking
    /// caller waits for async ones, but cannot drive their load: do not block a thread that they need to be polled.
    ///
    /// # Cost
    /// As [`get_or_load`](Self::get_or_load). Each wake of the load wakes all its callers.
    #[track_caller]
    pub fn get_or_load_async<E, Fut>(
        &self,
        key: K,
        loader: impl FnOnce(K) -> Fut + Send + 'static,
    ) -> impl Future<Output = Result<Loaded<V>, Arc<E>>>
    where
        E: Send + Sync + 'static,
        Fut: Future<Output = Result<V, E>> + Send + 'static,
    {
        Loading {
            flights: self,
            at: Location::caller(),
            hash: 0,
            todo: Some((key, loader)),
            ride: None,
            led: false,
            of: PhantomData,
        }
    }
}

/// An async caller.
struct Loading<'c, K, V, H, F, S, E, L, Fut>
where
    K: Hash + Eq,
    V: Clone,
    H: BuildHasher + 'static,
    F: FlightKind,
    S: Keyless,
{
    flights: &'c SingleFlight<HashMap<K, V, H>, F, S>,
    at: Line,
    hash: u64,
    /// What is needed to load, until it leads.
    todo: Option<(K, L)>,
    ride: Option<Ride<'c, K, V, H, F, S>>,
    led: bool,
    of: PhantomData<fn() -> (E, Fut)>,
}

// Nothing in it is pinned: the future that is polled has its own box.
impl<K, V, H, F, S, E, L, Fut> Unpin for Loading<'_, K, V, H, F, S, E, L, Fut>
where
    K: Hash + Eq,
    V: Clone,
    H: BuildHasher + 'static,
    F: FlightKind,
    S: Keyless,
{
}

impl<K, V, H, F, S, E, L, Fut> Loading<'_, K, V, H, F, S, E, L, Fut>
where
    K: Hash + Eq + Clone + Send + 'static,
    V: Clone + Send + Sync + 'static,
    H: BuildHasher + 'static,
    F: FlightKind,
    S: Keyless,
    E: Send + Sync + 'static,
    L: FnOnce(K) -> Fut + Send + 'static,
    Fut: Future<Output = Result<V, E>> + Send + 'static,
{
    /// A result, or a ride.
    fn board(&mut self) -> Option<Result<Loaded<V>, Arc<E>>> {
        let Some((key, loader)) = self.todo.take() else { panic!("polled after it was ready") };
        self.hash = self.flights.hashing.hash(&key);
        if let Some(value) = self.flights.hit(self.hash, &key) {
            return Some(Ok(Loaded { value, shared: true }));
        }
        let mut own = Some(key.clone());
        match self.flights.board(self.hash, &key, &mut own, true, self.at, |error| error.is::<E>()) {
            Boarded::Ready(value) => Some(Ok(Loaded { value, shared: true })),
            Boarded::Failed(error) => error.downcast().ok().map(Err),
            Boarded::Joined(call) => {
                self.ride = Some(Ride::new(self.flights, self.hash, call, true, self.at));
                self.todo = Some((key, loader));
                None
            }
            Boarded::Leads(call) => {
                self.led = true;
                let future = async move { loader(key).await.map_err(|error| Arc::new(error) as AnyError) };
                call.park(Box::pin(future));
                self.ride = Some(Ride::new(self.flights, self.hash, call, true, self.at));
                None
            }
        }
    }
}

impl<K, V, H, F, S, E, L, Fut> Future for Loading<'_, K, V, H, F, S, E, L, Fut>
where
    K: Hash + Eq + Clone + Send + 'static,
    V: Clone + Send + Sync + 'static,
    H: BuildHasher + 'static,
    F: FlightKind,
    S: Keyless,
    E: Send + Sync + 'static,
    L: FnOnce(K) -> Fut + Send + 'static,
    Fut: Future<Output = Result<V, E>> + Send + 'static,
{
    type Output = Result<Loaded<V>, Arc<E>>;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.get_mut();
        loop {
            let Some(ride) = &mut this.ride else {
                if let Some(result) = this.board() {
                    return Poll::Ready(result);
                }
                continue;
            };
            ride.listen(context.waker().clone());
            let Some(end) = ride.call.end().cloned().or_else(|| drive(ride, this.led)) else {
                if let Err(verdict) = ride.wait(false)
                    && let Some(ride) = this.ride.take()
                {
                    this.flights.refuse(ride, verdict)
                }
                return Poll::Pending;
            };
            let call = Arc::clone(&ride.call);
            this.ride = None;
            if let Some(result) = this.flights.conclude(end, &call, this.led, this.at) {
                return Poll::Ready(result);
            }
        }
    }
}

/// Polls the load, unless another caller does just now. `led`: its loader is this caller's.
fn drive<K, V, H, F, S>(ride: &Ride<'_, K, V, H, F, S>, led: bool) -> Option<End<V>>
where
    K: Hash + Eq,
    V: Clone + Send + Sync + 'static,
    H: BuildHasher + 'static,
    F: FlightKind,
    S: Keyless,
{
    let (flights, call) = (ride.flights, &ride.call);
    let mut future = call.take_future()?;
    let landing = Landing(call);
    let running = ring::run(flights.node(call));
    let waker = Waker::from(Arc::clone(&call.bells));
    let polled =
        catch_unwind(AssertUnwindSafe(|| match future.as_mut().poll(&mut Context::from_waker(&waker)) {
            Poll::Pending => Err(future),
            Poll::Ready(result) => {
                drop(future);
                Ok(result.map(|value| (F::STORES.then(|| value.clone()), value)))
            }
        }));
    drop(running);
    let end = match polled {
        Ok(Err(future)) => {
            call.park(future);
            landing.done();
            return None;
        }
        Ok(Ok(Ok((kept, value)))) => {
            flights.settle(ride.hash, call, kept.map(SingleFlight::<HashMap<K, V, H>, F, S>::ready));
            call.land(|| End::Loaded(value.clone()));
            End::Loaded(value)
        }
        Ok(Ok(Err(error))) => {
            flights.settle(ride.hash, call, SingleFlight::<HashMap<K, V, H>, F, S>::failed(&error));
            call.land(|| End::Failed(Arc::clone(&error)));
            End::Failed(error)
        }
        Err(payload) => {
            flights.settle(ride.hash, call, None);
            let message = said(&*payload);
            if led {
                call.land(|| End::Panicked(message));
                landing.done();
                resume_unwind(payload)
            }
            call.keep_payload(payload);
            call.land(|| End::Panicked(Arc::clone(&message)));
            End::Panicked(message)
        }
    };
    landing.done();
    Some(end)
}
