//! Maps that several threads use: ours beside those of other crates, calls a second.
//!
//! ```sh
//! cargo bench -p guarded-benches --bench maps             # 6 min
//! cargo bench -p guarded-benches --bench maps -- hot      # one question: `mixes`, `reads`, `hot`, `hash`
//! cargo bench -p guarded-benches --bench maps -- --full   # all numbers of keys, up to a million, of all questions
//! ```
//! - `mixes`: the three of conc-map-bench. Read-heavy: 98 % get, 1 % insert, 1 % remove. Exchange: 10 % get, 40 % insert,
//!   40 % remove, 10 % update. Every other key is there at the beginning, and about as many at any time. Rapid-grow:
//!   5 % get, 80 % insert of a new key, 5 % remove, 10 % update; from an empty map to as many keys, again and again.
//! - `reads`: 100 to 0 % get, the others overwrite; all keys are there.
//! - `hot`: the same, all calls of one key.
//! - `hash`: the mixes once more, the others with the hasher that `sharded` has where none is named.
//!
//! In every round all maps of a case run right after each other, in another order each time, each freshly made;
//! only figures of one round are divided. Between the rounds it is measured how long a cache line takes from one
//! processor to another: only the rounds with the more frequent value count. A measurement whose threads waited for a
//! processor, because another program had it, is repeated, and after four times left out. With more threads than processors
//! they always wait: there the rounds count in which others had less than a tenth of a processor, or the quieter half.
//! Keys are drawn at random, evenly. More threads than processors are shared out among these.

mod peers;

use guarded_benches::{
    Chart, Curve, DISTURBED, Machine, Results, Spread, Usage, alike, chart, most_frequent, platform, quick,
    version, waited,
};
use peers::{Collection, Entry, Key, Kind, Work, entries};
use std::fmt::Write;
use std::hint::black_box;
use std::sync::Barrier;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

/// What is called how often, in percent; the rest are updates.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Mix {
    name: &'static str,
    get: u64,
    put: u64,
    remove: u64,
    start: Start,
}

/// Which keys are there at the beginning.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Start {
    All,
    Half,
    /// None, and each is inserted once.
    Grow,
}

const MIXES: [Mix; 3] = [
    Mix { name: "read-heavy", get: 98, put: 1, remove: 1, start: Start::Half },
    Mix { name: "exchange", get: 10, put: 40, remove: 40, start: Start::Half },
    Mix { name: "rapid-grow", get: 5, put: 80, remove: 5, start: Start::Grow },
];

const READS: [Mix; 5] = [
    Mix { name: "100 % reads", get: 100, put: 0, remove: 0, start: Start::All },
    Mix { name: "99 % reads", get: 99, put: 1, remove: 0, start: Start::All },
    Mix { name: "95 % reads", get: 95, put: 5, remove: 0, start: Start::All },
    Mix { name: "50 % reads", get: 50, put: 50, remove: 0, start: Start::All },
    Mix { name: "0 % reads", get: 0, put: 100, remove: 0, start: Start::All },
];

const THREADS: [usize; 4] = [1, 2, 4, 8];

#[derive(Clone, Copy, Debug)]
struct Case {
    question: &'static str,
    mix: Mix,
    key: &'static str,
    keys: usize,
    hot: bool,
    threads: usize,
}

fn cases(full: bool) -> Vec<Case> {
    let mut cases = Vec::new();
    let (few, many) = if quick() { (1000, 2000) } else { (10_000, 100_000) };
    let sizes = if full { vec![few, many, 1_000_000] } else { vec![few, many] };
    for key in [u64::NAME, String::NAME] {
        for &keys in &sizes {
            for threads in THREADS {
                for mix in MIXES {
                    // The smaller map is full before a second thread has started.
                    if mix.start != Start::Grow || keys > few {
                        cases.push(Case { question: "mixes", mix, key, keys, hot: false, threads });
                    }
                    if keys == many && threads == 2 {
                        cases.push(Case { question: "hash", mix, key, keys, hot: false, threads });
                    }
                }
                for mix in READS {
                    if full || keys == few || (keys == many && threads == 2) {
                        cases.push(Case { question: "reads", mix, key, keys, hot: false, threads });
                    }
                    if keys == few && (full || key == u64::NAME) {
                        cases.push(Case { question: "hot", mix, key, keys, hot: true, threads });
                    }
                }
            }
        }
    }
    if quick() {
        cases.retain(|case| case.threads == 2 && (case.question == "mixes" || case.key == u64::NAME));
    }
    cases
}

