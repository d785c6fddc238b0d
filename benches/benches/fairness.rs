//! How long the unluckiest of many threads waits for a lock, and whether watching for stalls makes it longer.
//!
//! ```sh
//! cargo bench -p guarded-benches --bench fairness   # 75 s
//! ```
//! Some threads take one lock, as fast as they get it, and hold it for 10 ms: were all served in the order in which
//! they come, each of 40 would wait for 39 others, 390 ms. `parking_lot` hands the lock on to the next in the queue
//! once that one has been passed over for half a millisecond or so; std's locks do not.
//!
//! A guarded waiter gives up its place in the queue once, after 100 ms, to report the stall and to look for a deadlock.
//! Whoever came in the meantime is then before it, so a wait may last up to 100 ms longer. `watch off` moves that
//! moment beyond the end of the run.
//!
//! - `longest`: of all waits; all threads begin at once, and the end of the run cuts no wait short.
//! - `later`: of the waits that began in the second half of the run.
//! - `mean`: of all waits. It cannot differ much: the lock is never free.
//! - `stalls`: how many were reported, all rounds together.
//! - `x`: the column before, divided by that of the bare `parking_lot` lock in the same round; the median.

use guarded_benches::{Spaced, Spread, quick};
use guarded_state::{on_event, set_stall_after};
use std::sync::Barrier;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::thread;
use std::time::{Duration, Instant};

const HOLD: Duration = Duration::from_millis(10);

/// What a waiter outlasts before it counts as stalled, by default and never.
const WATCHED: Duration = Duration::from_millis(100);
const UNWATCHED: Duration = Duration::from_hours(1);

struct Row {
    name: &'static str,
    watch: Duration,
    /// Calls the closure under the lock.
    turn: fn(&Spaced, &mut dyn FnMut()),
}

const MUTEXES: &[Row] = &[
    Row { name: "parking_lot", watch: UNWATCHED, turn: |s, f| with(&s.bare_mutex.lock(), f) },
    Row { name: "std", watch: UNWATCHED, turn: |s, f| with(&s.std_mutex.lock().unwrap(), f) },
    Row { name: "with_write", watch: WATCHED, turn: |s, f| s.mutex.with_write(|_| f()) },
    Row { name: "with_write, watch off", watch: UNWATCHED, turn: |s, f| s.mutex.with_write(|_| f()) },
];

const RW_LOCKS: &[Row] = &[
    Row { name: "parking_lot", watch: UNWATCHED, turn: |s, f| with(&s.bare_rw.write(), f) },
    Row { name: "std", watch: UNWATCHED, turn: |s, f| with(&s.std_rw.write().unwrap(), f) },
    Row { name: "with_write", watch: WATCHED, turn: |s, f| s.rw.with_write(|_| f()) },
    Row { name: "with_write, watch off", watch: UNWATCHED, turn: |s, f| s.rw.with_write(|_| f()) },
];

fn with<G>(_held: &G, f: &mut dyn FnMut()) {
    f();
}

/// The crowd, and for how long it runs.
struct Crowd {
    threads: usize,
    length: Duration,
}

#[derive(Default)]
struct Waits {
    longest: f64,
    later: f64,
    total: f64,
    count: f64,
}

impl Waits {
    fn join(&mut self, other: &Self) {
        self.longest = self.longest.max(other.longest);
        self.later = self.later.max(other.later);
        self.total += other.total;
        self.count += other.count;
    }
}

/// The waits of all threads, in milliseconds. A wait that the end of the run finds going on counts as well.
fn run(crowd: &Crowd, row: &Row, spaced: &Spaced) -> Waits {
    set_stall_after(row.watch);
    let (start, over) = (Barrier::new(crowd.threads + 1), AtomicBool::new(false));
    let thread = || {
        let mut waits = Waits::default();
        start.wait();
        let settled = Instant::now() + crowd.length / 2;
        while !over.load(Ordering::Relaxed) {
            let since = Instant::now();
            (row.turn)(spaced, &mut || {
                let wait = since.elapsed().as_secs_f64() * 1e3;
                let later = if since > settled { wait } else { 0.0 };
                waits.join(&Waits { longest: wait, later, total: wait, count: 1.0 });
                if !over.load(Ordering::Relaxed) {
                    thread::sleep(HOLD);
                }
            });
        }
        waits
    };
    let mut all = Waits::default();
    thread::scope(|scope| {
        let threads: Vec<_> = (0..crowd.threads).map(|_| scope.spawn(thread)).collect();
        start.wait();
        thread::sleep(crowd.length);
        over.store(true, Ordering::Relaxed);
        for thread in threads {
            all.join(&thread.join().expect("no row panics"));
        }
    });
    all
}

fn main() {
    static STALLS: AtomicU32 = AtomicU32::new(0);
    on_event(|_| {
        STALLS.fetch_add(1, Ordering::Relaxed);
    });
    let (rounds, length) = if quick() { (1, 250) } else { (3, 2000) };
    let length = Duration::from_millis(length);
    let spaced = Spaced::new();
    println!("{HOLD:?} a hold; {rounds} rounds of {length:?} a row\n");
    println!(
        "{:<26} {:>9} {:>6} {:>9} {:>6} {:>9} {:>9}",
        "milliseconds of waiting", "longest", "x", "later", "x", "mean", "stalls"
    );
    for (title, threads, rows) in [
        ("mutex, 40 threads", 40, MUTEXES),
        ("mutex, 12 threads", 12, MUTEXES),
        ("reader-writer lock, 40 threads write", 40, RW_LOCKS),
    ] {
        let crowd = Crowd { threads, length };
        let mut found: Vec<Vec<Waits>> = rows.iter().map(|_| Vec::new()).collect();
        let mut stalls = vec![0; rows.len()];
        for round in 0..rounds {
            for place in 0..rows.len() {
                let row = (place + round) % rows.len();
                found[row].push(run(&crowd, &rows[row], &spaced));
                stalls[row] += STALLS.swap(0, Ordering::Relaxed);
            }
        }
        println!("{title}");
        for ((row, waits), stalls) in rows.iter().zip(&found).zip(stalls) {
            let median = |figure: fn(&Waits, &Waits) -> f64| {
                Spread::of(waits.iter().zip(&found[0]).map(|(waits, base)| figure(waits, base)).collect())
                    .middle
            };
            println!(
                "  {:<24} {:>9.0} {:>6.2} {:>9.0} {:>6.2} {:>9.0} {:>9}",
                row.name,
                median(|waits, _| waits.longest),
                median(|waits, base| waits.longest / base.longest),
                median(|waits, _| waits.later),
                median(|waits, base| waits.later / base.later),
                median(|waits, _| waits.total / waits.count),
                stalls
            );
        }
    }
}
