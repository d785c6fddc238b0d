//! What an access costs in time, beside the same access to a bare lock: a table and a plot of ratios.
//!
//! ```sh
//! cargo bench -p guarded-benches --bench compare                         # 50 s
//! cargo bench -p guarded-benches --bench compare -- mutex                # the groups with that word in their titles
//! cargo bench -p guarded-benches --bench compare --no-default-features   # the cells without observer and order check
//! ```
//! A ratio of 2 means that `parking_lot` did twice as many accesses in the time. Every round measures every row for
//! some milliseconds, the rows of a group right after each other and in another order each time, and only rows of one
//! round are divided: a noisy machine hits all alike. The table has the median of the rounds and their middle half.
//!
//! With two threads the result depends on how long a cache line takes from one processor to the other, and in a
//! virtual machine that changes between two values from minute to minute. It is measured before and after each group,
//! and only the rounds with the more frequent value count for the group. Each thread is bound to a processor: two on one would take turns
//! instead of contending.

use guarded_benches::{Dot, Machine, Panel, Spaced, Spread, alike, most_frequent, plot, quick};
use std::convert::Infallible;
use std::hint::black_box;
use std::sync::Barrier;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

/// Rows that do the same. The first is the base.
struct Group {
    title: &'static str,
    threads: u32,
    rows: &'static [Row],
}

struct Row {
    name: &'static str,
    /// On each of the threads: calls, and how long they took.
    run: fn(&Spaced, &Lap) -> (u32, Duration),
}

/// From when to when the threads of one measurement run.
struct Lap {
    start: Barrier,
    over: AtomicBool,
}

/// What every measurement needs.
struct Bench {
    spaced: Spaced,
    /// How long a row runs in each round.
    length: Duration,
    machine: Machine,
}

/// Groups of rows; a row gets the number of the call, and what it returns is used.
macro_rules! groups {
    ($($title:literal on $threads:literal { $($name:literal: |$s:ident, $number:pat_param| $access:expr;)* })*) => {
        &[$(Group {
            title: $title,
            threads: $threads,
            rows: &[$(Row {
                name: $name,
                run: |spaced, lap| drive(spaced, lap, |$s: &Spaced, $number: u32| $access),
            }),*],
        }),*]
    };
}