/// One measurement, of whichever map.
struct Measure<'a, K> {
    case: Case,
    pool: &'a [K],
    length: Duration,
    machine: &'a Machine,
}

/// Wang Yi's random numbers: two multiplications each.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0xA076_1D64_78BD_642F);
        let product = u128::from(self.0) * u128::from(self.0 ^ 0xE703_7ED1_A0B4_28DB);
        let halves = [product >> 64, product & u128::from(u64::MAX)];
        halves.into_iter().filter_map(|half| u64::try_from(half).ok()).fold(0, |one, other| one ^ other)
    }
}

/// A number below `limit`, from 32 random bits.
fn below(limit: usize, bits: u64) -> usize {
    (((bits & 0xFFFF_FFFF) * limit as u64) >> 32) as usize
}

impl<K: Key> Work<K> for Measure<'_, K> {
    /// Millions of calls a second, of all threads, and which part of the time they waited for a processor.
    type Result = (f64, f64);

    fn with<C: Collection<K>>(&self) -> (f64, f64) {
        if self.case.mix.start == Start::Grow { self.grow::<C>() } else { self.steady::<C>() }
    }
}

impl<K: Key> Measure<'_, K> {
    fn steady<C: Collection<K>>(&self) -> (f64, f64) {
        let map = C::default();
        let each = if self.case.mix.start == Start::All { 1 } else { 2 };
        for (key, value) in self.pool.iter().step_by(each).zip(0..) {
            map.put(key.clone(), value);
        }
        let (start, over) = (Barrier::new(self.case.threads + 1), AtomicBool::new(false));
        let run = &|thread| {
            self.machine.share_out(thread);
            black_box(map.get(&self.pool[0])); // what happens once a thread is not the call
            let mut random = Random(thread as u64 + 1);
            let mut calls = 0;
            let before = waited();
            start.wait();
            let from = Instant::now();
            while !over.load(Ordering::Relaxed) {
                for _ in 0..64 {
                    self.call(&map, &mut random);
                }
                calls += 64;
            }
            (f64::from(calls), from, waited() - before)
        };
        thread::scope(|scope| {
            let runs: Vec<_> =
                (0..self.case.threads).map(|thread| scope.spawn(move || run(thread))).collect();
            start.wait();
            thread::sleep(self.length);
            over.store(true, Ordering::Relaxed);
            let last = Instant::now();
            let runs: Vec<_> = runs.into_iter().map(|run| run.join().expect("no map panics")).collect();
            // With more threads than processors some begin late: they count from the first.
            let first = runs.iter().map(|run| run.1).min().expect("there is a thread");
            let took = (last - first).as_secs_f64();
            let waited = runs.iter().map(|run| run.2).sum::<f64>();
            (runs.iter().map(|run| run.0).sum::<f64>() / took / 1e6, waited / took)
        })
    }

    fn call<C: Collection<K>>(&self, map: &C, random: &mut Random) {
        let mix = self.case.mix;
        let bits = random.next();
        let key = if self.case.hot { &self.pool[7] } else { &self.pool[below(self.pool.len(), bits >> 32)] };
        let which = below(100, bits) as u64;
        if which < mix.get {
            black_box(map.get(key));
        } else if which < mix.get + mix.put {
            black_box(map.put(key.clone(), bits));
        } else if which < mix.get + mix.put + mix.remove {
            black_box(map.remove(key));
        } else {
            black_box(map.update(key));
        }
    }

    /// Fills maps until the time is over.
    fn grow<C: Collection<K>>(&self) -> (f64, f64) {
        let (mut calls, mut took, mut waited) = (0, Duration::ZERO, 0.0);
        while took < self.length {
            let (called, time, of_them) = self.fill::<C>();
            calls += called;
            took += time;
            waited += of_them;
        }
        (f64::from(calls) / took.as_secs_f64() / 1e6, waited / took.as_secs_f64())
    }

    /// Calls, the time from the first to the last, and for how long threads waited for a processor.
    fn fill<C: Collection<K>>(&self) -> (u32, Duration, f64) {
        let map = C::default();
        let start = Barrier::new(self.case.threads);
        let mix = self.case.mix;
        let run = &|thread: usize, pool: &[K]| {
            self.machine.share_out(thread);
            black_box(map.get(&pool[0]));
            let mut random = Random(thread as u64 + 1);
            let (mut calls, mut there) = (0, 0);
            let before = waited();
            start.wait();
            let from = Instant::now();
            while there < pool.len() {
                let bits = random.next();
                let (which, key) = (below(100, bits) as u64, &pool[below(there.max(1), bits >> 32)]);
                if which < mix.put {
                    black_box(map.put(pool[there].clone(), bits));
                    there += 1;
                } else if which < mix.put + mix.get {
                    black_box(map.get(key));
                } else if which < mix.put + mix.get + mix.remove {
                    black_box(map.remove(key));
                } else {
                    black_box(map.update(key));
                }
                calls += 1;
            }
            (calls, from, Instant::now(), waited() - before)
        };
        thread::scope(|scope| {
            let share = self.pool.len() / self.case.threads;
            let pools = self.pool.chunks_exact(share).take(self.case.threads);
            let runs: Vec<_> =
                pools.enumerate().map(|(thread, pool)| scope.spawn(move || run(thread, pool))).collect();
            let runs: Vec<_> = runs.into_iter().map(|run| run.join().expect("no map panics")).collect();
            let first = runs.iter().map(|run| run.1).min().expect("there is a thread");
            let last = runs.iter().map(|run| run.2).max().expect("there is a thread");
            (runs.iter().map(|run| run.0).sum(), last - first, runs.iter().map(|run| run.3).sum())
        })
    }
}

