//! One load and all who are aboard: the call whose loader runs, and those who wait for it.
//!
//! Who comes aboard is counted, under the shard's lock, so that a call which finds a flight in its shard is aboard
//! before it lands. A flight lands once: with an end, which each one aboard takes for itself, or closed, where nobody
//! else was aboard; nobody comes aboard a closed flight, whether its shard still has it or not.
//!
//! The loader of a blocking call runs on that call's thread. The future of an async call stands in the flight, and
//! whichever async caller is polled drives it: when the first caller is dropped, or is polled no longer, the others go
//! on. Each wake of that future wakes all aboard, because nobody knows who of them will be polled.

use super::ring::Node;
use crate::error::Line;
use crate::event::discard;
use crate::site::Class;
use crate::sync::Steps;
use std::any::Any;
use std::collections::BTreeMap;
use std::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::sync::{Arc, OnceLock};
use std::task::{Wake, Waker};
use std::time::Instant;

/// An error of any loader: callers of one key need not agree on its type.
pub(super) type AnyError = Arc<dyn Any + Send + Sync>;

/// What a panic carries.
pub(super) type Payload = Box<dyn Any + Send>;

/// A load that is polled.
pub(super) type Polled<V> = Pin<Box<dyn Future<Output = Result<V, AnyError>> + Send>>;

/// How a flight has ended.
#[derive(Clone)]
pub(super) enum End<V> {
    Loaded(V),
    Failed(AnyError),
    /// The loader's panic said this.
    Panicked(Arc<str>),
    /// Nobody loads any more: who still wants the value loads it.
    Vacated,
}

/// Who can run the loader.
enum Drive<V> {
    /// One caller is running it: the only one who can, or for the length of a poll.
    Out,
    /// Any async caller.
    Parked(Polled<V>),
}

struct State<V> {
    /// Callers aboard.
    aboard: usize,
    /// Those of them who can drive a parked future.
    drivers: usize,
    /// The end is there, or is about to be.
    landed: bool,
    /// Nobody comes aboard.
    closed: bool,
    drive: Drive<V>,
    /// What the first caller's loader panicked with, while another one drove it.
    payload: Option<Payload>,
}

/// A flight.
pub(super) struct Call<V> {
    leader: Line,
    pub(super) began: Instant,
    state: Steps<State<V>>,
    end: OnceLock<End<V>>,
    pub(super) bells: Arc<Bells>,
}

impl<V> Call<V> {
    /// With its first caller aboard, who runs the loader. `drives`: it will park the loader's future.
    pub(super) fn new(leader: Line, drives: bool) -> Self {
        let state = State {
            aboard: 1,
            drivers: usize::from(drives),
            landed: false,
            closed: false,
            drive: Drive::Out,
            payload: None,
        };
        let call = Self {
            leader,
            began: Instant::now(),
            state: Steps::new(state),
            end: OnceLock::new(),
            bells: Arc::new(Bells(Steps::new(Rung { waiting: BTreeMap::new(), next: 0, woken: false }))),
        };
        // A model's locks come into being when they are first used: here, before anybody else can have them.
        #[cfg(any(loom, shuttle))]
        drop((call.state.lock(), call.bells.0.lock()));
        call
    }

    pub(super) fn leader(&self) -> Line {
        self.leader
    }

    pub(super) fn node(&self, class: &'static Class) -> Node {
        Node { call: std::ptr::from_ref(self).cast::<()>() as usize, class, leader: self.leader }
    }

    /// Comes aboard, unless the flight is closed. Called under the shard's lock.
    pub(super) fn join(&self, drives: bool) -> bool {
        let mut state = self.state.lock();
        if state.closed {
            return false;
        }
        state.aboard += 1;
        state.drivers += usize::from(drives);
        true
    }

    /// How many are aboard beside the first caller, if that is still aboard.
    pub(super) fn waiting(&self) -> usize {
        self.state.lock().aboard.saturating_sub(1)
    }

    /// One leaves. If it was the last who could drive the future, the flight is over: true, and the shard must forget it.
    pub(super) fn leave(&self, drove: bool) -> bool {
        let abandoned = {
            let mut state = self.state.lock();
            state.aboard -= 1;
            state.drivers -= usize::from(drove);
            let over = drove && state.drivers == 0 && !state.landed;
            over.then(|| {
                state.landed = true;
                state.closed = true;
                std::mem::replace(&mut state.drive, Drive::Out)
            })
        };
        let Some(future) = abandoned else { return false };
        self.vacate();
        drop(future); // outside the lock; its `Drop` is the user's
        true
    }

