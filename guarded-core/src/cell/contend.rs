//! What happens when a lock is taken: one cold path for every cell.

#![allow(unsafe_code)] // `Holder` turns a stored address back into the `&'static Location` it came from

use super::storage::Head;
use crate::error::{Line, TryError};
#[cfg(feature = "order-check")]
use crate::event::Finding;
use crate::site::SiteInfo;
use crate::sync::{AtomicU64, AtomicUsize, Mode, Ordering, RawLock};
use std::panic::Location;
use std::time::{Duration, Instant};

/// A line in a cell: of the scope that holds the lock or held it last, or of the first panic.
///
/// The lowest bit, which an address of a `Location` leaves free, says that the scope has ended: a lock that was just
/// handed to a thread that still has to wake up is not blamed on the one before.
#[derive(Debug)]
pub struct Holder(AtomicUsize);

const ENDED: usize = 1;

impl Holder {
    pub(crate) const fn new() -> Self {
        Self(AtomicUsize::new(0))
    }

    #[inline(always)]
    pub(crate) fn set(&self, line: Line) {
        self.0.store(std::ptr::from_ref(line).expose_provenance(), Ordering::Relaxed);
    }

    /// The scope ends. Beside other readers this is a guess: one of them may be inside still.
    #[inline(always)]
    pub(crate) fn end(&self) {
        self.0.store(self.0.load(Ordering::Relaxed) | ENDED, Ordering::Relaxed);
    }

    pub(crate) fn unset(&self) {
        self.0.store(0, Ordering::Relaxed);
    }

    /// The line, and whether its scope goes on.
    fn sample(&self) -> (Option<Line>, bool) {
        let word = self.0.load(Ordering::Relaxed);
        let line = std::ptr::with_exposed_provenance::<Location<'static>>(word & !ENDED);
        // SAFETY: only null and exposed addresses of `&'static Location<'static>` are ever stored, and what they point
        // to is never written. Held by tests/observer.rs.
        (unsafe { line.as_ref() }, word & ENDED == 0)
    }

    #[inline(always)]
    pub(crate) fn get(&self) -> Option<Line> {
        if self.0.load(Ordering::Relaxed) == 0 { None } else { self.sample().0 }
    }
}

/// How long the one timed attempt lasts, at most. Who gives it up goes to the end of the lock's queue, so it is short:
/// few have come since.
const ATTEMPT: Duration = Duration::from_millis(10);

/// A wait with a limit looks so often whether a ring has closed since it began. A model has no clock.
const LOOK_AGAIN: Duration = if cfg!(all(feature = "order-check", not(any(loom, shuttle)))) {
    Duration::from_millis(100)
} else {
    Duration::MAX
};

/// How long a wait lasts that counts as a stall, in nanoseconds.
static STALL_AFTER: AtomicU64 = AtomicU64::new(100_000_000);

/// From now on a wait for a lock of more than `limit` is a stall: an event. 100 ms by default.
///
/// A ring of waiting threads is looked for after 10 ms, or after `limit` if that is shorter. A waiter that comes to that
/// point goes to the end of the lock's queue, once (twice where a ring is suspected behind a writer that queues), and
/// keeps its place from then on. A waiter with a time limit looks again each 100 ms, and goes to the end each time.
///
/// ```
/// guarded_core::set_stall_after(std::time::Duration::from_millis(250));
/// ```
pub fn set_stall_after(limit: Duration) {
    STALL_AFTER.store(u64::try_from(limit.as_nanos()).unwrap_or(u64::MAX), Ordering::Relaxed);
}

pub(crate) fn stall_limit() -> Duration {
    Duration::from_nanos(STALL_AFTER.load(Ordering::Relaxed))
}

/// When a taken lock is looked at before the waiter goes to sleep. The first look is for sections that end at once, as
/// most do. The others are far apart: each takes the lock's cache line away from whoever is inside and has to write to it,
/// and looks at doubled distances from 20 ns on made a lock that two threads want all the time less than half as quick.
/// Times and not rounds: a processor's pause takes from 3 to 40 ns.
#[cfg(not(any(loom, shuttle)))]
const LOOKS: [Duration; 3] =
    [Duration::from_nanos(150), Duration::from_micros(1), Duration::from_nanos(2500)];
#[cfg(any(loom, shuttle))]
const LOOKS: [Duration; 0] = []; // a model has no clock

#[cfg(feature = "observe")]
fn sample(head: &Head) -> (Option<Line>, bool) {
    head.holder.sample()
}

#[cfg(not(feature = "observe"))]
fn sample(_: &Head) -> (Option<Line>, bool) {
    (None, false)
}

pub(crate) fn holder(head: &Head) -> Option<Line> {
    sample(head).0
}

