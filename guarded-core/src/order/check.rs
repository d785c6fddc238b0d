//! What is decided the first time that a nesting is seen, and said when it is wrong.

use super::graph::{Graph, Held, Node, Ring};
use super::held::{self, Entry};
use crate::error::Line;
use crate::event::{Action, Event, Finding, action, emit, emit_to_hook};
use crate::site::{self, SiteInfo};
use crate::sync::{AtomicU32, Internal, Mode, thread_state};
use std::cell::Cell;
use std::collections::{HashMap, HashSet};
use std::fmt::Write as _;
use std::panic::Location;

/// How many nestings a thread remembers as settled.
const SETTLED: usize = 128;

thread_state! {
    static KNOWN: [Cell<u64>; SETTLED] = [const { Cell::new(0) }; SETTLED]
}

/// A running hash of what is held and what is wanted: one settled nesting.
#[derive(Clone, Copy)]
pub(crate) struct Mix {
    hash: u64,
    class: usize,
    serial: u32,
    /// Two instances of one class, of which one has no number yet.
    unnumbered: bool,
}

impl Mix {
    #[inline(always)]
    pub(crate) fn new(info: &'static SiteInfo, mode: Mode, serial: u32) -> Self {
        let at = std::ptr::from_ref(info) as usize as u64;
        Self {
            hash: (at ^ mode as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15),
            class: std::ptr::from_ref(info.class) as usize,
            serial,
            unnumbered: false,
        }
    }

