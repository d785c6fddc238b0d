//! What happened: counts, waits, holds, and the report that tells them.

use crate::error::Line;
use crate::site::Class;
use crate::sync::{AtomicU64, Internal, Ordering};
use crate::thread::THREAD;
use std::cell::Cell;
use std::collections::BTreeMap;
use std::hint::cold_path;
use std::sync::LazyLock;
use std::time::{Duration, Instant};

mod histogram;
pub mod report;
mod waits;

use histogram::Histogram;
use report::{FieldReport, OrderEdge, PartsReport, Place, Report};

/// One thread's counts, three a class: writes, reads, and those of both that found the lock taken. Only its thread writes, so no access waits for another's
/// cache line.
type Table = &'static [AtomicU64];

/// The last of a class's three counts.
const CONTENDED: usize = 2;

/// One hold in this many is timed, on average.
const SAMPLE: u32 = 1024;

/// By how much the distance of two timed holds varies. A loop that locks several fields in turn would else always show the
/// same one.
const VARIES: u32 = 64;

/// One thread's counts and timed holds.
pub(crate) struct Local {
    table: Cell<Table>,
    until_sample: Cell<u32>,
    /// How many were timed.
    sampled: Cell<u32>,
    timed: [Cell<Option<Timed>>; TIMED],
    #[cfg(not(feature = "order-check"))]
    timing: Cell<bool>,
}

/// Holds of one thread that are timed at once; a further one is not timed.
const TIMED: usize = 4;

/// When a hold began, if it is one of those that are timed.
#[derive(Clone, Copy)]
struct Timed {
    class: &'static Class,
    cell: usize,
    since: Instant,
    after_wait: bool,
}

impl Local {
    #[allow(clippy::declare_interior_mutable_const)] // each thread starts with a fresh one
    pub(crate) const NEW: Self = Self {
        table: Cell::new(&[]),
        until_sample: Cell::new(SAMPLE),
        sampled: Cell::new(0),
        timed: [const { Cell::new(None) }; TIMED],
        #[cfg(not(feature = "order-check"))]
        timing: Cell::new(false),
    };
}

#[inline(always)]
fn with<R>(f: impl FnOnce(&Local) -> R) -> R {
    THREAD.with(|thread| f(&thread.observed))
}

/// Every table that was ever made. A thread that ends leaves its table to the next one, which counts on from
/// there: the sums stay right and nothing is copied.
#[derive(Default)]
struct Tables {
    all: Vec<Table>,
    free: Vec<Table>,
}

static TABLES: LazyLock<Internal<Tables>> = LazyLock::new(Internal::default);

/// Gives the table back as its thread ends.
struct Lease(Cell<Option<Table>>);

impl Drop for Lease {
    fn drop(&mut self) {
        #[cfg(not(any(loom, shuttle)))]
        // a model's threads, and their locals, have ended before the real one
        with(|local| local.table.set(&[]));
        if let Some(table) = self.0.take() {
            TABLES.lock().free.push(table);
        }
    }
}

std::thread_local! {
    static LEASE: Lease = const { Lease(Cell::new(None)) };
}

/// Counts one access; true for the one in 1024 whose hold is to be timed.
#[inline(always)]
pub(crate) fn count(class: &'static Class, write: bool) -> bool {
    with(|local| {
        let column = usize::from(!write);
        if let Some(counter) = local.table.get().get(class.quick_slot() as usize + column) {
            bump(counter);
        } else {
            cold_path();
            count_first(class, column);
        }
        let left = local.until_sample.get() - 1;
        local.until_sample.set(left);
        left == 0
    })
}

#[inline(always)]
fn bump(counter: &AtomicU64) {
    // This thread is the only writer: a load and a store are enough.
    counter.store(counter.load(Ordering::Relaxed) + 1, Ordering::Relaxed);
}