/// The lock is taken: looks a few times, then sleeps, and tells the observer. True if it waited.
///
/// # Errors
/// `limit` has passed, or waiting would never end (without a limit that is a panic).
#[cold]
#[inline(never)]
#[track_caller]
pub(crate) fn wait<R: RawLock>(
    raw: &R,
    head: &Head,
    cell: usize,
    info: &'static SiteInfo,
    mode: Mode,
    limit: Option<Duration>,
) -> Result<bool, TryError> {
    #[cfg(feature = "observe")]
    crate::observe::contended(info.class);
    let line = Location::caller();
    if limit == Some(Duration::ZERO) {
        return Err(TryError::WouldBlock { field: info.class.to_string(), holder: holder(head) });
    }
    let start = Instant::now();
    for look in LOOKS {
        while start.elapsed() < look {
            std::hint::spin_loop();
        }
        if raw.try_lock(mode) {
            return Ok(false);
        }
    }
    let (blocked_by, inside) = sample(head);
    let attempt = stall_limit().min(ATTEMPT);
    let got = raw.lock_for(mode, limit.map_or(attempt, |limit| limit.min(attempt)));
    let end = if got {
        Ok(true)
    } else if limit.is_some_and(|limit| limit <= attempt) {
        Err(timed_out(info, head, blocked_by, start))
    } else {
        let waiting = Waiting { head, cell, info, mode, limit, line, start };
        outlast(raw, &waiting).map(|()| true)
    };
    #[cfg(feature = "observe")]
    {
        // Where nobody was seen inside, the lock was on its way to a thread that has noted its line since.
        let blocked_by = if inside { blocked_by } else { holder(head) };
        crate::observe::waited(info.class, line, blocked_by, start.elapsed());
    }
    end
}

#[cold]
fn timed_out(info: &'static SiteInfo, head: &Head, first: Option<Line>, start: Instant) -> TryError {
    let waited = start.elapsed();
    let holder = holder(head);
    let same = holder.is_some() && holder.map(std::ptr::from_ref) == first.map(std::ptr::from_ref);
    let held_for = if same { waited } else { Duration::ZERO };
    TryError::TimedOut { field: info.class.to_string(), holder, waited, held_for }
}

struct Waiting<'a> {
    head: &'a Head,
    cell: usize,
    info: &'static SiteInfo,
    mode: Mode,
    limit: Option<Duration>,
    line: Line,
    start: Instant,
}

/// The one timed attempt has failed: a ring is ended, a stall is watched for, and then the wait has no further limit of
/// ours, so that the place in the queue is lost once only.
#[track_caller]
fn outlast<R: RawLock>(raw: &R, waiting: &Waiting<'_>) -> Result<(), TryError> {
    let info = waiting.info;
    let holder = holder(waiting.head);
    #[cfg(feature = "order-check")]
    let Some(registered) = proven_free(raw, waiting)? else { return Ok(()) };
    #[cfg(not(any(loom, shuttle)))] // a model has no clock
    let _watching = super::stall::watch(waiting.head, info, waiting.mode, waiting.line, waiting.start);
    let end = match waiting.limit {
        None => {
            raw.lock(waiting.mode);
            Ok(())
        }
        Some(limit) => loop {
            let left = limit.saturating_sub(waiting.start.elapsed());
            if raw.lock_for(waiting.mode, left.min(LOOK_AGAIN)) {
                break Ok(());
            }
            if left <= LOOK_AGAIN {
                break Err(timed_out(info, waiting.head, holder, waiting.start));
            }
            // Those without a limit pass over this thread: it is the one that can leave.
            #[cfg(feature = "order-check")]
            if let crate::order::blocked::Verdict::Ring(ring) = registered.verdict() {
                break Err(TryError::Deadlock { field: info.class.to_string(), ring });
            }
        },
    };
    #[cfg(feature = "order-check")]
    drop(registered);
    end
}

/// Enters the table of waiters; `None` where the lock was got meanwhile. A proven ring is ended here.
#[cfg(feature = "order-check")]
#[track_caller]
fn proven_free<R: RawLock>(
    raw: &R,
    waiting: &Waiting<'_>,
) -> Result<Option<crate::order::blocked::Wait>, TryError> {
    use crate::order::blocked::{Verdict, Wait};
    let wanted =
        crate::order::held::Entry { cell: waiting.cell, info: waiting.info, line: waiting.line, serial: 0 };
    let (registered, verdict) = Wait::register(wanted, waiting.limit.is_some());
    let ring = match verdict {
        Verdict::Free => return Ok(Some(registered)),
        Verdict::Ring(ring) => ring,
        // A writer at the head of a queue may be giving up its timed attempt just now: one more look tells.
        Verdict::Unsure(_) => {
            if raw.lock_for(waiting.mode, ATTEMPT) {
                return Ok(None);
            }
            match registered.verdict() {
                Verdict::Free => return Ok(Some(registered)),
                Verdict::Ring(ring) | Verdict::Unsure(ring) => ring,
            }
        }
    };
    drop(registered);
    let field = waiting.info.class.to_string();
    if waiting.limit.is_some() {
        return Err(TryError::Deadlock { field, ring });
    }
    let held_at = holder(waiting.head).unwrap_or(waiting.line);
    let message = format!(
        "deadlock: waiting for `{field}` at {} would never end\n{ring}\n  take these locks in one order everywhere",
        waiting.line
    );
    crate::order::check::fatal(Finding::Deadlock, waiting.info, waiting.line, held_at, message)
}

/// A blocking access meets poison.
#[cold]
#[inline(never)]
#[track_caller]
pub(crate) fn refuse_poisoned(info: &'static SiteInfo, mode: Mode, first: Line) -> ! {
    let at = Location::caller();
    panic!(
        "`{field}` is poisoned: a panic left the write scope entered at {first}; refused for {} at {at}\n  `recover(|v| ..)` mends the value and `clear_poison()` accepts it as it is; a `try_with_..` call returns this as an error",
        mode.word(),
        field = info.class,
    )
}