    #[inline(always)]
    pub(crate) fn add(&mut self, cell: usize, info: Option<&'static SiteInfo>, mode: Mode, serial: u32) {
        let Some(info) = info else { return };
        if cell == 0 {
            return;
        }
        let at = std::ptr::from_ref(info) as usize as u64;
        self.hash = (self.hash.rotate_left(23) ^ at ^ mode as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        if std::ptr::from_ref(info.class) as usize == self.class {
            self.unnumbered |= serial == 0 || self.serial == 0;
            let pair = u64::from(serial) << 32 | u64::from(self.serial);
            self.hash = (self.hash ^ pair).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        }
    }

    /// A nesting too deep to be remembered.
    pub(crate) fn unsettled() -> Self {
        Self { hash: 0, class: 0, serial: 0, unnumbered: true }
    }

    #[inline(always)]
    fn slot(self) -> usize {
        (self.hash >> 57) as usize
    }
}

/// This thread has seen this very nesting, and it was legal or has been told.
#[inline(always)]
pub(crate) fn is_settled(mix: Mix) -> bool {
    !mix.unnumbered && KNOWN.with(|known| known[mix.slot()].get() == mix.hash)
}

struct Learned {
    graph: Graph<Line>,
    nodes: Option<HashMap<(u32, Option<&'static str>), Node>>,
    names: Vec<(&'static SiteInfo, Option<&'static str>)>,
}

static LEARNED: Internal<Learned> =
    Internal::new(Learned { graph: Graph::new(), nodes: None, names: Vec::new() });

impl Learned {
    fn node(&mut self, info: &'static SiteInfo) -> Node {
        let instantiation = info.instantiation.map(|name| name());
        let names = &mut self.names;
        #[allow(clippy::cast_possible_truncation)] // fewer than 2^32 types
        *self.nodes.get_or_insert_default().entry((info.class.id(), instantiation)).or_insert_with(|| {
            names.push((info, instantiation));
            Node(names.len() as u32 - 1)
        })
    }
}

/// Looks at a nesting that this thread has not seen, and says what is wrong with it.
#[cold]
#[inline(never)]
#[track_caller]
pub(crate) fn examine(wanted: &mut Entry, marks: &AtomicU32) {
    let twin = |entry: &Entry| std::ptr::eq(entry.info.class, wanted.info.class);
    if held::all().iter().any(twin) {
        held::number(wanted.info);
        wanted.serial = site::serial_of(marks);
    }
    let held = held::all();
    let mut mix = Mix::new(wanted.info, wanted.mode, wanted.serial);
    for entry in &held {
        mix.add(entry.cell, Some(entry.info), entry.mode, entry.serial);
    }
    if is_settled(mix) {
        return;
    }
    if let Some(leaf) = held.iter().find(|entry| entry.info.leaf) {
        leaf_held(leaf, wanted);
    }
    if let Some(ring) = learn(&held, wanted) {
        inverted(&ring, wanted);
    }
    KNOWN.with(|known| known[mix.slot()].set(mix.hash));
}

fn learn(held: &[Entry], wanted: &Entry) -> Option<Ring<Line>> {
    let mut learned = LEARNED.lock();
    let node = learned.node(wanted.info);
    let as_held = |learned: &mut Learned, entry: &Entry| Held {
        node: learned.node(entry.info),
        instance: (entry.serial != 0).then_some(entry.serial),
        exclusive: entry.mode.is_exclusive(),
        site: entry.line,
    };
    let held: Vec<_> = held.iter().map(|entry| as_held(&mut learned, entry)).collect();
    let mut wanted = as_held(&mut learned, wanted);
    wanted.node = node;
    learned.graph.acquire(&held, wanted)
}

/// `Type.field` of a node, with the arguments of a generic struct.
fn name(node: Node) -> String {
    LEARNED.lock().names.get(node.0 as usize).map_or_else(String::new, |(info, instantiation)| {
        match instantiation {
            Some(arguments) => format!("{} of {arguments}", info.class),
            None => info.class.to_string(),
        }
    })
}

/// At most this many steps of a ring are printed.
const STEPS_TOLD: usize = 8;

#[cold]
#[track_caller]
fn inverted(ring: &Ring<Line>, wanted: &Entry) {
    let Some(first) = ring.first() else { return };
    let (held, taken) = (name(first.from.node), name(first.to.node));
    let mut message = if first.from.node == first.to.node {
        format!(
            "lock order inverted between two instances of `{taken}`: taken for {} at {} while another is held since {}",
            wanted.mode.word(),
            first.to_site,
            first.from_site
        )
    } else {
        format!(
            "lock order inverted at `{taken}`: taken for {} at {} while `{held}` is held since {}",
            wanted.mode.word(),
            first.to_site,
            first.from_site
        )
    };
    for step in ring.iter().skip(1).take(STEPS_TOLD) {
        let (from, to) = (name(step.from.node), name(step.to.node));
        let _ = write!(
            message,
            "\n  but `{to}` was taken at {} while `{from}` was held since {}",
            step.to_site, step.from_site
        );
    }
    if ring.len() > STEPS_TOLD + 1 {
        let _ = write!(message, "\n  and {} more steps", ring.len() - STEPS_TOLD - 1);
    }
    message.push_str("\n  two threads that do both at once wait for each other for ever: take them in one order everywhere");
    found(Finding::Inversion, wanted, Some((held, first.from_site)), message);
}

#[cold]
#[track_caller]
fn leaf_held(leaf: &Entry, wanted: &Entry) {
    let message = format!(
        "`{}` is taken for {} at {} while the leaf `{}` is held since {}\n  nothing guarded is locked under a `leaf`: end its scope first, or drop `leaf` from its attribute",
        wanted.info.class,
        wanted.mode.word(),
        wanted.line,
        leaf.info.class,
        leaf.line
    );
    found(Finding::LeafHeld, wanted, Some((leaf.info.class.to_string(), leaf.line)), message);
}

/// A thread is about to wait for a condition: it should hold nothing else.
#[track_caller]
pub(crate) fn waits_while_holding(monitor: &'static SiteInfo, cell: usize) {
    let Some(other) = held::all().into_iter().rfind(|held| held.cell != cell) else { return };
    let wanted = Entry { cell: 0, info: monitor, line: Location::caller(), mode: Mode::Write, serial: 0 };
    let message = format!(
        "waits for a condition of `{}` at {} while `{}` is held for {} since {}\n  whoever could make the condition true may need that lock first: end its scope before waiting",
        monitor.class,
        wanted.line,
        other.info.class,
        other.mode.word(),
        other.line
    );
    found(Finding::WaitWhileHolding, &wanted, Some((other.info.class.to_string(), other.line)), message);
}

/// Panics, tells, or does nothing, as the table of [`Finding`] says.
#[track_caller]
fn found(finding: Finding, wanted: &Entry, other: Option<(String, Line)>, message: String) {
    let what = match action(finding) {
        Action::Panic if std::thread::panicking() => Action::Report,
        what => what,
    };
    let event = Event { finding, field: wanted.info.class.to_string(), at: wanted.line, other, message };
    match what {
        Action::Ignore => {}
        Action::Panic => {
            emit_to_hook(&event); // a panic speaks for itself on standard error
            panic!("{event}")
        }
        Action::Report => {
            if first_of_its_lines(&event) {
                emit(&event);
            }
        }
    }
}

fn first_of_its_lines(event: &Event) -> bool {
    static TOLD: Internal<Option<HashSet<(Finding, usize, usize)>>> = Internal::new(None);
    let at = std::ptr::from_ref(event.at) as usize;
    let other = event.other.as_ref().map_or(0, |(_, line)| std::ptr::from_ref::<Location<'_>>(line) as usize);
    TOLD.lock().get_or_insert_default().insert((event.finding, at, other))
}

/// This thread locks what it holds: panics, before anything blocks.
#[cold]
#[track_caller]
pub(crate) fn reentrant(info: &'static SiteInfo, mode: Mode, held_at: Line, held: Mode) -> ! {
    let at = Location::caller();
    let message = format!(
        "`{field}` is locked twice by one thread: for {} at {at}, inside the {} scope entered at {held_at}\n  use the value that the outer closure was given, or end its scope first; a `try_with_..` call returns an error instead",
        mode.word(),
        held.word(),
        field = info.class,
    );
    fatal(Finding::Reentrance, info, at, held_at, message)
}

/// What could only hang: a panic, or, where the thread unwinds already, the end of the process.
#[cold]
#[track_caller]
pub(crate) fn fatal(
    finding: Finding,
    info: &'static SiteInfo,
    at: Line,
    held_at: Line,
    message: String,
) -> ! {
    let field = info.class.to_string();
    let event = Event { finding, other: Some((field.clone(), held_at)), field, at, message };
    emit_to_hook(&event);
    if std::thread::panicking() {
        eprintln!(
            "guarded-state: {event}\n  this thread is unwinding already and could only hang: aborting (code in `Drop` uses the `try_with_..` calls)"
        );
        std::process::abort();
    }
    panic!("{event}")
}

/// The nestings seen so far: held, taken, and where first.
#[cfg(feature = "observe")]
pub(crate) fn edges() -> Vec<(String, String, Line, Line)> {
    let found: Vec<_> = LEARNED.lock().graph.edges().collect();
    found.into_iter().map(|edge| (name(edge.from), name(edge.to), edge.from_site, edge.to_site)).collect()
}