/// What one round found out about one case: the maps in their order.
struct Round {
    /// Not a number, where a measurement was disturbed each time.
    rates: Vec<f64>,
    hand_overs: [f64; 2],
    /// Processors that other programs had.
    others: f64,
}

/// The maps that a case is about, and the key type's name for them.
fn measure<K: Key>(case: Case, number: usize, length: Duration, machine: &Machine, pool: &[K]) -> Vec<f64> {
    let entries: Vec<Entry<Measure<'_, K>, (f64, f64)>> =
        entries().into_iter().filter(|entry| belongs(case, entry.name, entry.kind)).collect();
    let measure = Measure { case, pool: &pool[..case.keys], length, machine };
    let mut rates = vec![0.0; entries.len()];
    for place in 0..entries.len() {
        let place = (place + number) % entries.len();
        rates[place] = f64::NAN;
        for _ in 0..4 {
            let (rate, waited) = (entries[place].run)(&measure);
            if waited < DISTURBED || case.threads > machine.processors() || quick() {
                rates[place] = rate;
                break;
            }
        }
    }
    rates
}

fn belongs(case: Case, name: &str, kind: Kind) -> bool {
    match kind {
        _ if case.question == "hash" => kind == Kind::SameHash || name == "sharded",
        Kind::Ours | Kind::Peer => true,
        Kind::SameHash => false,
    }
}

/// A row of the results.
struct Row {
    name: &'static str,
    rate: Spread,
    /// Beside dashmap 6, and beside the best of the others.
    dashmap: Spread,
    best: Spread,
}

/// What was found out about a case.
struct Found {
    case: Case,
    rounds: usize,
    hand_over: f64,
    others: f64,
    best: &'static str,
    rows: Vec<Row>,
}

