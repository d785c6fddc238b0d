//! What is found at run time, who is told, and what happens then.

use crate::error::Line;
use crate::sync::{AtomicU8, InternalRw, Ordering};
use std::cell::Cell;
use std::fmt;
use std::sync::{Arc, LazyLock};

/// A kind of thing that the library notices at run time.
///
/// | finding | with debug assertions | release | settable |
/// | --- | --- | --- | --- |
/// | [`Reentrance`](Self::Reentrance) | panic, before blocking | panic, before blocking | no: it could only hang |
/// | [`Inversion`](Self::Inversion) | panic, before blocking | told once a pair of lines | [`set_action`] |
/// | [`LeafHeld`](Self::LeafHeld) | panic, before blocking | told once a pair of lines | [`set_action`] |
/// | [`WaitWhileHolding`](Self::WaitWhileHolding) | panic, before waiting | told once a pair of lines | [`set_action`] |
/// | [`Deadlock`](Self::Deadlock) | panic in one of its threads | panic in one of its threads | no: it would stay |
/// | [`Stall`](Self::Stall) | event | event | [`set_stall_after`](crate::set_stall_after) |
/// | [`LeftByPanic`](Self::LeftByPanic) | event | event | no |
/// | [`InvariantBroken`](Self::InvariantBroken) | panic at the end of the scope | not looked for | [`check_invariants`](crate::check_invariants) |
///
/// The `try` accessors return an error where this table says panic for `Reentrance` and `Deadlock`. A thread
/// that is unwinding is never made to panic a second time: `Inversion`, `LeafHeld`, `WaitWhileHolding` and
/// `InvariantBroken` are told, `Reentrance` and `Deadlock` are printed and the process is aborted, because waiting could only hang.
///
/// (Orders are learned by fields, as Linux's lockdep learns them by lock classes; a ring below a common outer lock is
/// excused, as by the gate locks of Goodlock.)
///
/// ```
/// use guarded_core::{Finding, on_event};
/// on_event(|event| match event.finding {
///     Finding::Stall => eprintln!("slow: {event}"),
///     Finding::LeftByPanic => eprintln!("look at `{}`", event.field),
///     _ => eprintln!("a mistake: {event}"),
/// });
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Finding {
    /// A thread locks what it holds already.
    Reentrance,
    /// Two fields, or two instances of one field, are locked in two orders.
    Inversion,
    /// Something is locked while a `leaf` field is held.
    LeafHeld,
    /// A thread waits for a condition of a monitor, for what another caller loads, or in a [`blocking`](fn@crate::blocking)
    /// call, while it holds another guarded lock.
    WaitWhileHolding,
    /// Threads wait for one another in a ring.
    Deadlock,
    /// A thread has waited for a lock for longer than [`set_stall_after`](crate::set_stall_after) says.
    Stall,
    /// A panic left a write scope.
    LeftByPanic,
    /// A write scope has ended, and what `invariant = ..` demands of the field does not hold.
    InvariantBroken,
}

/// What to do about a finding: the argument of [`set_action`], which has an example.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// Panic at the caller's line, before anything blocks.
    Panic,
    /// Tell the hook of [`on_event`], or standard error where there is none; once a pair of lines.
    Report,
    /// Nothing.
    Ignore,
}

/// Something that was found, as the hook of [`on_event`] gets it. `Display` is the whole message, of one line or several.
///
/// ```
/// # #[cfg(feature = "order-check")] {
/// use guarded_core::{Action, Event, Finding, Guarded, on_event, set_action};
/// use std::sync::mpsc::channel;
/// let (send, events) = channel::<Event>();
/// on_event(move |event| drop(send.send(event.clone())));
/// set_action(Finding::Inversion, Action::Report);
/// let (a, b) = (Guarded::rw(1), Guarded::rw(2));
/// a.with_read(|_| b.with_read(|_| ()));
/// b.with_read(|_| a.with_read(|_| ()));
/// assert_eq!(events.try_iter().map(|event| event.finding).collect::<Vec<_>>(), [Finding::Inversion]);
/// # }
/// ```
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Event {
    /// What kind of thing.
    pub finding: Finding,
    /// `Type.field` of the lock that was being taken, waited for, or left.
    pub field: String,
    /// The line that was taking, waiting, or leaving.
    pub at: Line,
    /// The other lock and line, where there is one: what is held, or who holds it.
    pub other: Option<(String, Line)>,
    pub(crate) message: String,
}

