//! One map and very many threads: 95 % reads over 10 000 keys of text, at 100, 200 and 500 threads.
//!
//! ```sh
//! cargo bench -p guarded-benches --bench curve   # 3 min
//! ```
//! The other calls overwrite; all keys are there. Each map runs a second at a time, all maps right after each other, in
//! another order each round. One call in eight is timed, from before it to after it, with the two looks at the clock in
//! between counted in (some 25 ns): p50, p99 and p99.9 are of those, of all threads together. A thread that loses
//! its processor inside a call has a long call; with hundreds of threads that is what p99.9 mostly shows.
//!
//! If Go is where `benches/go/install` puts it, or in the path, its maps do the same work: as many goroutines, on threads of
//! Go's own choice. A goroutine that waits costs less than a thread that does, so that is a comparison of two ways
//! to write a server, not of two maps.

#[allow(dead_code)] // `maps` uses the rest
mod peers;

use guarded_benches::{Chart, Curve, Machine, Results, Spread, Usage, chart, platform, quick};
use peers::{Collection, Entry, Key, Kind, Work, entries};
use std::fmt::Write;
use std::hint::black_box;
use std::path::Path;
use std::process::Command;
use std::sync::Barrier;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

const KEYS: usize = 10_000;
const READS: u64 = 95;
/// One call in so many is timed.
const TIMED: u64 = 8;

/// Millions of calls a second, and nanoseconds of a call.
#[derive(Clone, Copy, Debug)]
struct Figures {
    rate: f64,
    p50: f64,
    p99: f64,
    p999: f64,
}

struct Crowd {
    threads: usize,
    length: Duration,
    pool: Vec<String>,
}

/// Random enough to draw keys: George Marsaglia's xorshift.
fn step(state: &mut u64) -> u64 {
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    *state
}

impl Work<String> for Crowd {
    type Result = Figures;

    fn with<C: Collection<String>>(&self) -> Figures {
        let map = C::default();
        for (key, value) in self.pool.iter().zip(0..) {
            map.put(key.clone(), value);
        }
        let (start, over) = (Barrier::new(self.threads + 1), AtomicBool::new(false));
        let call = |state: &mut u64| {
            let bits = step(state);
            let key = &self.pool[usize::try_from((bits >> 32) % KEYS as u64).expect("few keys")];
            if bits % 100 < READS {
                black_box(map.get(key));
            } else {
                black_box(map.put(key.clone(), bits));
            }
        };
        let run = &|thread: usize| {
            let mut state = 0x9E37_79B9_7F4A_7C15_u64.wrapping_mul(thread as u64 + 1);
            let (mut calls, mut took) = (0_u32, Vec::with_capacity(1 << 10));
            call(&mut state);
            start.wait();
            let from = Instant::now();
            while !over.load(Ordering::Relaxed) {
                for _ in 1..TIMED {
                    call(&mut state);
                }
                let before = Instant::now();
                call(&mut state);
                took.push(u32::try_from(before.elapsed().as_nanos()).unwrap_or(u32::MAX));
                calls += 8;
            }
            (calls, took, from)
        };
        let (calls, took, mut times) = thread::scope(|scope| {
            let runs: Vec<_> = (0..self.threads).map(|thread| scope.spawn(move || run(thread))).collect();
            start.wait();
            thread::sleep(self.length);
            over.store(true, Ordering::Relaxed);
            // The first of them may have begun long before this thread went to sleep.
            let (mut first, last) = (Instant::now(), Instant::now());
            let (mut calls, mut times) = (0.0, Vec::new());
            for run in runs {
                let (called, mut of_run, from) = run.join().expect("no map panics");
                calls += f64::from(called);
                times.append(&mut of_run);
                first = first.min(from);
            }
            (calls, last - first, times)
        });
        let mut at = |thousandths: usize| {
            let place = times.len() * thousandths / 1000;
            f64::from(*times.select_nth_unstable(place).1)
        };
        Figures { rate: calls / took.as_secs_f64() / 1e6, p50: at(500), p99: at(990), p999: at(999) }
    }
}

/// A map at a number of threads: what its rounds found out.
struct Row {
    name: String,
    threads: usize,
    rounds: Vec<Figures>,
}

impl Row {
    fn of(&self, what: impl Fn(&Figures) -> f64) -> Spread {
        Spread::of(self.rounds.iter().map(what).collect())
    }
}

/// Go's program, if there is a Go.
fn built_go(target: &Path) -> Option<std::path::PathBuf> {
    let sources = Path::new(env!("CARGO_MANIFEST_DIR")).join("go");
    let installed = target.join("go-toolchain/bin/go");
    let go = if installed.exists() { installed } else { "go".into() };
    let binary = target.join("curve-go");
    let built =
        Command::new(&go).arg("build").arg("-o").arg(&binary).arg("curve.go").current_dir(sources).status();
    built.is_ok_and(|status| status.success()).then_some(binary)
}

/// A line of Go's: `name rate p50 p99 p999`, the name with underscores.
fn parsed(line: &str) -> Option<(String, Figures)> {
    let mut words = line.split_whitespace();
    let name = words.next()?.replace('_', " ");
    let mut next = || words.next()?.parse().ok();
    Some((name, Figures { rate: next()?, p50: next()?, p99: next()?, p999: next()? }))
}