/// The rounds that count, and how many processors other programs had in them.
fn counting(case: Case, rounds: &[Round], usual: f64) -> (Vec<&Round>, f64) {
    let of_regime = |round: &&Round| round.hand_overs.iter().all(|&time| alike(time, usual));
    let mut quietest: Vec<&Round> = rounds.iter().collect();
    if case.threads > 1 && rounds.iter().any(|round| of_regime(&round)) {
        quietest.retain(of_regime);
    }
    if case.threads > Machine::here().processors() {
        quietest.sort_by(|one, other| one.others.total_cmp(&other.others));
        let half = quietest.len().div_ceil(2);
        let quiet = quietest.iter().filter(|round| round.others < 0.1).count();
        quietest.truncate(quiet.max(half));
    }
    let others = Spread::of(quietest.iter().map(|round| round.others).collect()).middle;
    (quietest, others)
}

fn found(case: Case, rounds: &[Round], usual: f64) -> Found {
    let (rounds, others) = counting(case, rounds, usual);
    let names: Vec<(&'static str, Kind)> = entries::<u64, Measure<'_, u64>>()
        .iter()
        .map(|entry| (entry.name, entry.kind))
        .filter(|&(name, kind)| belongs(case, name, kind))
        .collect();
    let rate = |place: usize| Spread::of(rounds.iter().map(|round| round.rates[place]).collect());
    let beside = |place: usize, base: usize| {
        Spread::of(rounds.iter().map(|round| round.rates[place] / round.rates[base]).collect())
    };
    let dashmap = names.iter().position(|(name, _)| name.starts_with("dashmap 6")).expect("it takes part");
    let best = (0..names.len())
        .filter(|&place| names[place].1 != Kind::Ours)
        .max_by(|&one, &other| rate(one).middle.max(0.0).total_cmp(&rate(other).middle.max(0.0)))
        .expect("there are others");
    let rows = names
        .iter()
        .enumerate()
        .map(|(place, &(name, _))| Row {
            name,
            rate: rate(place),
            dashmap: beside(place, dashmap),
            best: beside(place, best),
        })
        .collect();
    let hand_over = Spread::of(rounds.iter().flat_map(|round| round.hand_overs).collect()).middle;
    Found { case, rounds: rounds.len(), hand_over, others, best: names[best].0, rows }
}

fn csv(all: &[Found]) -> String {
    let mut text = String::from(
        "question,mix,key,keys,hot,threads,map,rounds,hand_over_ns,others,mops_low,mops,mops_high,x_dashmap_low,x_dashmap,x_dashmap_high,x_best_peer,best_peer\n",
    );
    for Found { case, rounds, hand_over, others, best, rows } in all {
        let Case { question, mix, key, keys, hot, threads } = case;
        for Row { name, rate, dashmap, best: beside, .. } in rows {
            writeln!(
                text,
                "{question},{},{key},{keys},{hot},{threads},\"{name}\",{rounds},{hand_over:.0},{others:.2},{:.3},{:.3},{:.3},{:.3},{:.3},{:.3},{:.3},\"{best}\"",
                mix.name, rate.low, rate.middle, rate.high, dashmap.low, dashmap.middle, dashmap.high, beside.middle
            )
            .expect("a string takes everything");
        }
    }
    text
}

fn row<'a>(found: &'a Found, name: &str) -> Option<&'a Row> {
    found.rows.iter().find(|row| row.name == name)
}

/// A row for each mix, key and number of keys; a column for each number of threads, filled by `cell`.
fn table(all: &[Found], question: &str, cell: impl Fn(&Found) -> String) -> String {
    let of_question: Vec<&Found> = all.iter().filter(|found| found.case.question == question).collect();
    let mut threads: Vec<usize> = of_question.iter().map(|found| found.case.threads).collect();
    threads.sort_unstable();
    threads.dedup();
    let mut lines: Vec<(Mix, &str, usize)> = Vec::new();
    for found in &of_question {
        let line = (found.case.mix, found.case.key, found.case.keys);
        if !lines.contains(&line) {
            lines.push(line);
        }
    }
    lines.sort_by_key(|(mix, key, keys)| {
        (MIXES.iter().chain(&READS).position(|other| other == mix), key.len() > 3, *keys)
    });
    let mut text = String::from("| mix | key | keys |");
    for threads in &threads {
        write!(text, " {threads} thread{} |", if *threads == 1 { "" } else { "s" })
            .expect("a string takes everything");
    }
    writeln!(text, "\n| --- | --- | --- |{}", " --- |".repeat(threads.len()))
        .expect("a string takes everything");
    for (mix, key, keys) in lines {
        write!(text, "| {} | {key} | {} k |", mix.name, keys / 1000).expect("a string takes everything");
        for &threads in &threads {
            let found = of_question.iter().find(|found| {
                (found.case.mix, found.case.key, found.case.keys, found.case.threads)
                    == (mix, key, keys, threads)
            });
            write!(text, " {} |", found.map_or(String::new(), |found| cell(found)))
                .expect("a string takes everything");
        }
        text.push('\n');
    }
    text
}

