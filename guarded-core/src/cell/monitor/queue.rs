//! The queue of a monitor: conditions of threads that sleep and of tasks that are parked.

#![allow(unsafe_code)] // a condition on a sleeping thread's stack is called by another thread; argued below

use crate::error::Line;
use crate::event::contain;
use crate::sync::{AtomicU32, Mode, Ordering, RawLock, RawMutex, Steps};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::task::Waker;
use std::time::Duration;

/// A thread's condition, on its stack and bound to its value. It may be called only under the monitor's lock.
pub(super) type OnStack = dyn FnMut() -> bool + Send;

/// A task's condition, given the value when it is called: a task may be leaked, and its monitor moved. It may be called only
/// under the monitor's lock.
pub(super) type Parked = Box<dyn FnMut(*const ()) -> bool + Send>;

enum Condition {
    Thread {
        condition: *mut OnStack,
        /// Another thread is calling it.
        busy: bool,
    },
    Task {
        id: u64,
        /// `None` while it is called.
        condition: Option<Parked>,
    },
}

// SAFETY: the condition is `Send`, and called by one thread at a time: the one that holds the monitor's lock.
unsafe impl Send for Condition {}

struct Waiter {
    condition: Condition,
    waker: Waker,
    /// Where it waits.
    line: Line,
}

/// Behind a pointer, so that the lock, what is noted beside it and a small value share a cache line.
#[derive(Default)]
struct Queue {
    waiters: Vec<Waiter>,
    last: u64,
    closed: Option<Line>,
    /// All are to be woken, whatever their conditions say: by the next release.
    rouse: bool,
}

/// A mutex with a queue of conditions.
#[allow(missing_debug_implementations)] // a cell prints its value, not its lock
pub struct RawMonitor {
    mutex: RawMutex,
    /// The queue's length, and [`CLOSED`]; changed only under the queue's lock.
    waiting: AtomicU32,
    queue: Steps<Option<Box<Queue>>>,
}

/// A bit beside the number of those who wait.
const CLOSED: u32 = 1 << 31;

/// Those who are to be woken once the lock is released: their wakers are code of others.
#[derive(Default)]
struct Raised {
    wakers: Vec<Waker>,
    /// Conditions of tasks that went while they were called.
    left: Vec<Parked>,
}

// SAFETY: that of the mutex.
unsafe impl RawLock for RawMonitor {
    #[allow(clippy::declare_interior_mutable_const)] // each use is a fresh lock, as intended
    const NEW: Self = Self { mutex: RawMutex::NEW, waiting: AtomicU32::new(0), queue: Steps::new(None) };
    const SHARES: bool = false;

    #[inline(always)]
    fn try_lock(&self, mode: Mode) -> bool {
        self.mutex.try_lock(mode)
    }

    #[inline(always)]
    fn lock(&self, mode: Mode) {
        self.mutex.lock(mode);
    }

    fn lock_for(&self, mode: Mode, limit: Duration) -> bool {
        self.mutex.lock_for(mode, limit)
    }

    #[inline(always)]
    unsafe fn unlock(&self, mode: Mode) {
        // SAFETY: as the caller says.
        unsafe { self.mutex.unlock(mode) }
    }

    unsafe fn downgrade(&self) {}

    unsafe fn downgrade_to_upgradable(&self) {}

    #[inline(always)]
    fn watched_unlock(&self, value: *const (), unlock: impl FnOnce()) {
        if self.waiting.load(Ordering::Relaxed) == 0 { unlock() } else { self.unlock_and_wake(value, unlock) }
    }

    /// All wake, and are refused.
    #[cold]
    fn poisoned(&self) {
        if self.waiting.load(Ordering::Relaxed) != 0 {
            self.with_queue(|queue| queue.rouse = true);
        }
    }
}

impl Raised {
    /// Each by itself: a waker that panics is its executor's, not this thread's, which may be unwinding.
    fn raise(self) {
        for waker in self.wakers {
            contain(|| waker.wake());
        }
        for condition in self.left {
            contain(|| drop(condition));
        }
    }
}

impl RawMonitor {
    #[cold]
    #[inline(never)]
    fn unlock_and_wake(&self, value: *const (), unlock: impl FnOnce()) {
        let raised = self.look(value);
        unlock();
        raised.raise();
    }