/// The class or the thread is new, or the thread's locals are gone already.
#[cold]
#[inline(never)]
fn count_first(class: &'static Class, column: usize) {
    let place = class.slot() as usize + column;
    let leased = LEASE.try_with(|lease| {
        let mut tables = TABLES.lock();
        if let Some(small) = lease.0.take() {
            tables.free.push(small);
        }
        let table = if let Some(place) = tables.free.iter().position(|table| table.len() > place) {
            tables.free.swap_remove(place)
        } else {
            let len = (place + 1).next_power_of_two().max(64);
            let new: Table = Box::leak((0..len).map(|_| AtomicU64::new(0)).collect());
            tables.all.push(new);
            new
        };
        lease.0.set(Some(table));
        table
    });
    if let Ok(table) = leased {
        with(|local| local.table.set(table));
        bump(&table[place]);
    } else {
        stats(class).late[column].fetch_add(1, Ordering::Relaxed);
    }
}

/// What a class has beyond its counts, made when it is first waited for or timed.
#[derive(Debug)]
pub(crate) struct Stats {
    /// Counted after the thread's table was given back.
    late: [AtomicU64; 3],
    waits: AtomicU64,
    wait_total: AtomicU64,
    wait_max: AtomicU64,
    stalls: AtomicU64,
    panics: AtomicU64,
    hold: Histogram,
    hold_contended: Histogram,
    /// How many parts an instance has, and the sampled accesses of each by its address.
    parts: AtomicU64,
    loads: Internal<BTreeMap<usize, u64>>,
}

/// At most so many parts of a field are told apart.
const PARTS: usize = 4096;