const GROUPS: &[Group] = groups! {
    "write, reader-writer lock" on 1 {
        "parking_lot": |s, _| *s.bare_rw.write() += 1;
        "std": |s, _| *s.std_rw.write().unwrap() += 1;
        "with_write": |s, _| s.rw.with_write(|n| *n += 1);
        "try_with_write": |s, _| s.rw.try_with_write(|n| *n += 1).is_ok();
        "write() guard": |s, _| *s.rw.write() += 1;
    }
    "read, reader-writer lock" on 1 {
        "parking_lot": |s, _| *s.bare_rw.read();
        "std": |s, _| *s.std_rw.read().unwrap();
        "with_read": |s, _| s.rw.with_read(|n| *n);
        "cloned": |s, _| s.rw.cloned();
        "read() guard": |s, _| *s.rw.read();
    }
    "write, mutex" on 1 {
        "parking_lot": |s, _| *s.bare_mutex.lock() += 1;
        "std": |s, _| *s.std_mutex.lock().unwrap() += 1;
        "with_write": |s, _| s.mutex.with_write(|n| *n += 1);
        "with_write, monitor": |s, _| s.monitor.with_write(|n| *n += 1);
        "set": |s, number| s.mutex.set(u64::from(number));
        "write() guard": |s, _| *s.mutex.write() += 1;
    }
    "read a key of a map, reader-writer lock" on 1 {
        "parking_lot": |s, number| s.bare_map.read().get(s.key(number)).copied();
        "std": |s, number| s.std_map.read().unwrap().get(s.key(number)).copied();
        "with_read": |s, number| s.map.with_read(|map| map.get(s.key(number)).copied());
        "read() guard": |s, number| s.map.read().get(s.key(number)).copied();
    }
    "nested: a mutex inside a reader-writer lock" on 1 {
        "parking_lot": |s, _| { let mut a = s.bare_rw.write(); *s.bare_mutex.lock() += 1; *a += 1; };
        "std": |s, _| { let mut a = s.std_rw.write().unwrap(); *s.std_mutex.lock().unwrap() += 1; *a += 1; };
        "with_write": |s, _| s.rw.with_write(|a| { s.mutex.with_write(|b| *b += 1); *a += 1; });
        "write() guards": |s, _| { let mut a = s.rw.write(); *s.mutex.write() += 1; *a += 1; };
    }
    "a change that may be undone (by hand beside `transact`)" on 1 {
        "parking_lot": |s, number| {
            let mut n = s.bare_mutex.lock();
            let before = *n;
            *n += 1;
            if number == u32::MAX { *n = before; }
        };
        "std": |s, number| {
            let mut n = s.std_mutex.lock().unwrap();
            let before = *n;
            *n += 1;
            if number == u32::MAX { *n = before; }
        };
        "transact": |s, number| s.mutex.transact(|n| {
            *n += 1;
            if number == u32::MAX { Err(()) } else { Ok(()) }
        });
        "transact, never undone": |s, _| s.mutex.transact(|n| { *n += 1; Ok::<_, Infallible>(()) });
    }
    "write, mutex, short sections" on 2 {
        "parking_lot": |s, _| *s.bare_mutex.lock() += 1;
        "std": |s, _| *s.std_mutex.lock().unwrap() += 1;
        "with_write": |s, _| s.mutex.with_write(|n| *n += 1);
        "with_write, monitor": |s, _| s.monitor.with_write(|n| *n += 1);
    }
    "write, reader-writer lock, short sections" on 2 {
        "parking_lot": |s, _| *s.bare_rw.write() += 1;
        "std": |s, _| *s.std_rw.write().unwrap() += 1;
        "with_write": |s, _| s.rw.with_write(|n| *n += 1);
    }
    "write, mutex, longer sections" on 2 {
        "parking_lot": |s, _| work(&mut s.bare_mutex.lock());
        "std": |s, _| work(&mut s.std_mutex.lock().unwrap());
        "with_write": |s, _| s.mutex.with_write(work);
        "with_write, monitor": |s, _| s.monitor.with_write(work);
    }
    "write, reader-writer lock, longer sections" on 2 {
        "parking_lot": |s, _| work(&mut s.bare_rw.write());
        "std": |s, _| work(&mut s.std_rw.write().unwrap());
        "with_write": |s, _| s.rw.with_write(work);
    }
    "read, reader-writer lock, short sections" on 2 {
        "parking_lot": |s, _| *s.bare_rw.read();
        "std": |s, _| *s.std_rw.read().unwrap();
        "with_read": |s, _| s.rw.with_read(|n| *n);
    }
    "a key of a map, 1 access in 100 writes" on 2 {
        "parking_lot": |s, number| if number.is_multiple_of(100) {
            s.bare_map.write().get_mut(s.key(number)).map(|n| { *n += 1; *n })
        } else {
            s.bare_map.read().get(s.key(number)).copied()
        };
        "std": |s, number| if number.is_multiple_of(100) {
            s.std_map.write().unwrap().get_mut(s.key(number)).map(|n| { *n += 1; *n })
        } else {
            s.std_map.read().unwrap().get(s.key(number)).copied()
        };
        "with_read, with_write": |s, number| if number.is_multiple_of(100) {
            s.map.with_write(|map| map.get_mut(s.key(number)).map(|n| { *n += 1; *n }))
        } else {
            s.map.with_read(|map| map.get(s.key(number)).copied())
        };
    }
};

/// A section of about a microsecond.
fn work(value: &mut u64) {
    for _ in 0..2000 {
        *value = black_box(value.wrapping_mul(5).wrapping_add(1));
    }
}

/// Calls until the lap is over.
fn drive<R>(spaced: &Spaced, lap: &Lap, access: impl Fn(&Spaced, u32) -> R) -> (u32, Duration) {
    black_box(access(spaced, 0)); // what happens once a thread is not the access
    lap.start.wait();
    let start = Instant::now();
    let mut calls = 0;
    while !lap.over.load(Ordering::Relaxed) {
        for _ in 0..32 {
            black_box(access(black_box(spaced), calls));
            calls += 1;
        }
    }
    (calls, start.elapsed())
}