impl fmt::Display for Event {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

type Hook = Arc<dyn Fn(&Event) + Send + Sync>;

static HOOK: InternalRw<Option<Hook>> = InternalRw::new(None);

/// Calls `hook` for every event of the process from now on, in place of the hook before.
///
/// The hook runs on the thread that found something, which may hold guarded locks, and for stalls on a thread of the
/// library's own, which tells one after another: send the event elsewhere and return. What the hook itself does with guarded fields raises no events; a panic in it is
/// caught and printed.
///
/// ```
/// guarded_core::on_event(|event| eprintln!("{event}"));
/// ```
pub fn on_event(hook: impl Fn(&Event) + Send + Sync + 'static) {
    let old = HOOK.write().replace(Arc::new(hook));
    drop(old); // outside the lock: what it captured may have a `Drop`
}

const SETTABLE: [Finding; 3] = [Finding::Inversion, Finding::LeafHeld, Finding::WaitWhileHolding];
static ACTIONS: [AtomicU8; 3] = [const { AtomicU8::new(UNSET) }; 3];
const UNSET: u8 = u8::MAX;

/// Chooses what happens at a finding of which [`Finding`]'s table says that it is settable; for others
/// nothing changes.
///
/// An old code base starts with `Report` in every build, mends what is told, and returns to `Panic`.
/// The environment variable `GUARDED_FINDINGS` (`panic`, `report` or `ignore`) sets all of them, where the
/// program does not.
///
/// ```
/// use guarded_core::{Action, Finding, set_action};
/// set_action(Finding::Inversion, Action::Report);
/// ```
pub fn set_action(finding: Finding, action: Action) {
    if let Some(place) = SETTABLE.iter().position(|f| *f == finding) {
        ACTIONS[place].store(action as u8, Ordering::Relaxed);
    }
}

/// What the environment says, or the default of the build.
static DEFAULT: LazyLock<Action> = LazyLock::new(|| {
    let build = if cfg!(debug_assertions) { Action::Panic } else { Action::Report };
    match std::env::var("GUARDED_FINDINGS").as_deref() {
        Ok("panic") => Action::Panic,
        Ok("report") => Action::Report,
        Ok("ignore") => Action::Ignore,
        Err(_) | Ok("") => build,
        Ok(other) => {
            eprintln!(
                "guarded-state: GUARDED_FINDINGS is `panic`, `report` or `ignore`, found `{other}`: the default of this build stays, {build:?}"
            );
            build
        }
    }
});

/// What is set, or the default.
pub(crate) fn action(finding: Finding) -> Action {
    let set =
        SETTABLE.iter().position(|f| *f == finding).map_or(UNSET, |p| ACTIONS[p].load(Ordering::Relaxed));
    match set {
        0 => Action::Panic,
        1 => Action::Report,
        2 => Action::Ignore,
        _ => *DEFAULT,
    }
}

thread_local! {
    /// This thread is inside the hook.
    static TELLING: Cell<bool> = const { Cell::new(false) };
}

/// Tells the hook; without one, findings that ask for a mend go to standard error.
#[cold]
pub(crate) fn emit(event: &Event) {
    let told = emit_to_hook(event);
    if !told && !matches!(event.finding, Finding::Stall | Finding::LeftByPanic) {
        eprintln!("guarded-state: {event}");
    }
}

/// Tells the hook and the `tracing` subscriber; false where there is no one to tell.
#[cold]
pub(crate) fn emit_to_hook(event: &Event) -> bool {
    if TELLING.get() {
        return true; // the hook's own doing
    }
    TELLING.set(true);
    let end = scopeguard::guard((), |()| TELLING.set(false));
    #[cfg(feature = "tracing")]
    tracing::warn!(finding = ?event.finding, field = %event.field, at = %event.at, "{event}");
    let hook = HOOK.read().clone();
    #[cfg(feature = "tracing")]
    let traced = tracing::enabled!(tracing::Level::WARN);
    #[cfg(not(feature = "tracing"))]
    let traced = false;
    let told = hook.is_some() || traced;
    if let Some(hook) = hook {
        let run = std::panic::AssertUnwindSafe(|| hook(event));
        if let Err(payload) = std::panic::catch_unwind(run) {
            eprintln!("guarded-state: the hook of on_event panicked over this event: {event}");
            discard(payload);
        }
    }
    drop(end);
    told
}

/// What could only hang: a panic, or, where the thread unwinds already, the end of the process.
#[cold]
#[track_caller]
pub(crate) fn fatal(event: &Event) -> ! {
    emit_to_hook(event);
    if std::thread::panicking() {
        eprintln!(
            "guarded-state: {event}\n  this thread is unwinding already and could only hang: aborting (what a `Drop` may find locked by its own thread it takes with `try_with_write_for`)"
        );
        std::process::abort();
    }
    panic!("{event}")
}

/// Runs user code whose panic is nobody's here: the panic hook has printed it.
pub(crate) fn contain(work: impl FnOnce()) {
    if let Err(panic) = std::panic::catch_unwind(std::panic::AssertUnwindSafe(work)) {
        discard(panic);
    }
}

/// Drops what a panic of user code carried, which may panic once more.
pub(crate) fn discard(payload: Box<dyn std::any::Any + Send>) {
    let dropped = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| drop(payload)));
    if let Err(second) = dropped {
        std::mem::forget(second);
    }
}
