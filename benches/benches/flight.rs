//! A cold key that very many threads ask for at once, and a key that is there: single flight beside moka.
//!
//! ```sh
//! cargo bench -p guarded-benches --bench flight   # 15 s
//! ```
//! - `loads`: how often the loader ran, which sleeps for a millisecond. All threads have been started and ask at
//!   once. `RwLock<HashMap>` is a map without single flight: look, load, insert.
//! - `p50`, `p99`, `longest`: from the call until it returns, of all threads; the median of the rounds.
//! - `hit`: nanoseconds of a call for a key that is there, by one thread and by two, which is all that most calls are.

use guarded_benches::{Machine, Results, Spread, Usage, quick};
use guarded_state::guarded;
use std::collections::HashMap;
use std::convert::Infallible;
use std::fmt::Write;
use std::hint::black_box;
use std::sync::Barrier;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::thread;
use std::time::{Duration, Instant};

/// A loading cache.
trait Cache: Default + Sync {
    fn get(&self, key: u64, load: impl FnOnce() -> u64) -> u64;
}

#[guarded]
#[derive(Default)]
struct Flight {
    #[guarded(single_flight)]
    map: HashMap<u64, u64>,
}

impl Cache for Flight {
    fn get(&self, key: u64, load: impl FnOnce() -> u64) -> u64 {
        self.map.get_or_load(key, |_| Ok::<_, Infallible>(load())).map_or(0, |loaded| loaded.value)
    }
}

struct Moka(moka::sync::Cache<u64, u64>);

impl Default for Moka {
    fn default() -> Self {
        Self(moka::sync::Cache::new(10_000))
    }
}

impl Cache for Moka {
    fn get(&self, key: u64, load: impl FnOnce() -> u64) -> u64 {
        self.0.get_with(key, load)
    }
}

#[derive(Default)]
struct Map(parking_lot::RwLock<HashMap<u64, u64>>);

impl Cache for Map {
    fn get(&self, key: u64, load: impl FnOnce() -> u64) -> u64 {
        if let Some(value) = self.0.read().get(&key) {
            return *value;
        }
        let value = load();
        self.0.write().insert(key, value);
        value
    }
}

/// Of one herd: loads, and microseconds.
#[derive(Clone, Copy)]
struct Herd {
    loads: f64,
    p50: f64,
    p99: f64,
    longest: f64,
}

fn herd<C: Cache>(threads: usize) -> Herd {
    let (cache, loads, start) = (C::default(), AtomicU32::new(0), Barrier::new(threads));
    let ask = &|| {
        start.wait();
        let from = Instant::now();
        let value = cache.get(7, || {
            loads.fetch_add(1, Ordering::Relaxed);
            thread::sleep(Duration::from_millis(1));
            42
        });
        assert_eq!(value, 42);
        from.elapsed().as_secs_f64() * 1e6
    };
    let mut times: Vec<f64> = thread::scope(|scope| {
        let asked: Vec<_> = (0..threads).map(|_| scope.spawn(ask)).collect();
        asked.into_iter().map(|asked| asked.join().expect("no cache panics")).collect()
    });
    times.sort_by(f64::total_cmp);
    let at = |hundredths: usize| times[(threads * hundredths / 100).min(threads - 1)];
    Herd { loads: f64::from(loads.load(Ordering::Relaxed)), p50: at(50), p99: at(99), longest: at(100) }
}

/// Nanoseconds a call.
fn hit<C: Cache>(machine: &Machine, threads: usize, length: Duration) -> f64 {
    let (cache, start, over) = (C::default(), Barrier::new(threads + 1), AtomicBool::new(false));
    for key in 0..1000 {
        cache.get(key, || key);
    }
    let run = &|thread: usize| {
        machine.share_out(thread);
        start.wait();
        let (from, mut calls) = (Instant::now(), 0_u32);
        while !over.load(Ordering::Relaxed) {
            for _ in 0..64 {
                calls += 1;
                black_box(cache.get(black_box(u64::from(calls) * 17 % 1000), || 0));
            }
        }
        from.elapsed().as_secs_f64() * 1e9 / f64::from(calls)
    };
    thread::scope(|scope| {
        let runs: Vec<_> = (0..threads).map(|thread| scope.spawn(move || run(thread))).collect();
        start.wait();
        thread::sleep(length);
        over.store(true, Ordering::Relaxed);
        let times = runs.into_iter().map(|run| run.join().expect("no cache panics"));
        times.sum::<f64>() / f64::from(u32::try_from(threads).unwrap_or(1))
    })
}

