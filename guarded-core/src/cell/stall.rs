//! Who waits for too long: told by a thread of its own, so that no waiter leaves its queue to tell it.
//!
//! Only who has waited for [`super::contend`]'s one timed attempt is noted here. The thread is started with the first
//! of them and ends when nobody has come for a second.

#![allow(unsafe_code)] // the waiter's cell is looked at while it waits; argued below

use super::contend::{holder, stall_limit};
use super::storage::Head;
use crate::error::{By, Line};
use crate::event::{Event, Finding, emit_to_hook};
use crate::site::SiteInfo;
use crate::sync::{Internal, InternalCondvar, Mode};
use std::time::{Duration, Instant};

/// Without a hook, a wait is printed when it has lasted so long (or for the stall limit, if that is longer).
const PRINTED_AFTER: Duration = Duration::from_secs(5);

/// How long the thread stays with nothing to do.
const IDLE: Duration = Duration::from_secs(1);

struct Watch {
    watched: Internal<Watched>,
    changed: InternalCondvar,
}

struct Watched {
    running: bool,
    next: u64,
    waits: Vec<Wait>,
}

static WATCH: Watch = Watch {
    watched: Internal::new(Watched { running: false, next: 0, waits: Vec::new() }),
    changed: InternalCondvar::new(),
};

/// One thread's wait.
#[derive(Clone, Copy)]
struct Wait {
    id: u64,
    info: &'static SiteInfo,
    mode: Mode,
    line: Line,
    since: Instant,
    /// When there is something to tell; `None` if all has been told.
    due: Option<Instant>,
    stage: Stage,
    head: HeadRef,
}

#[derive(Clone, Copy, PartialEq)]
enum Stage {
    ToHook,
    ToStandardError,
}

/// The head of the cell that is waited for.
#[derive(Clone, Copy)]
struct HeadRef(*const Head);
// SAFETY: it is followed only while its wait is in the list and the list is locked; the waiter, which borrows the cell,
// takes its wait out of the list under that lock before the borrow ends. A head is atomics. Held by tests/stall.rs.
unsafe impl Send for HeadRef {}

/// This thread's wait is watched until dropped.
pub(super) struct Watching(u64);

/// Notes a wait that began at `since`.
pub(super) fn watch(
    head: &Head,
    info: &'static SiteInfo,
    mode: Mode,
    line: Line,
    since: Instant,
) -> Watching {
    let mut watched = WATCH.watched.lock();
    watched.next += 1;
    let id = watched.next;
    let due = since.checked_add(stall_limit());
    watched.waits.push(Wait {
        id,
        info,
        mode,
        line,
        since,
        due,
        stage: Stage::ToHook,
        head: HeadRef(std::ptr::from_ref(head)),
    });
    if watched.running {
        WATCH.changed.notify_one();
    } else {
        let thread = std::thread::Builder::new().name("guarded-state stalls".to_owned());
        watched.running = thread.spawn(run).is_ok(); // without a thread, waits are reported and not told
    }
    Watching(id)
}

impl Drop for Watching {
    fn drop(&mut self) {
        let mut watched = WATCH.watched.lock();
        if let Some(place) = watched.waits.iter().position(|wait| wait.id == self.0) {
            watched.waits.swap_remove(place);
        }
    }
}

fn run() {
    let mut watched = WATCH.watched.lock();
    loop {
        let now = Instant::now();
        if let Some(wait) = watched.waits.iter_mut().find(|wait| wait.due.is_some_and(|due| due <= now)) {
            let stage = wait.stage;
            let event = event(wait, now);
            (wait.stage, wait.due) =
                (Stage::ToStandardError, wait.since.checked_add(PRINTED_AFTER.max(stall_limit())));
            if stage == Stage::ToStandardError {
                wait.due = None;
            }
            let (id, info) = (wait.id, wait.info);
            drop(watched);
            let told = tell(stage, info, &event);
            watched = WATCH.watched.lock();
            if told && let Some(wait) = watched.waits.iter_mut().find(|wait| wait.id == id) {
                wait.due = None;
            }
            continue;
        }
        if let Some(due) = watched.waits.iter().filter_map(|wait| wait.due).min() {
            WATCH.changed.wait_until(&mut watched, due);
        } else if WATCH.changed.wait_for(&mut watched, IDLE).timed_out()
            && watched.waits.iter().all(|wait| wait.due.is_none())
        {
            watched.running = false;
            return;
        }
    }
}

fn event(wait: &Wait, now: Instant) -> Event {
    // SAFETY: see `HeadRef`: the wait is in the list, and the list is locked by the caller.
    let holder = holder(unsafe { &*wait.head.0 });
    let field = wait.info.class.to_string();
    let message = format!(
        "`{field}` is waited for since {:?} (for {}) at {}, held{}",
        now - wait.since,
        wait.mode.word(),
        wait.line,
        By(holder)
    );
    Event {
        finding: Finding::Stall,
        other: holder.map(|line| (field.clone(), line)),
        field,
        at: wait.line,
        message,
    }
}

/// Whether anybody was there to hear it.
fn tell(stage: Stage, info: &'static SiteInfo, event: &Event) -> bool {
    match stage {
        Stage::ToHook => {
            #[cfg(feature = "observe")]
            crate::observe::stalled(info.class);
            emit_to_hook(event)
        }
        Stage::ToStandardError => {
            eprintln!(
                "guarded-state: {event}\n  that scope may wait for something that ends no ring: a `join`, a channel, a monitor's condition, another kind of lock, I/O"
            );
            true
        }
    }
}
