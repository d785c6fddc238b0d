//! What happens when a lock is taken: one cold path for every cell.

#![allow(unsafe_code)] // `Holder` turns a stored address back into the `&'static Location` it came from

use super::storage::Head;
use crate::error::{By, Line, TryError};
use crate::event::{Event, Finding, emit};
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
    pub(super) const fn new() -> Self {
        Self(AtomicUsize::new(0))
    }

    #[inline(always)]
    pub(super) fn set(&self, line: Line) {
        self.0.store(std::ptr::from_ref(line).expose_provenance(), Ordering::Relaxed);
    }

    /// The scope ends. Beside other readers this is a guess: one of them may be inside still.
    #[inline(always)]
    pub(super) fn end(&self) {
        self.0.store(self.0.load(Ordering::Relaxed) | ENDED, Ordering::Relaxed);
    }

    pub(super) fn unset(&self) {
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
    pub(super) fn get(&self) -> Option<Line> {
        if self.0.load(Ordering::Relaxed) == 0 { None } else { self.sample().0 }
    }
}

/// How long the first attempt lasts after which a wait counts as a stall, in nanoseconds.
static STALL_AFTER: AtomicU64 = AtomicU64::new(100_000_000);

/// From now on a wait for a lock of more than `limit` is a stall: an event, and the moment at which a ring of
/// waiting threads is looked for. 100 ms by default.
///
/// A shorter limit finds a deadlock sooner. A waiter that outlasts it loses its place in the lock's queue,
/// once (twice where a ring is suspected behind a writer that queues).
///
/// ```
/// guarded_core::set_stall_after(std::time::Duration::from_millis(250));
/// ```
pub fn set_stall_after(limit: Duration) {
    STALL_AFTER.store(u64::try_from(limit.as_nanos()).unwrap_or(u64::MAX), Ordering::Relaxed);
}

/// Rounds of spinning before the clock is looked at: most sections end sooner.
#[cfg(not(any(loom, shuttle)))]
const SPINS: u32 = 6;
#[cfg(any(loom, shuttle))]
const SPINS: u32 = 0;

#[cfg(feature = "observe")]
fn sample(head: &Head) -> (Option<Line>, bool) {
    head.holder.sample()
}

#[cfg(not(feature = "observe"))]
fn sample(_: &Head) -> (Option<Line>, bool) {
    (None, false)
}

fn holder(head: &Head) -> Option<Line> {
    sample(head).0
}

/// The lock is taken: spins, then waits, and tells the observer.
///
/// # Errors
/// `limit` has passed, or waiting would never end (without a limit that is a panic).
#[cold]
#[inline(never)]
#[track_caller]
pub(super) fn wait<R: RawLock>(
    raw: &R,
    head: &Head,
    cell: usize,
    info: &'static SiteInfo,
    mode: Mode,
    limit: Option<Duration>,
) -> Result<(), TryError> {
    #[cfg(feature = "observe")]
    crate::observe::contended(info.class);
    let line = Location::caller();
    if limit == Some(Duration::ZERO) {
        return Err(TryError::WouldBlock { field: info.class.to_string(), holder: holder(head) });
    }
    #[cfg_attr(any(loom, shuttle), allow(clippy::reversed_empty_ranges))] // a model does not spin
    for round in 0..SPINS {
        for _ in 0..1_u32 << round {
            std::hint::spin_loop();
        }
        if raw.try_lock(mode) {
            return Ok(());
        }
    }
    let start = Instant::now();
    let (blocked_by, inside) = sample(head);
    let stall = Duration::from_nanos(STALL_AFTER.load(Ordering::Relaxed));
    let got = raw.lock_for(mode, limit.map_or(stall, |limit| limit.min(stall)));
    let end = if got {
        Ok(())
    } else if limit.is_some_and(|limit| limit <= stall) {
        Err(timed_out(info, head, blocked_by, start))
    } else {
        let waiting = Waiting { head, cell, info, mode, limit, line, start, stall };
        outlast(raw, &waiting)
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
    stall: Duration,
}

/// The one timed attempt has failed: a stall is told, a ring is ended, and then the wait has no further limit of
/// ours, so that the place in the queue is lost once only.
#[track_caller]
fn outlast<R: RawLock>(raw: &R, waiting: &Waiting<'_>) -> Result<(), TryError> {
    let info = waiting.info;
    let holder = holder(waiting.head);
    #[cfg(feature = "observe")]
    crate::observe::stalled(info.class);
    emit(&Event {
        finding: Finding::Stall,
        field: info.class.to_string(),
        at: waiting.line,
        other: holder.map(|line| (info.class.to_string(), line)),
        message: format!(
            "`{}` is waited for since {:?} (for {}) at {}, held{}",
            info.class,
            waiting.start.elapsed(),
            waiting.mode.word(),
            waiting.line,
            By(holder)
        ),
    });
    #[cfg(feature = "order-check")]
    let Some(registered) = proven_free(raw, waiting)? else { return Ok(()) };
    let end = match waiting.limit {
        None => {
            raw.lock(waiting.mode);
            Ok(())
        }
        Some(limit) => {
            let got = raw.lock_for(waiting.mode, limit.saturating_sub(waiting.start.elapsed()));
            if got { Ok(()) } else { Err(timed_out(info, waiting.head, holder, waiting.start)) }
        }
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
            if raw.lock_for(waiting.mode, waiting.stall) {
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
pub(super) fn refuse_poisoned(info: &'static SiteInfo, mode: Mode, first: Line) -> ! {
    let at = Location::caller();
    panic!(
        "`{field}` is poisoned: a panic left the write scope entered at {first}; refused for {} at {at}\n  mend the value with `recover(|v| ..)`, accept it with `clear_poison()`, or look at it with a `try_with_..` call's error",
        mode.word(),
        field = info.class,
    )
}
