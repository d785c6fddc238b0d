//! What happened: counts, waits, holds, and the report that tells them.

use crate::error::Line;
use crate::site::Class;
use crate::sync::{AtomicU64, Internal, Ordering, thread_state};
use std::cell::Cell;
use std::sync::LazyLock;
use std::time::Duration;

mod histogram;
pub mod report;
mod waits;

use histogram::Histogram;
use report::{FieldReport, OrderEdge, Place, Report};

/// One thread's counts of one class. Only its thread writes, so no access waits for another's cache line.
#[derive(Debug, Default)]
pub(crate) struct Counter {
    reads: AtomicU64,
    writes: AtomicU64,
}

/// One hold in this many is timed.
const SAMPLE: u32 = 1024;

struct Local {
    table: Cell<&'static [Counter]>,
    until_sample: Cell<u32>,
}

thread_state! {
    static LOCAL: Local = Local { table: Cell::new(&[]), until_sample: Cell::new(SAMPLE) }
}

/// Every table that was ever made. A thread that ends leaves its table to the next one, which counts on from
/// there: the sums stay right and nothing is copied.
#[derive(Default)]
struct Tables {
    all: Vec<&'static [Counter]>,
    free: Vec<&'static [Counter]>,
}

static TABLES: LazyLock<Internal<Tables>> = LazyLock::new(Internal::default);

/// Gives the table back as its thread ends.
struct Lease(Cell<Option<&'static [Counter]>>);

impl Drop for Lease {
    fn drop(&mut self) {
        LOCAL.with(|local| local.table.set(&[]));
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
    LOCAL.with(|local| {
        match local.table.get().get(class.quick_id() as usize) {
            Some(counter) => bump(if write { &counter.writes } else { &counter.reads }),
            None => count_first(class, write),
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
fn count_first(class: &'static Class, write: bool) {
    let id = class.id() as usize;
    let leased = LEASE.try_with(|lease| {
        let mut tables = TABLES.lock();
        if let Some(small) = lease.0.take() {
            tables.free.push(small);
        }
        let table = if let Some(place) = tables.free.iter().position(|table| table.len() > id) {
            tables.free.swap_remove(place)
        } else {
            let len = (id + 1).next_power_of_two().max(32);
            let new: &'static [Counter] = Box::leak((0..len).map(|_| Counter::default()).collect());
            tables.all.push(new);
            new
        };
        lease.0.set(Some(table));
        table
    });
    if let Ok(table) = leased {
        LOCAL.with(|local| local.table.set(table));
        bump(if write { &table[id].writes } else { &table[id].reads });
    } else {
        let late = &stats(class).late;
        let late = if write { &late.writes } else { &late.reads };
        late.fetch_add(1, Ordering::Relaxed);
    }
}

/// What a class has beyond its counts, made when it is first waited for or timed.
#[derive(Debug)]
pub(crate) struct Stats {
    late: Counter,
    contended: AtomicU64,
    waits: AtomicU64,
    wait_total: AtomicU64,
    wait_max: AtomicU64,
    stalls: AtomicU64,
    panics: AtomicU64,
    hold: Histogram,
    hold_contended: Histogram,
}

fn stats(class: &'static Class) -> &'static Stats {
    class.stats.get_or_init(|| {
        class.id();
        Box::new(Stats {
            late: Counter::default(),
            contended: AtomicU64::new(0),
            waits: AtomicU64::new(0),
            wait_total: AtomicU64::new(0),
            wait_max: AtomicU64::new(0),
            stalls: AtomicU64::new(0),
            panics: AtomicU64::new(0),
            hold: Histogram::new(),
            hold_contended: Histogram::new(),
        })
    })
}

fn nanos(time: Duration) -> u64 {
    u64::try_from(time.as_nanos()).unwrap_or(u64::MAX)
}

/// Starts the next run of untimed holds.
#[cold]
pub(crate) fn restart_sampling() {
    LOCAL.with(|local| local.until_sample.set(SAMPLE));
}

/// An access found the lock taken.
pub(crate) fn contended(class: &'static Class) {
    stats(class).contended.fetch_add(1, Ordering::Relaxed);
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
pub(crate) fn stalled(class: &'static Class) {
    stats(class).stalls.fetch_add(1, Ordering::Relaxed);
}

/// A panic left a write scope.
pub(crate) fn panicked(class: &'static Class) {
    stats(class).panics.fetch_add(1, Ordering::Relaxed);
}

/// A timed hold ended.
#[cold]
pub(crate) fn held_for(class: &'static Class, time: Duration, after_wait: bool) {
    let stats = stats(class);
    let histogram = if after_wait { &stats.hold_contended } else { &stats.hold };
    histogram.record(nanos(time));
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
        let id = class.quick_id() as usize;
        let (file, line) = class.place();
        let mut field =
            FieldReport { field: class.to_string(), strategy: class.strategy(), ..FieldReport::default() };
        field.declared = Place::new(file, line);
        for counter in tables.iter().filter_map(|table| table.get(id)) {
            field.reads += counter.reads.load(Ordering::Relaxed);
            field.writes += counter.writes.load(Ordering::Relaxed);
        }
        if let Some(stats) = class.stats.get() {
            field.reads += stats.late.reads.load(Ordering::Relaxed);
            field.writes += stats.late.writes.load(Ordering::Relaxed);
            field.contended = stats.contended.load(Ordering::Relaxed);
            field.waits = stats.waits.load(Ordering::Relaxed);
            field.wait_total = Duration::from_nanos(stats.wait_total.load(Ordering::Relaxed));
            field.wait_max = Duration::from_nanos(stats.wait_max.load(Ordering::Relaxed));
            field.stalls = stats.stalls.load(Ordering::Relaxed);
            field.panics = stats.panics.load(Ordering::Relaxed);
            field.hold = stats.hold.summary();
            field.hold_contended = stats.hold_contended.summary();
        }
        fields.push(field);
    }
    let (waits, waits_lost) = waits::all();
    Report { fields, waits, waits_lost, order: order_edges() }
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
