//! What is decided the first time that a nesting is seen, and said when it is wrong.

use super::graph::{Graph, Held, Node, Ring, RingEdge};
use super::held::{self, Entry};
use crate::error::Line;
use crate::event::{Action, Event, Finding, action, emit, emit_to_hook};
use crate::site::{self, Class, SiteInfo};
use crate::sync::{AtomicU32, Internal, Mode};
use crate::thread::THREAD;
use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::fmt::Write as _;
use std::panic::Location;

/// How many nestings a thread remembers as settled.
const SETTLED: usize = if cfg!(any(loom, shuttle)) { 16 } else { 128 };

/// How many wanted fields the quickest look tells apart.
const LATELY: usize = if cfg!(any(loom, shuttle)) { 2 } else { 32 }; // a modelled thread has a small stack

/// The nestings that one thread has found legal.
pub(crate) struct Settled {
    /// Their hashes.
    known: [Cell<u64>; SETTLED],
    /// For each wanted field, the last nesting under one lock of another class. (One of its own class depends on
    /// instances.)
    under_one: Lately<1>,
    /// For each wanted field, the last nesting under two locks of other classes.
    under_two: Lately<2>,
}

type Info = Cell<Option<&'static SiteInfo>>;

#[inline(always)]
fn is(one: Option<&'static SiteInfo>, other: Option<&'static SiteInfo>) -> bool {
    one.map(std::ptr::from_ref) == other.map(std::ptr::from_ref)
}

/// What was wanted lately, and under which locks, oldest first. A field's place is the same in all arrays: one offset.
struct Lately<const HELD: usize> {
    wanted: [Info; LATELY],
    held: [[Info; LATELY]; HELD],
}

impl<const HELD: usize> Lately<HELD> {
    #[allow(clippy::declare_interior_mutable_const)] // each thread starts with a fresh one
    const NEW: Self = Self {
        wanted: [const { Cell::new(None) }; LATELY],
        held: [const { [const { Cell::new(None) }; LATELY] }; HELD],
    };

    /// Neighbours in memory have places of their own.
    #[inline(always)]
    fn place(wanted: &'static SiteInfo) -> usize {
        std::ptr::from_ref(wanted) as usize / align_of::<SiteInfo>() % LATELY
    }