    /// One step: the queue may be looked at and changed.
    fn with_queue<R>(&self, f: impl FnOnce(&mut Queue) -> R) -> R {
        let mut queue = self.queue.lock();
        let queue = queue.get_or_insert_default();
        let result = f(queue);
        #[allow(clippy::cast_possible_truncation)] // fewer than 2^31 waiters
        let waiting = queue.waiters.len() as u32;
        self.waiting.store(waiting | if queue.closed.is_some() { CLOSED } else { 0 }, Ordering::Relaxed);
        result
    }

    pub(super) fn waiting(&self) -> usize {
        (self.waiting.load(Ordering::Relaxed) & !CLOSED) as usize
    }

    pub(super) fn is_closed(&self) -> bool {
        self.waiting.load(Ordering::Relaxed) & CLOSED != 0
    }

    pub(super) fn closed_at(&self) -> Option<Line> {
        if self.is_closed() { self.with_queue(|queue| queue.closed) } else { None }
    }

    /// Called under the monitor's lock, whose release wakes all. The first line stays.
    pub(super) fn close(&self, line: Line) {
        self.with_queue(|queue| {
            queue.closed.get_or_insert(line);
            queue.rouse = true;
        });
    }

    /// All wakers, if all are to be woken. Nobody calls a condition now: the caller holds the monitor's lock.
    fn roused(&self) -> Option<Vec<Waker>> {
        self.with_queue(|queue| {
            if !std::mem::take(&mut queue.rouse) {
                return None;
            }
            let wakers = queue.waiters.iter().map(|waiter| waiter.waker.clone()).collect();
            queue.waiters.retain(|waiter| matches!(waiter.condition, Condition::Task { .. }));
            Some(wakers)
        })
    }

    /// Looks at the conditions, called under the monitor's lock. The first thread whose condition holds is to be woken, and
    /// every task before it: a task that is polled no more must not strand those behind it.
    fn look(&self, value: *const ()) -> Raised {
        let mut raised = Raised::default();
        if let Some(wakers) = self.roused() {
            raised.wakers = wakers;
            return raised;
        }
        let mut place = 0;
        loop {
            enum Next {
                Thread(*mut OnStack, Line),
                Task(u64, Option<Parked>, Line),
            }
            // A pointer goes no further than this thread.
            let next = self.with_queue(|queue| {
                let waiter = queue.waiters.get_mut(place)?;
                Some(match &mut waiter.condition {
                    Condition::Thread { condition, busy } => {
                        *busy = true;
                        Next::Thread(*condition, waiter.line)
                    }
                    Condition::Task { id, condition } => Next::Task(*id, condition.take(), waiter.line),
                })
            });
            match next {
                None => break,
                Some(Next::Thread(condition, line)) => {
                    // SAFETY: the waiter is in the queue and busy, so its thread sleeps or waits in `withdraw`, and the
                    // condition on its stack is alive; this thread holds the monitor's lock, so nobody else calls it and the
                    // value is not written. Held by tests/monitor.rs and the models in tests/models.rs.
                    let holds = looked_at(line, || unsafe { (*condition)() });
                    let woken = self.with_queue(|queue| {
                        let found = find_thread(&queue.waiters, condition, place);
                        if holds {
                            return Some(queue.waiters.remove(found).waker);
                        }
                        if let Condition::Thread { busy, .. } = &mut queue.waiters[found].condition {
                            *busy = false;
                        }
                        place = found + 1;
                        None
                    });
                    if let Some(waker) = woken {
                        raised.wakers.push(waker);
                        break;
                    }
                }
                Some(Next::Task(id, parked, line)) => {
                    // A task that looks itself has its condition, and this is the end of its scope.
                    let Some(mut parked) = parked else {
                        place += 1;
                        continue;
                    };
                    let holds = looked_at(line, || parked(value));
                    let left = self.with_queue(|queue| {
                        // Waiters before it may have gone meanwhile, itself as well.
                        let end = queue.waiters.len().min(place + 1);
                        let found = queue.waiters[..end].iter().rposition(|waiter| waiter.is_task(id));
                        let Some(found) = found else {
                            place = 0; // how many before it have gone is not known
                            return Some(parked);
                        };
                        let waiter = &mut queue.waiters[found];
                        waiter.condition = Condition::Task { id, condition: Some(parked) };
                        if holds {
                            raised.wakers.push(waiter.waker.clone());
                        }
                        place = found + 1;
                        None
                    });
                    raised.left.extend(left); // what it has captured is dropped outside the lock
                }
            }
        }
        raised
    }