/// What the rounds found out about one cache.
#[derive(Default)]
struct Row {
    herds: Vec<Herd>,
    hits: [Vec<f64>; 2],
}

fn measure<C: Cache>(row: &mut Row, machine: &Machine, threads: usize, length: Duration) {
    row.herds.push(herd::<C>(threads));
    for (hits, threads) in row.hits.iter_mut().zip([1, 2]) {
        hits.push(hit::<C>(machine, threads, length));
    }
}

/// Measures a cache once, in all ways.
type Way = fn(&mut Row, &Machine, usize, Duration);

fn main() {
    let (rounds, threads, length) = if quick() { (1, 20, 2) } else { (51, 500, 20) };
    let length = Duration::from_millis(length);
    let machine = Machine::here();
    let caches: [(&str, Way); 3] = [
        ("single_flight", measure::<Flight>),
        ("moka get_with", measure::<Moka>),
        ("RwLock&lt;HashMap&gt;", measure::<Map>),
    ];
    let mut rows = caches.map(|_| Row::default());
    let usage = Usage::now();
    let mut hand_overs = Vec::new();
    for number in 0..rounds {
        hand_overs.push(machine.hand_over(Duration::from_millis(4)));
        for place in 0..caches.len() {
            let place = (place + number) % caches.len();
            (caches[place].1)(&mut rows[place], &machine, threads, length);
        }
    }
    let (others, hand_over) = (usage.others(), Spread::of(hand_overs).middle);
    let mut text = format!(
        "{threads} threads, {rounds} rounds; a cache line passes in {hand_over:.0} ns; meanwhile other programs had {others:.2} processors.\n\n\
         | cache | loads | p50 | p99 | longest | hit, 1 thread | hit, 2 threads |\n| --- | --- | --- | --- | --- | --- | --- |\n"
    );
    let mut csv = String::from(
        "cache,threads,rounds,hand_over_ns,loads,p50_us,p99_low_us,p99_us,p99_high_us,longest_us,hit_1_ns,hit_2_ns\n",
    );
    for ((name, _), row) in caches.iter().zip(&rows) {
        let of = |what: fn(&Herd) -> f64| Spread::of(row.herds.iter().map(what).collect());
        let (loads, p50, p99) =
            (of(|herd| herd.loads).middle, of(|herd| herd.p50).middle, of(|herd| herd.p99));
        let longest = of(|herd| herd.longest).middle;
        let [one, two] = row.hits.each_ref().map(|hits| Spread::of(hits.clone()).middle);
        writeln!(
            text,
            "| {name} | {loads:.0} | {:.2} ms | {:.1} ms ({:.1} to {:.1}) | {:.1} ms | {one:.1} ns | {two:.1} ns |",
            p50 / 1e3, p99.middle / 1e3, p99.low / 1e3, p99.high / 1e3, longest / 1e3
        )
        .expect("a string takes everything");
        let plain = name.replace("&lt;", "<").replace("&gt;", ">");
        writeln!(
            csv,
            "{plain},{threads},{rounds},{hand_over:.0},{loads:.0},{p50:.0},{:.0},{:.0},{:.0},{longest:.0},{one:.2},{two:.2}",
            p99.low, p99.middle, p99.high
        )
        .expect("a string takes everything");
    }
    let results = Results::open(env!("CARGO_TARGET_TMPDIR"));
    results.write("flight.csv", &csv);
    results.table("flight", &text);
}