/// How one of ours does, beside dashmap and the best.
fn beside(found: &Found, name: &str) -> String {
    let Some(ours) = row(found, name) else { return String::new() };
    let best = found.best.strip_suffix(", foldhash").unwrap_or(found.best);
    format!("{:.1}: {:.2}, {:.2} {best}", ours.rate.middle, ours.dashmap.middle, ours.best.middle)
}

/// `rw` beside the lock that it is made of, and `mutex` beside its.
fn one_lock(found: &Found) -> String {
    let beside = |ours: &str, bare: &str| {
        let rate = |name| row(found, name).map_or(f64::NAN, |row| row.rate.middle);
        rate(ours) / rate(bare)
    };
    format!("{:.2}, {:.2}", beside("rw", "parking_lot RwLock"), beside("mutex", "parking_lot Mutex"))
}

/// A panel: the maps over what differs between the cases.
fn panel(title: String, all: &[&Found], tick: impl Fn(&Case) -> String) -> Chart {
    let mut curves: Vec<Curve> = Vec::new();
    for found in all {
        for row in &found.rows {
            match curves.iter_mut().find(|curve| curve.name == row.name) {
                Some(curve) => curve.points.push(row.rate.middle),
                None => curves.push(Curve { name: row.name.into(), points: vec![row.rate.middle] }),
            }
        }
    }
    let ticks = all.iter().map(|found| tick(&found.case)).collect();
    Chart { title, ticks, unit: "million calls a second", logarithmic: false, curves }
}