/// Nanoseconds an access, all threads together.
fn measure(bench: &Bench, threads: u32, row: &Row) -> f64 {
    let lap = Lap { start: Barrier::new(threads as usize + 1), over: AtomicBool::new(false) };
    let run = &|thread: u32| {
        bench.machine.settle(thread as usize);
        (row.run)(&bench.spaced, &lap)
    };
    thread::scope(|scope| {
        let runs: Vec<_> = (0..threads).map(|thread| scope.spawn(move || run(thread))).collect();
        lap.start.wait();
        thread::sleep(bench.length);
        lap.over.store(true, Ordering::Relaxed);
        let rate: f64 = runs
            .into_iter()
            .map(|run| {
                let (calls, took) = run.join().expect("no row panics");
                f64::from(calls) / took.as_secs_f64()
            })
            .sum();
        1e9 / rate
    })
}

/// What one round found out about one group.
struct Round {
    /// Nanoseconds, a row.
    times: Vec<f64>,
    /// Before and after.
    hand_overs: [f64; 2],
}

fn round(bench: &Bench, group: &Group, number: usize) -> Round {
    let before = bench.machine.hand_over(bench.length / 2);
    let mut times = vec![0.0; group.rows.len()];
    for place in 0..group.rows.len() {
        let row = (place + number) % group.rows.len();
        times[row] = measure(bench, group.threads, &group.rows[row]);
    }
    Round { times, hand_overs: [before, bench.machine.hand_over(bench.length / 2)] }
}

fn main() {
    let (rounds, length) = if quick() { (3, 1) } else { (100, 6) };
    let bench =
        Bench { spaced: Spaced::new(), length: Duration::from_millis(length), machine: Machine::here() };
    let word = std::env::args().skip(1).find(|argument| !argument.starts_with("--")).unwrap_or_default();
    let groups: Vec<&Group> = GROUPS.iter().filter(|group| group.title.contains(&word)).collect();
    let mut found: Vec<Vec<Round>> = groups.iter().map(|_| Vec::new()).collect();
    for number in 0..rounds {
        for (group, found) in groups.iter().zip(&mut found) {
            found.push(round(&bench, group, number));
        }
    }

    let usual = most_frequent(&found.iter().flatten().flat_map(|round| round.hand_overs).collect::<Vec<_>>());
    println!(
        "{rounds} rounds of {:?} a row; most often a cache line is handed over in {usual:.0} ns\n",
        bench.length
    );
    println!("{:<28} {:>9}  {:>15}  middle half", "", "ns", "x parking_lot");
    let mut panels = Vec::new();
    for (group, mut found) in groups.iter().zip(found) {
        if group.threads > 1 && !quick() {
            found.retain(|round| round.hand_overs.iter().all(|&time| alike(time, usual)));
        }
        let threads =
            if group.threads == 1 { "1 thread".into() } else { format!("{} threads", group.threads) };
        let title = format!("{}, {threads}", group.title);
        println!("{title} ({} rounds)", found.len());
        let mut dots = Vec::new();
        for (place, row) in group.rows.iter().enumerate() {
            let time = Spread::of(found.iter().map(|round| round.times[place]).collect());
            let ratio = Spread::of(found.iter().map(|round| round.times[place] / round.times[0]).collect());
            println!(
                "  {:<26} {:>9.2}  {:>15.2}  {:.2} to {:.2}",
                row.name, time.middle, ratio.middle, ratio.low, ratio.high
            );
            dots.push(Dot { name: row.name, ratio });
        }
        panels.push(Panel { title, dots });
    }
    let path = concat!(env!("CARGO_TARGET_TMPDIR"), "/compare.svg");
    let note = format!(
        "time an access, as a multiple of parking_lot; dot: median of the rounds, bar: their middle half; cache line {usual:.0} ns"
    );
    std::fs::write(path, plot("guarded-state beside the bare locks", &note, &panels))
        .expect("the plot is written");
    println!("\nplot: {path}");
}