fn stats(class: &'static Class) -> &'static Stats {
    class.stats.get_or_init(|| {
        class.slot();
        Box::new(Stats {
            late: [const { AtomicU64::new(0) }; 3],
            waits: AtomicU64::new(0),
            wait_total: AtomicU64::new(0),
            wait_max: AtomicU64::new(0),
            stalls: AtomicU64::new(0),
            panics: AtomicU64::new(0),
            hold: Histogram::new(),
            hold_contended: Histogram::new(),
            parts: AtomicU64::new(0),
            loads: Internal::new(BTreeMap::new()),
        })
    })
}

fn nanos(time: Duration) -> u64 {
    u64::try_from(time.as_nanos()).unwrap_or(u64::MAX)
}

/// Begins the one hold in 1024 that is timed.
#[cold]
#[inline(never)]
pub(crate) fn sample(class: &'static Class, cell: usize) {
    with(|local| {
        let number = local.sampled.get().wrapping_add(1);
        local.sampled.set(number);
        let varied = (number.wrapping_mul(0x9E37_79B9) >> 16) % VARIES;
        local.until_sample.set(SAMPLE - VARIES / 2 + varied);
    });
    time(class, cell, false);
    if class.has_parts() {
        let mut loads = stats(class).loads.lock();
        if loads.len() < PARTS || loads.contains_key(&cell) {
            *loads.entry(cell).or_insert(0) += 1;
        }
    }
}

/// An instance of a field with so many locks was made.
pub(crate) fn parts(class: &'static Class, count: usize) {
    stats(class).parts.fetch_max(count as u64, Ordering::Relaxed);
}

/// Begins a timed hold, if there is room to.
#[cold]
pub(crate) fn time(class: &'static Class, cell: usize, after_wait: bool) {
    with(|local| {
        if let Some(slot) = local.timed.iter().find(|slot| slot.get().is_none()) {
            slot.set(Some(Timed { class, cell, since: Instant::now(), after_wait }));
        }
    });
    #[cfg(feature = "order-check")]
    crate::order::held::attend();
    #[cfg(not(feature = "order-check"))]
    with(|local| local.timing.set(true));
}

/// Without the order check's stack, which notes it on the way: some hold of this thread is timed.
#[cfg(not(feature = "order-check"))]
#[inline(always)]
pub(crate) fn is_timing() -> bool {
    with(|local| local.timing.get())
}

/// Ends the timed holds of a cell.
#[cold]
#[inline(never)]
pub(crate) fn end(cell: usize) {
    with(|local| {
        for slot in &local.timed {
            if let Some(timed) = slot.get().filter(|timed| timed.cell == cell) {
                slot.set(None);
                let stats = stats(timed.class);
                let histogram = if timed.after_wait { &stats.hold_contended } else { &stats.hold };
                histogram.record(nanos(timed.since.elapsed()));
            }
        }
        #[cfg(not(feature = "order-check"))]
        local.timing.set(local.timed.iter().any(|slot| slot.get().is_some()));
    });
}

/// An access found the lock taken.
pub(crate) fn contended(class: &'static Class) {
    with(|local| match local.table.get().get(class.quick_slot() as usize + CONTENDED) {
        Some(counter) => bump(counter),
        None => count_first(class, CONTENDED),
    });
}

/// An access went to sleep and came back after `time`, whether it got in or gave up.
pub(crate) fn waited(class: &'static Class, waiter: Line, holder: Option<Line>, time: Duration) {
    let stats = stats(class);
    let time = nanos(time);
    stats.waits.fetch_add(1, Ordering::Relaxed);
    stats.wait_total.fetch_add(time, Ordering::Relaxed);
    stats.wait_max.fetch_max(time, Ordering::Relaxed);
    waits::record(class, waiter, holder, time);
}

/// A wait outlasted the stall limit.
#[cfg(not(any(loom, shuttle)))] // a model has no stall watch
pub(crate) fn stalled(class: &'static Class) {
    stats(class).stalls.fetch_add(1, Ordering::Relaxed);
}

/// A panic left a write scope.
pub(crate) fn panicked(class: &'static Class) {
    stats(class).panics.fetch_add(1, Ordering::Relaxed);
}

/// What every guarded field of the process has seen so far.
///
/// Counts are exact up to accesses that are under way; holds are sampled, one in 1024, beside every hold that
/// followed a wait. [`Report`] prints as a table and turns itself into JSON, Prometheus text, DOT, folded stacks
/// and a page.
///
/// ```
/// # use guarded_core::Guarded;
/// let stock: Guarded<u32> = Guarded::new(3);
/// stock.with_write(|n| *n += 1);
/// println!("{}", guarded_core::report());
/// ```
///
/// # Cost
/// One pass over all threads' counters; nobody who locks is made to wait.
#[must_use]
pub fn report() -> Report {
    let tables = TABLES.lock().all.clone();
    let mut fields = Vec::new();
    for class in Class::all() {
        let slot = class.quick_slot() as usize;
        let (file, line) = class.place();
        let mut field =
            FieldReport { field: class.to_string(), strategy: class.strategy(), ..FieldReport::default() };
        field.declared = Place::new(file, line);
        let sum = |place: usize| -> u64 {
            tables
                .iter()
                .filter_map(|table| table.get(place))
                .map(|count| count.load(Ordering::Relaxed))
                .sum()
        };
        (field.writes, field.reads, field.contended) = (sum(slot), sum(slot + 1), sum(slot + CONTENDED));
        if let Some(stats) = class.stats.get() {
            field.writes += stats.late[0].load(Ordering::Relaxed);
            field.reads += stats.late[1].load(Ordering::Relaxed);
            field.contended += stats.late[CONTENDED].load(Ordering::Relaxed);
            field.waits = stats.waits.load(Ordering::Relaxed);
            field.wait_total = Duration::from_nanos(stats.wait_total.load(Ordering::Relaxed));
            field.wait_max = Duration::from_nanos(stats.wait_max.load(Ordering::Relaxed));
            field.stalls = stats.stalls.load(Ordering::Relaxed);
            field.panics = stats.panics.load(Ordering::Relaxed);
            field.hold = stats.hold.summary();
            field.hold_contended = stats.hold_contended.summary();
            field.spread = spread(stats);
        }
        fields.push(field);
    }
    let (waits, waits_lost) = waits::all();
    Report { fields, waits, waits_lost, order: order_edges() }
}

fn spread(stats: &Stats) -> Option<PartsReport> {
    let parts = stats.parts.load(Ordering::Relaxed);
    if parts == 0 {
        return None;
    }
    let mut spread = PartsReport { parts, loads: stats.loads.lock().values().copied().collect() };
    spread.loads.sort_unstable_by(|one, other| other.cmp(one));
    Some(spread)
}

#[cfg(feature = "order-check")]
fn order_edges() -> Vec<OrderEdge> {
    let edges = crate::order::check::edges().into_iter();
    edges
        .map(|(held, taken, held_at, taken_at)| OrderEdge {
            held,
            taken,
            held_at: held_at.into(),
            taken_at: taken_at.into(),
        })
        .collect()
}

#[cfg(not(feature = "order-check"))]
fn order_edges() -> Vec<OrderEdge> {
    Vec::new()
}
