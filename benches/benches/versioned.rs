//! A map in versions beside one that is cloned for each change: what a snapshot, an update and a version cost, by the number of entries.
//!
//! ```sh
//! cargo bench -p guarded-benches --bench versioned   # 1 min
//! ```
//! - `snapshot`: nanoseconds until one has a consistent view of the whole map, to keep.
//! - `update`: microseconds to change the value of one key that is there, keys drawn at random.
//! - `bytes`: what a version takes while it is kept, beside the one before it: allocated, less what was freed, over 64 versions.
//! - `read`: nanoseconds of a look at one key, by a thread beside another that updates without rest.

use guarded_benches::{Chart, Curve, Machine, Results, Spread, Usage, chart, quick};
use guarded_state::guarded;
use std::alloc::{GlobalAlloc, Layout, System};
use std::collections::HashMap;
use std::fmt::Write;
use std::hint::black_box;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicIsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

static ALLOCATED: AtomicIsize = AtomicIsize::new(0);

/// Adds up what is allocated.
struct Counting;

#[allow(clippy::cast_possible_wrap)] // no allocation is that large
// SAFETY: every call goes to the system's allocator as it came.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        ALLOCATED.fetch_add(layout.size() as isize, Ordering::Relaxed);
        // SAFETY: as the caller says.
        unsafe { System.alloc(layout) }
    }
    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        ALLOCATED.fetch_sub(layout.size() as isize, Ordering::Relaxed);
        // SAFETY: as the caller says.
        unsafe { System.dealloc(pointer, layout) }
    }
}

#[global_allocator]
static COUNTING: Counting = Counting;

type Persistent = imbl::HashMap<u64, u64>;
type Plain = HashMap<u64, u64>;

/// A map that many read and one writes.
trait Map: Sync {
    type Snapshot;
    fn filled(entries: u64) -> Self;
    fn snapshot(&self) -> Self::Snapshot;
    fn update(&self, key: u64);
    fn read(&self, key: u64) -> u64;
}

macro_rules! versioned {
    ($name:ident: $map:ident) => {
        #[guarded]
        struct $name {
            #[guarded(versioned)]
            map: $map,
        }

        impl Map for $name {
            type Snapshot = guarded_state::Snapshot<$map>;
            fn filled(entries: u64) -> Self {
                Self { map: (0..entries).map(|n| (n, n)).collect::<$map>().into() }
            }
            fn snapshot(&self) -> Self::Snapshot {
                self.map.snapshot()
            }
            fn update(&self, key: u64) {
                self.map.modify(&key, |value| *value += 1);
            }
            fn read(&self, key: u64) -> u64 {
                self.map.get_cloned(&key).unwrap_or(0)
            }
        }
    };
}
versioned!(VersionedPersistent: Persistent);
versioned!(VersionedPlain: Plain);

/// What one writes by hand: readers take the `Arc`, a writer makes a copy of it.
macro_rules! by_hand {
    ($name:ident: $map:ident) => {
        struct $name(parking_lot::RwLock<Arc<$map>>);

        impl Map for $name {
            type Snapshot = Arc<$map>;
            fn filled(entries: u64) -> Self {
                Self(parking_lot::RwLock::new(Arc::new((0..entries).map(|n| (n, n)).collect())))
            }
            fn snapshot(&self) -> Self::Snapshot {
                Arc::clone(&self.0.read())
            }
            fn update(&self, key: u64) {
                let mut map = self.0.write();
                // Clones it where a snapshot is alive, and changes it in place where none is.
                if let Some(value) = Arc::make_mut(&mut map).get_mut(&key) {
                    *value += 1;
                }
            }
            fn read(&self, key: u64) -> u64 {
                self.0.read().get(&key).copied().unwrap_or(0)
            }
        }
    };
}
by_hand!(LockedPersistent: Persistent);
by_hand!(LockedPlain: Plain);

/// Keys that look random, the same ones for all.
fn draw(from: u64, entries: u64) -> u64 {
    from.wrapping_mul(0x9E37_79B9_7F4A_7C15).rotate_left(17) % entries
}

/// Nanoseconds of one call, of as many as fit.
#[allow(clippy::cast_precision_loss)] // a count of calls
fn time(length: Duration, mut call: impl FnMut(u64)) -> f64 {
    let (from, mut calls) = (Instant::now(), 0);
    while from.elapsed() < length {
        for _ in 0..16 {
            calls += 1;
            call(calls);
        }
    }
    from.elapsed().as_secs_f64() * 1e9 / calls as f64
}

#[derive(Clone, Copy)]
struct Round {
    snapshot: f64,
    update: f64,
    bytes: f64,
    read: f64,
}