    pub(super) fn end(&self) -> Option<&End<V>> {
        self.end.get()
    }

    /// The end, made only where somebody is there to take it. The shard has forgotten the flight, or keeps its value.
    pub(super) fn land(&self, end: impl FnOnce() -> End<V>) {
        let alone = {
            let mut state = self.state.lock();
            state.landed = true;
            state.closed |= state.aboard <= 1;
            state.closed
        };
        if !alone {
            drop(self.end.set(end()));
            self.bells.ring();
        }
    }

    /// The end of a flight whose loader will never return.
    pub(super) fn vacate(&self) {
        {
            let mut state = self.state.lock();
            state.landed = true;
            state.closed = true;
        }
        drop(self.end.set(End::Vacated));
        self.bells.ring();
    }

    /// The future, to be polled by the caller; `None` while another one polls it, or where a thread runs the loader.
    pub(super) fn take_future(&self) -> Option<Polled<V>> {
        let mut state = self.state.lock();
        match std::mem::replace(&mut state.drive, Drive::Out) {
            Drive::Out => None,
            Drive::Parked(future) => {
                drop(state);
                self.bells.0.lock().woken = false;
                Some(future)
            }
        }
    }

    /// Parks the future. Who was woken while it was out found nothing to poll: all are woken again.
    pub(super) fn park(&self, future: Polled<V>) {
        self.state.lock().drive = Drive::Parked(future);
        let woken = self.bells.0.lock().woken;
        if woken {
            self.bells.ring();
        }
    }

    /// Keeps what the loader panicked with for the first caller.
    pub(super) fn keep_payload(&self, payload: Payload) {
        self.state.lock().payload = Some(payload);
    }

    pub(super) fn take_payload(&self) -> Option<Payload> {
        self.state.lock().payload.take()
    }
}

impl<V> Drop for Call<V> {
    fn drop(&mut self) {
        if let Some(payload) = self.take_payload() {
            discard(payload);
        }
    }
}

/// Vacates the flight, unless its end was made.
pub(super) struct Landing<'c, V>(pub(super) &'c Call<V>);

impl<V> Landing<'_, V> {
    /// The flight has landed, or its future is parked.
    pub(super) fn done(self) {
        std::mem::forget(self);
    }
}

impl<V> Drop for Landing<'_, V> {
    fn drop(&mut self) {
        self.0.vacate();
    }
}

/// All who wait for something to happen to a flight. The waker of its future.
pub(super) struct Bells(Steps<Rung>);

struct Rung {
    /// In the order of their coming.
    waiting: BTreeMap<u64, Waker>,
    next: u64,
    /// The future was woken since it was taken.
    woken: bool,
}

/// A place among the bells.
#[derive(Clone, Copy)]
pub(super) struct Place(u64);

impl Bells {
    /// Is woken at the next ring. `place` is where the caller stood before.
    pub(super) fn listen(&self, place: Option<Place>, waker: Waker) -> Place {
        let (place, old) = {
            let mut rung = self.0.lock();
            let place = place.unwrap_or_else(|| {
                rung.next += 1;
                Place(rung.next)
            });
            (place, rung.waiting.insert(place.0, waker))
        };
        drop(old); // outside the lock
        place
    }

    pub(super) fn withdraw(&self, place: Place) {
        let old = self.0.lock().waiting.remove(&place.0);
        drop(old); // outside the lock
    }

    /// Wakes all, each of whom looks for itself what has happened.
    pub(super) fn ring(&self) {
        let waiting = {
            let mut rung = self.0.lock();
            rung.woken = true;
            std::mem::take(&mut rung.waiting)
        };
        for waker in waiting.into_values() {
            // An executor's waker that panics leaves the others waiting otherwise.
            if let Err(payload) = catch_unwind(AssertUnwindSafe(|| waker.wake())) {
                discard(payload);
            }
        }
    }
}

impl Wake for Bells {
    fn wake(self: Arc<Self>) {
        self.ring();
    }
    fn wake_by_ref(self: &Arc<Self>) {
        self.ring();
    }
}