    #[inline(always)]
    fn has(&self, held: [Option<&'static SiteInfo>; HELD], wanted: &'static SiteInfo) -> bool {
        let place = Self::place(wanted);
        let mut same = is(self.wanted[place].get(), Some(wanted));
        let mut at = 0;
        while same && at < HELD {
            same = is(self.held[at][place].get(), held[at]);
            at += 1;
        }
        same
    }

    fn set(&self, held: [Option<&'static SiteInfo>; HELD], wanted: &'static SiteInfo) {
        let place = Self::place(wanted);
        let twin = |held: &'static SiteInfo| std::ptr::eq(held.class, wanted.class);
        if held.iter().all(|held| held.is_some_and(|held| !twin(held))) {
            self.wanted[place].set(Some(wanted));
            for (known, held) in self.held.iter().zip(held) {
                known[place].set(held);
            }
        }
    }
}

impl Settled {
    #[allow(clippy::declare_interior_mutable_const)] // each thread starts with a fresh one
    pub(crate) const NEW: Self =
        Self { known: [const { Cell::new(0) }; SETTLED], under_one: Lately::NEW, under_two: Lately::NEW };

    /// The lock was settled lately under this one.
    #[inline(always)]
    pub(crate) fn lately_under_one(
        &self,
        held: Option<&'static SiteInfo>,
        wanted: &'static SiteInfo,
    ) -> bool {
        self.under_one.has([held], wanted)
    }

    /// The lock was settled lately under these two.
    #[inline(always)]
    pub(crate) fn lately_under_two(
        &self,
        held: [Option<&'static SiteInfo>; 2],
        wanted: &'static SiteInfo,
    ) -> bool {
        self.under_two.has(held, wanted)
    }

    /// Remembers a settled nesting for the quickest look, if it is one for that.
    pub(crate) fn set_lately(&self, held: &[Option<&'static SiteInfo>], wanted: &'static SiteInfo) {
        match *held {
            [held] => self.under_one.set([held], wanted),
            [older, newer] => self.under_two.set([older, newer], wanted),
            _ => {}
        }
    }

    /// This thread has seen this very nesting.
    #[inline(always)]
    pub(crate) fn has_mix(&self, mix: Mix) -> bool {
        let place = place(mix.hash);
        !mix.unnumbered && (self.known[place].get() == mix.hash || self.known[place ^ 1].get() == mix.hash)
    }

    /// Each nesting has two places, of which the later one comes to the first: two that meet do not drive each other out.
    fn remember(&self, mix: Mix) {
        let place = place(mix.hash);
        self.known[place ^ 1].set(self.known[place].get());
        self.known[place].set(mix.hash);
    }
}

const FACTOR: u64 = 0x9E37_79B9_7F4A_7C15;

/// A running hash of what is held and what is wanted: one nesting.
#[derive(Clone, Copy)]
pub(crate) struct Mix {
    hash: u64,
    class: &'static Class,
    serial: u32,
    /// Two instances of one class, of which one has no number yet.
    unnumbered: bool,
}

/// Who is held, and how.
#[inline(always)]
fn word(info: &'static SiteInfo) -> u64 {
    std::ptr::from_ref(info) as usize as u64
}

/// Where a nesting stands in the table.
#[inline(always)]
#[allow(clippy::cast_possible_truncation)] // below SETTLED
fn place(hash: u64) -> usize {
    (hash >> (u64::BITS - SETTLED.trailing_zeros())) as usize
}

impl Mix {
    #[inline(always)]
    pub(crate) fn new(info: &'static SiteInfo, serial: u32) -> Self {
        Self { hash: word(info), class: info.class, serial, unnumbered: false }
    }

    #[inline(always)]
    pub(crate) fn add(&mut self, held: &'static SiteInfo, serial: u32) {
        self.hash = (self.hash.rotate_left(23) ^ word(held)).wrapping_mul(FACTOR);
        if std::ptr::eq(held.class, self.class) {
            self.unnumbered |= serial == 0 || self.serial == 0;
            let pair = u64::from(serial) << 32 | u64::from(self.serial);
            self.hash = (self.hash ^ pair).wrapping_mul(FACTOR);
        }
    }
}

struct Learned {
    /// What is declared is in it before anything is seen, and has no lines.
    graph: Graph<Option<Line>>,
    nodes: Option<HashMap<(u32, Option<&'static str>), Node>>,
    names: Vec<&'static SiteInfo>,
    /// What was nested, held and taken, with the lines where it was first seen.
    seen: BTreeMap<(Node, Node), (Line, Line)>,
}

static LEARNED: Internal<Learned> =
    Internal::new(Learned { graph: Graph::new(), nodes: None, names: Vec::new(), seen: BTreeMap::new() });

impl Learned {
    fn node(&mut self, info: &'static SiteInfo) -> Node {
        let (node, new) = self.node_of(info);
        let mut open = if new { vec![(info, node)] } else { Vec::new() };
        // Not by recursion: a chain of `after` may be long.
        while let Some((info, node)) = open.pop() {
            for before in info.after.iter().map(|before| before()) {
                let (earlier, new) = self.node_of(before);
                let declared = |node| Held { node, instance: None, exclusive: true, site: None };
                // No ring: the compiler has seen to that.
                self.graph.acquire(&[declared(earlier)], declared(node));
                open.extend(new.then_some((before, earlier)));
            }
        }
        node
    }

    /// Its node, and whether that is new.
    fn node_of(&mut self, info: &'static SiteInfo) -> (Node, bool) {
        let instantiation = info.instantiation.map(|name| name());
        let names = &mut self.names;
        let count = names.len();
        #[allow(clippy::cast_possible_truncation)] // fewer than 2^32 types
        let node =
            *self.nodes.get_or_insert_default().entry((info.class.slot(), instantiation)).or_insert_with(
                || {
                    names.push(info);
                    Node(count as u32)
                },
            );
        (node, names.len() > count)
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
        wanted.serial = site::serial_of(marks) << 1;
    }
    let held = held::all();
    let mut mix = Mix::new(wanted.info, wanted.serial >> 1);
    for entry in &held {
        mix.add(entry.info, entry.serial >> 1);
    }
    let leaf = held.iter().find(|entry| entry.info.leaf);
    if let Some(leaf) = leaf {
        leaf_held(leaf, wanted);
    }
    let ring = learn(&held, wanted);
    super::seen::note(&held, wanted);
    if let Some(ring) = &ring {
        inverted(ring, wanted);
    }
    // What is wrong is looked at each time: other lines are told, and a later `set_action` holds.
    if leaf.is_none() && ring.is_none() {
        THREAD.with(|thread| thread.settled.remember(mix));
    }
}

fn learn(held: &[Entry], wanted: &Entry) -> Option<Ring<Option<Line>>> {
    let mut learned = LEARNED.lock();
    let as_held = |learned: &mut Learned, entry: &Entry| Held {
        node: learned.node(entry.info),
        instance: (entry.serial >> 1 != 0).then_some(entry.serial >> 1),
        exclusive: entry.info.mode.is_exclusive(),
        site: Some(entry.line),
    };
    let steps: Vec<_> = held.iter().map(|entry| as_held(&mut learned, entry)).collect();
    let taken = as_held(&mut learned, wanted);
    for (step, entry) in steps.iter().zip(held) {
        let told_apart =
            step.instance.is_some() && taken.instance.is_some() && step.instance != taken.instance;
        if step.node != taken.node || told_apart {
            learned.seen.entry((step.node, taken.node)).or_insert((entry.line, wanted.line));
        }
    }
    learned.graph.acquire(&steps, taken)
}

/// A class's place in the order that is declared and learned: nested code that was not refused takes smaller places first.
/// Last where nothing is known of it.
pub(crate) fn rank(info: &'static SiteInfo) -> i64 {
    let mut learned = LEARNED.lock();
    let node = learned.node(info);
    learned.graph.rank(node).unwrap_or(i64::MAX)
}

/// `Type.field` of a node, with the arguments of a generic struct.
fn name(node: Node) -> String {
    let known = LEARNED.lock().names.get(node.0 as usize).copied();
    known.map_or_else(String::new, name_of)
}

/// `Type.field`, with the arguments of a generic struct.
pub(super) fn name_of(info: &'static SiteInfo) -> String {
    match info.instantiation {
        Some(arguments) => format!("{} of {}", info.class, arguments()),
        None => info.class.to_string(),
    }
}

/// All that were nested with anything.
pub(super) fn known() -> Vec<&'static SiteInfo> {
    let learned = LEARNED.lock();
    let nodes: BTreeSet<Node> = learned.seen.keys().flat_map(|(held, taken)| [*held, *taken]).collect();
    nodes.iter().filter_map(|node| learned.names.get(node.0 as usize).copied()).collect()
}

/// At most this many steps of a ring are printed.
const STEPS_TOLD: usize = 8;

#[cold]
#[track_caller]
fn inverted(ring: &Ring<Option<Line>>, wanted: &Entry) {
    let Some(first) = ring.first() else { return };
    let (held, taken) = (name(first.from.node), name(first.to.node));
    let Some(since) = first.from_site else { return }; // the first step is always one that was taken
    let mut message = if first.from.node == first.to.node {
        format!(
            "lock order inverted between two instances of `{taken}`: taken for {} at {} while another is held since {}",
            wanted.info.mode.word(),
            wanted.line,
            since
        )
    } else {
        format!(
            "lock order inverted at `{taken}`: taken for {} at {} while `{held}` is held since {}",
            wanted.info.mode.word(),
            wanted.line,
            since
        )
    };
    let way_back = way_back(&ring[1..]);
    for step in way_back.iter().take(STEPS_TOLD) {
        let (from, to) = (name(step.from), name(step.to));
        let _ = match step.lines {
            Some((since, at)) => {
                write!(message, "\n  but `{to}` was taken at {at} while `{from}` was held since {since}")
            }
            None => write!(
                message,
                "\n  but `{to}` (at {}) is declared to come after `{from}` (at {})",
                place_of(step.to),
                place_of(step.from)
            ),
        };
    }
    if way_back.len() > STEPS_TOLD {
        let _ = write!(message, "\n  and {} more steps", way_back.len() - STEPS_TOLD);
    }
    message.push_str("\n  two threads that do both at once wait for each other for ever: take them in one order everywhere");
    found(Finding::Inversion, wanted, Some((held, since)), message);
}

/// A step of the way back from what is taken to what is held.
struct Step {
    from: Node,
    to: Node,
    /// `None` where it is declared.
    lines: Option<(Line, Line)>,
}

/// What is declared in several steps is one: fields that lie between the two say nothing.
fn way_back(ring: &[RingEdge<Option<Line>>]) -> Vec<Step> {
    let mut steps: Vec<Step> = Vec::new();
    for edge in ring {
        let lines = edge.from_site.zip(edge.to_site);
        match steps.last_mut() {
            Some(last) if last.lines.is_none() && lines.is_none() => last.to = edge.to.node,
            _ => steps.push(Step { from: edge.from.node, to: edge.to.node, lines }),
        }
    }
    steps
}

/// Where a field is declared.
fn place_of(node: Node) -> String {
    let known = LEARNED.lock().names.get(node.0 as usize).copied();
    known.map_or_else(String::new, |info| {
        let (file, line) = info.class.place();
        format!("{file}:{line}")
    })
}

#[cold]
#[track_caller]
fn leaf_held(leaf: &Entry, wanted: &Entry) {
    let message = format!(
        "`{}` is taken for {} at {} while the leaf `{}` is held since {}\n  nothing guarded is locked under a `leaf`: end its scope first, or drop `leaf` from its attribute",
        wanted.info.class,
        wanted.info.mode.word(),
        wanted.line,
        leaf.info.class,
        leaf.line
    );
    found(Finding::LeafHeld, wanted, Some((leaf.info.class.to_string(), leaf.line)), message);
}

/// An instance is taken while one with the same or a higher number is held.
#[cold]
#[track_caller]
pub(super) fn numbers_fall(info: &'static SiteInfo, (outer, since): (u64, Line), number: u64) {
    let wanted = Entry { cell: 0, info, line: Location::caller(), serial: 0 };
    let field = info.class.to_string();
    let message = format!(
        "`{field}` number {number} is taken for {} at {} while number {outer} is held since {since}\n  numbered instances of one field are taken in ascending order; `with_all` takes them in any",
        info.mode.word(),
        wanted.line
    );
    found(Finding::Inversion, &wanted, Some((field, since)), message);
}

/// A thread is about to wait for what others must do, a condition of the cell or another caller's load: it should hold
/// nothing else.
#[track_caller]
pub(crate) fn waits_while_holding(what: &str, site: &'static SiteInfo, cell: usize, at: Line) {
    let Some(other) = held::all().into_iter().rfind(|held| held.cell != cell) else { return };
    let wanted = Entry { cell: 0, info: site, line: at, serial: 0 };
    let message = format!(
        "waits for {what} of `{}` at {} while `{}` is held for {} since {}\n  whoever must bring it about may need that lock first: end its scope before waiting",
        site.class,
        wanted.line,
        other.info.class,
        other.info.mode.word(),
        other.line
    );
    found(Finding::WaitWhileHolding, &wanted, Some((other.info.class.to_string(), other.line)), message);
}

/// A thread is about to wait for something outside of the library, or to do what is to happen with nothing locked.
#[track_caller]
pub(crate) fn outside(what: std::fmt::Arguments<'_>) {
    let Some(held) = held::any().then(held::all).and_then(|all| all.into_iter().next_back()) else { return };
    let wanted = Entry { cell: 0, info: held.info, line: Location::caller(), serial: 0 };
    let message = format!(
        "{what} at {} while `{}` is held for {} since {}\n  others may need that lock meanwhile: end its scope first",
        wanted.line,
        held.info.class,
        held.info.mode.word(),
        held.line
    );
    found(Finding::WaitWhileHolding, &wanted, Some((held.info.class.to_string(), held.line)), message);
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
pub(crate) fn reentrant(info: &'static SiteInfo, held_at: Line, held: Mode) -> ! {
    let at = Location::caller();
    let instead = match info.class.strategy() {
        "sharded" => "whichever keys the two scopes are of: `with_write_many` takes several; else",
        "striped" => "two keys may have one lock, whichever they are: `with_many` takes several; else",
        _ => "use the value that the outer scope was given, or",
    };
    let message = format!(
        "`{field}` is locked twice by one thread: for {} at {at}, inside the {} scope entered at {held_at}\n  {instead} end that scope first (a callback, a `Drop` or another task inside it counts as inside); a `try_with_..` call returns an error instead",
        info.mode.word(),
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
    crate::event::fatal(&event)
}

/// The nestings seen so far: held, taken, and where first.
pub(crate) fn edges() -> Vec<(String, String, Line, Line)> {
    let seen: Vec<_> = LEARNED.lock().seen.iter().map(|(pair, lines)| (*pair, *lines)).collect();
    seen.into_iter().map(|((held, taken), (since, at))| (name(held), name(taken), since, at)).collect()
}