#[allow(clippy::cast_precision_loss)] // bytes of 64 versions
fn measure<M: Map>(machine: &Machine, entries: u64, length: Duration) -> Round {
    const KEPT: u64 = 64;
    let map = M::filled(entries);
    let snapshot = time(length, |_| drop(black_box(map.snapshot())));
    // A snapshot is alive at each update, as it is where somebody looks.
    let mut kept = map.snapshot();
    let update = time(length, |n| {
        map.update(draw(n, entries));
        kept = map.snapshot();
    });
    drop(kept);
    let before = ALLOCATED.load(Ordering::Relaxed);
    let versions: Vec<_> = (0..KEPT)
        .map(|n| {
            map.update(draw(n, entries));
            map.snapshot()
        })
        .collect();
    let bytes = (ALLOCATED.load(Ordering::Relaxed) - before) as f64 / KEPT as f64;
    drop(versions);
    let over = AtomicBool::new(false);
    let read = thread::scope(|scope| {
        scope.spawn(|| {
            machine.share_out(1);
            let mut n = 0;
            while !over.load(Ordering::Relaxed) {
                n += 1;
                map.update(draw(n, entries));
            }
        });
        machine.share_out(0);
        let read = time(length, |n| _ = black_box(map.read(draw(n, entries))));
        over.store(true, Ordering::Relaxed);
        read
    });
    Round { snapshot, update, bytes, read }
}

/// Measures a map once.
type Way = fn(&Machine, u64, Duration) -> Round;

fn main() {
    let (rounds, length, sizes) =
        if quick() { (1, 2, vec![1000]) } else { (9, 40, vec![1000, 100_000, 1_000_000]) };
    let (length, machine) = (Duration::from_millis(length), Machine::here());
    let maps: [(&str, Way); 4] = [
        ("versioned, imbl", measure::<VersionedPersistent>),
        ("versioned, HashMap", measure::<VersionedPlain>),
        ("RwLock of Arc, imbl", measure::<LockedPersistent>),
        ("RwLock of Arc, HashMap", measure::<LockedPlain>),
    ];
    let usage = Usage::now();
    let mut text = String::from(
        "| map | entries | snapshot | update | bytes a version | read beside a writer |\n| --- | --- | --- | --- | --- | --- |\n",
    );
    let mut csv = String::from("map,entries,rounds,snapshot_ns,update_us,bytes,read_ns\n");
    let mut curves: Vec<[Vec<f64>; 2]> = maps.iter().map(|_| [Vec::new(), Vec::new()]).collect();
    for entries in &sizes {
        let mut found: Vec<Vec<Round>> = maps.iter().map(|_| Vec::new()).collect();
        for number in 0..rounds {
            for place in 0..maps.len() {
                let place = (place + number) % maps.len();
                found[place].push((maps[place].1)(&machine, *entries, length));
            }
        }
        for (place, ((name, _), found)) in maps.iter().zip(&found).enumerate() {
            let of = |what: fn(&Round) -> f64| Spread::of(found.iter().map(what).collect()).middle;
            let (snapshot, update) = (of(|round| round.snapshot), of(|round| round.update) / 1e3);
            let (bytes, read) = (of(|round| round.bytes), of(|round| round.read));
            curves[place][0].push(update);
            curves[place][1].push(bytes);
            writeln!(
                text,
                "| {name} | {entries} | {snapshot:.1} ns | {update:.2} µs | {bytes:.0} | {read:.0} ns |"
            )
            .expect("a string takes everything");
            writeln!(csv, "\"{name}\",{entries},{rounds},{snapshot:.2},{update:.3},{bytes:.0},{read:.1}")
                .expect("a string takes everything");
        }
    }
    writeln!(
        text,
        "\nMedians of {rounds} rounds; meanwhile other programs had {:.2} processors.",
        usage.others()
    )
    .expect("a string takes everything");
    let panel = |place: usize, title: &str, unit| Chart {
        title: title.into(),
        ticks: sizes.iter().map(ToString::to_string).collect(),
        unit,
        logarithmic: true,
        curves: maps
            .iter()
            .zip(&curves)
            .map(|((name, _), points)| Curve { name: (*name).into(), points: points[place].clone() })
            .collect(),
    };
    let charts = [panel(0, "update of one entry", "microseconds"), panel(1, "memory of a version", "bytes")];
    let results = Results::open(env!("CARGO_TARGET_TMPDIR"));
    results.write("versioned.csv", &csv);
    let note = format!("a snapshot is alive at each update; medians of {rounds} rounds");
    results.write("versioned.svg", &chart("A map in versions", &note, 2, &charts));
    results.table("versioned", &text);
}