    pub(super) fn enqueue(&self, condition: *mut OnStack, waker: Waker, line: Line) {
        let condition = Condition::Thread { condition, busy: false };
        self.with_queue(|queue| queue.waiters.push(Waiter { condition, waker, line }));
    }

    /// Takes a thread's condition out of the queue, if it was not taken out by being woken: afterwards nobody calls it.
    pub(super) fn withdraw(&self, condition: *mut OnStack) {
        loop {
            let gone = self.with_queue(|queue| {
                match queue.waiters.iter().position(|waiter| waiter.is_thread(condition)) {
                    None => Ok(None),
                    Some(place) => match queue.waiters[place].condition {
                        // Another thread is in the middle of calling it.
                        Condition::Thread { busy: true, .. } => Err(()),
                        _ => Ok(Some(queue.waiters.remove(place))),
                    },
                }
            });
            if let Ok(gone) = gone {
                drop(gone);
                return;
            }
            crate::sync::yield_now();
        }
    }

    /// Parks a task's condition at the end of the queue. Called under the monitor's lock.
    pub(super) fn park(&self, condition: Parked, waker: Waker, line: Line) -> u64 {
        self.with_queue(|queue| {
            queue.last += 1;
            let condition = Condition::Task { id: queue.last, condition: Some(condition) };
            queue.waiters.push(Waiter { condition, waker, line });
            queue.last
        })
    }

    /// A task's condition, for the task itself; its place stays. Called under the monitor's lock.
    pub(super) fn parked(&self, task: u64) -> Option<Parked> {
        self.with_queue(|queue| {
            match &mut queue.waiters.iter_mut().find(|waiter| waiter.is_task(task))?.condition {
                Condition::Task { condition, .. } => condition.take(),
                Condition::Thread { .. } => None,
            }
        })
    }

    /// Gives the condition back to its place.
    pub(super) fn park_again(&self, task: u64, parked: Parked, waker: Waker) {
        let old = self.with_queue(|queue| {
            let waiter = queue.waiters.iter_mut().find(|waiter| waiter.is_task(task))?;
            waiter.condition = Condition::Task { id: task, condition: Some(parked) };
            Some(std::mem::replace(&mut waiter.waker, waker))
        });
        drop(old); // outside the queue's lock
    }

    /// Takes a task out of the queue. A condition that is being called is dropped by its caller.
    pub(super) fn unpark(&self, task: u64) {
        let gone = self.with_queue(|queue| {
            let place = queue.waiters.iter().position(|waiter| waiter.is_task(task))?;
            Some(queue.waiters.remove(place))
        });
        drop(gone); // outside the queue's lock
    }
}

impl Waiter {
    fn is_thread(&self, wanted: *mut OnStack) -> bool {
        matches!(self.condition, Condition::Thread { condition, .. } if std::ptr::addr_eq(condition, wanted))
    }

    fn is_task(&self, wanted: u64) -> bool {
        matches!(self.condition, Condition::Task { id, .. } if id == wanted)
    }
}

/// Where a busy thread stands, who was at `place`: some before it may have gone meanwhile, and none has come between.
fn find_thread(waiters: &[Waiter], condition: *mut OnStack, place: usize) -> usize {
    let end = waiters.len().min(place + 1);
    let found = waiters[..end].iter().rposition(|waiter| waiter.is_thread(condition));
    found.unwrap_or_else(|| unreachable!("a busy waiter stays in the queue"))
}

/// Calls a condition for another: one that panics is to be looked at by its own.
fn looked_at(line: Line, condition: impl FnOnce() -> bool) -> bool {
    catch_unwind(AssertUnwindSafe(condition)).unwrap_or_else(|payload| {
        crate::event::discard(payload);
        eprintln!(
            "guarded-state: that was the condition of the thread that waits at {line}, looked at by the thread that released the monitor: the waiter looks again, and panics where it waits"
        );
        true
    })
}