fn plots(results: &Results, all: &[Found], usual: f64) {
    let processors = Machine::here().processors();
    let note = format!("{processors} processors, a cache line passes in {usual:.0} ns");
    let keys = [u64::NAME, String::NAME];
    let most = all.iter().filter(|found| found.case.question == "mixes").map(|found| found.case.keys).max();
    let of = |question: &'static str, key: &'static str, is: &dyn Fn(&Case) -> bool| -> Vec<&Found> {
        all.iter()
            .filter(|found| found.case.question == question && found.case.key == key && is(&found.case))
            .collect()
    };
    let mut mixes = Vec::new();
    let mut reads = Vec::new();
    let mut hot = Vec::new();
    for key in keys {
        for mix in MIXES {
            let cases = of("mixes", key, &|case| case.mix == mix && Some(case.keys) == most);
            mixes.push(panel(format!("{}, {key}", mix.name), &cases, |case| case.threads.to_string()));
        }
        for threads in THREADS {
            let tick = |case: &Case| format!("{} %", case.mix.get);
            let title = format!("{threads} thread{}, {key}", if threads == 1 { "" } else { "s" });
            let least =
                all.iter().filter(|found| found.case.question == "reads").map(|found| found.case.keys).min();
            let cases = of("reads", key, &|case| case.threads == threads && Some(case.keys) == least);
            reads.push(panel(title.clone(), &cases, tick));
            hot.push(panel(title, &of("hot", key, &|case| case.threads == threads), tick));
        }
    }
    for (name, columns, title, below, panels) in [
        ("mixes", 3, "Three mixes of calls", "threads", mixes),
        ("reads", 4, "Reads and overwrites of keys that are there", "share of reads", reads),
        ("hot", 4, "Reads and overwrites of one key", "share of reads", hot),
    ] {
        let panels: Vec<Chart> = panels.into_iter().filter(|panel| !panel.ticks.is_empty()).collect();
        if !panels.is_empty() {
            let svg = chart(title, &format!("{note}; below: {below}"), columns, &panels);
            results.write(&format!("maps-{name}.svg"), &svg);
        }
    }
}

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let full = arguments.iter().any(|argument| argument == "--full");
    let word = arguments.iter().find(|argument| !argument.starts_with("--"));
    let (rounds, length) = if quick() { (1, 1) } else { (7, 20) };
    let length = Duration::from_millis(length);
    let machine = Machine::here();
    let mut cases = cases(full);
    cases.retain(|case| word.is_none_or(|word| word == case.question));
    let most = cases.iter().map(|case| case.keys).max().unwrap_or(0);
    let numbers: Vec<u64> = (0..most).map(Key::of).collect();
    let texts: Vec<String> = (0..most).map(Key::of).collect();

    let mut all: Vec<Vec<Round>> = cases.iter().map(|_| Vec::new()).collect();
    let start = Instant::now();
    for number in 0..rounds {
        // Measurements that were disturbed have been repeated: fewer rounds, then.
        if !full && start.elapsed() > Duration::from_mins(6) {
            break;
        }
        for (case, all) in cases.iter().zip(&mut all) {
            let before = machine.hand_over(Duration::from_millis(4));
            let usage = Usage::now();
            let rates = if case.key == u64::NAME {
                measure(*case, number, length, &machine, &numbers)
            } else {
                measure(*case, number, length, &machine, &texts)
            };
            let others = usage.others();
            all.push(Round {
                rates,
                hand_overs: [before, machine.hand_over(Duration::from_millis(4))],
                others,
            });
        }
        eprintln!("round {} of at most {rounds}, {:?}", number + 1, start.elapsed());
    }

    let usual = most_frequent(&all.iter().flatten().flat_map(|round| round.hand_overs).collect::<Vec<_>>());
    let all: Vec<Found> =
        cases.into_iter().zip(&all).map(|(case, rounds)| found(case, rounds, usual)).collect();
    for Found { case, rounds, hand_over, others, rows, .. } in &all {
        println!("\n{case:?}, {rounds} rounds, {hand_over:.0} ns, others {others:.2}");
        for Row { name, rate, dashmap, best, .. } in rows {
            println!(
                "  {name:<30} {:>7.2} ({:.2} to {:.2})  x dashmap {:.2}, x best {:.2}",
                rate.middle, rate.low, rate.high, dashmap.middle, best.middle
            );
        }
    }
    // A part of the questions is not the results.
    if word.is_some() {
        return;
    }
    let results = Results::open(env!("CARGO_TARGET_TMPDIR"));
    results.write("maps.csv", &csv(&all));
    plots(&results, &all, usual);
    let versions: Vec<String> = [
        ("dashmap", "6"),
        ("dashmap", "7"),
        ("scc", ""),
        ("papaya", ""),
        ("flurry", ""),
        ("parking_lot", ""),
        ("foldhash", ""),
        ("moka", ""),
    ]
    .iter()
    .map(|(name, begins)| format!("{name} {}", version(name, begins)))
    .collect();
    let middle = |of: &dyn Fn(&Found) -> f64| Spread::of(all.iter().map(of).collect()).middle;
    results.table(
        "machine",
        &format!(
            "{}; {}. A cache line passes from one processor to the other in {usual:.0} ns. At most {rounds} rounds of {length:?} a map in each of {} cases, of which {:.0} counted; meanwhile other programs had {:.2} processors.",
            platform(),
            versions.join(", "),
            all.len(),
            middle(&|found| f64::from(u32::try_from(found.rounds).unwrap_or(0))),
            middle(&|found| found.others),
        ),
    );
    for question in ["mixes", "reads", "hot", "hash"] {
        results.table(question, &table(&all, question, |found| beside(found, "sharded")));
    }
    for question in ["reads", "hot"] {
        let text = table(&all, question, |found| beside(found, "sharded, read_mostly"));
        results.table(&format!("{question}, mostly read"), &text);
    }
    results.table("one lock", &table(&all, "mixes", one_lock));
}