fn csv(rows: &[Row], hand_over: f64) -> String {
    let mut text = String::from(
        "map,threads,rounds,hand_over_ns,mops_low,mops,mops_high,p50_ns,p99_low_ns,p99_ns,p99_high_ns,p999_ns\n",
    );
    for row in rows {
        let (rate, p99) = (row.of(|figures| figures.rate), row.of(|figures| figures.p99));
        let (p50, p999) = (row.of(|figures| figures.p50).middle, row.of(|figures| figures.p999).middle);
        let (name, threads, rounds) = (&row.name, row.threads, row.rounds.len());
        writeln!(
            text,
            "{name},{threads},{rounds},{hand_over:.0},{:.3},{:.3},{:.3},{p50:.0},{:.0},{:.0},{:.0},{p999:.0}",
            rate.low, rate.middle, rate.high, p99.low, p99.middle, p99.high
        )
        .expect("a string takes everything");
    }
    text
}

/// Nanoseconds, for people.
fn time(nanoseconds: f64) -> String {
    match nanoseconds {
        _ if nanoseconds >= 1e6 => format!("{:.1} ms", nanoseconds / 1e6),
        _ if nanoseconds >= 1e4 => format!("{:.0} µs", nanoseconds / 1e3),
        _ if nanoseconds >= 1e3 => format!("{:.1} µs", nanoseconds / 1e3),
        _ => format!("{nanoseconds:.0} ns"),
    }
}

fn table(rows: &[Row], threads: &[usize]) -> String {
    let mut text = String::from("| map |");
    for threads in threads {
        write!(text, " {threads}: Mop/s | p50 | p99 | p99.9 |").expect("a string takes everything");
    }
    writeln!(text, "\n| --- |{}", " --- |".repeat(4 * threads.len())).expect("a string takes everything");
    let mut names: Vec<&str> = Vec::new();
    for row in rows.iter().filter(|row| row.threads == threads[0]) {
        names.push(&row.name);
    }
    for name in names {
        write!(text, "| {name} |").expect("a string takes everything");
        for row in rows.iter().filter(|row| row.name == name) {
            let [p50, p99, p999] = [|f: &Figures| f.p50, |f: &Figures| f.p99, |f: &Figures| f.p999]
                .map(|what| time(row.of(what).middle));
            write!(text, " {:.1} | {p50} | {p99} | {p999} |", row.of(|figures| figures.rate).middle)
                .expect("a string takes everything");
        }
        text.push('\n');
    }
    text
}

fn panel(
    rows: &[Row],
    threads: &[usize],
    title: &str,
    unit: &'static str,
    what: impl Fn(&Figures) -> f64,
) -> Chart {
    let mut curves: Vec<Curve> = Vec::new();
    for row in rows {
        let point = row.of(&what).middle;
        match curves.iter_mut().find(|curve| curve.name == row.name) {
            Some(curve) => curve.points.push(point),
            None => curves.push(Curve { name: row.name.clone(), points: vec![point] }),
        }
    }
    let ticks = threads.iter().map(ToString::to_string).collect();
    Chart { title: title.into(), ticks, unit, logarithmic: unit == "ns", curves }
}

fn main() {
    let (rounds, length, threads): (_, _, &[usize]) =
        if quick() { (1, 20, &[20, 50]) } else { (3, 1000, &[100, 200, 500]) };
    let length = Duration::from_millis(length);
    let machine = Machine::here();
    let go = if quick() { None } else { built_go(&Path::new(env!("CARGO_TARGET_TMPDIR")).join("..")) };
    let maps: Vec<Entry<Crowd, Figures>> =
        entries().into_iter().filter(|entry| entry.kind != Kind::SameHash).collect();
    let mut rows: Vec<Row> = Vec::new();
    let mut hand_overs = Vec::new();
    let usage = Usage::now();
    for &threads in threads {
        let mut found: Vec<Row> =
            maps.iter().map(|map| Row { name: map.name.into(), threads, rounds: Vec::new() }).collect();
        let crowd = Crowd { threads, length, pool: (0..KEYS).map(Key::of).collect() };
        for number in 0..rounds {
            hand_overs.push(machine.hand_over(Duration::from_millis(4)));
            for place in 0..maps.len() {
                let place = (place + number * 5) % maps.len();
                found[place].rounds.push((maps[place].run)(&crowd));
            }
            let Some(go) = &go else { continue };
            let run = Command::new(go).arg(threads.to_string()).arg(length.as_millis().to_string()).output();
            let lines = String::from_utf8(run.expect("Go's program runs").stdout).expect("it writes text");
            for (name, figures) in lines.lines().filter_map(parsed) {
                match found.iter_mut().find(|row| row.name == name) {
                    Some(row) => row.rounds.push(figures),
                    None => found.push(Row { name, threads, rounds: vec![figures] }),
                }
            }
        }
        rows.append(&mut found);
    }
    let hand_over = Spread::of(hand_overs).middle;
    let others = usage.others();
    let results = Results::open(env!("CARGO_TARGET_TMPDIR"));
    results.write("curve.csv", &csv(&rows, hand_over));
    let panels = [
        panel(&rows, threads, "calls", "million calls a second", |figures| figures.rate),
        panel(&rows, threads, "half of the calls take at most", "ns", |figures| figures.p50),
        panel(&rows, threads, "99 of 100 calls take at most", "ns", |figures| figures.p99),
        panel(&rows, threads, "999 of 1000 calls take at most", "ns", |figures| figures.p999),
    ];
    let note = format!(
        "95 % reads, 10 000 keys of text, {} processors, a cache line passes in {hand_over:.0} ns; below: threads",
        machine.processors()
    );
    results.write("curve.svg", &chart("One map, very many threads", &note, 2, &panels));
    results.table(
        "curve",
        &format!(
            "{}; a cache line passes in {hand_over:.0} ns; {rounds} rounds of {length:?}; meanwhile other programs had {others:.2} processors.\n\n{}",
            platform(),
            table(&rows, threads)
        ),
    );
}
