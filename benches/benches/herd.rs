//! How many waiters a write wakes that makes nobody's condition true, or one thread's.
//!
//! ```sh
//! cargo bench -p guarded-benches --bench herd   # 14 s
//! ```
//! Many threads wait, each for a value of its own. A thread beside them writes a value for which nobody waits, or one
//! for which one does, and waits until all sleep again before it writes the next.
//!
//! - `wakeups`: how often a waiter was woken, a write. Each time it goes back to sleep is a voluntary context switch,
//!   which Linux counts; elsewhere the column is empty.
//! - `looks`: how often a condition was looked at, a write, on whichever thread.
//! - `write`: microseconds until the write returns. A monitor looks at the conditions before that; a condition
//!   variable leaves it to the threads that it wakes.
//! - `settled`: microseconds until all sleep again.

use guarded_benches::quick;
use guarded_state::guarded;
use std::fs;
use std::sync::Barrier;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::Instant;

/// Nobody waits for it.
const NOBODY: usize = usize::MAX;
/// Everybody leaves.
const ALL: usize = usize::MAX - 1;

/// Threads waiting for their number.
trait Herd: Default + Sync {
    const NAME: &'static str;

    /// Waits for `number`, and takes it away; false at the end.
    fn wait(&self, number: usize, looks: &AtomicU64) -> bool;
    fn write(&self, number: usize);
    /// How many wait, or soon will without looking at their conditions again.
    fn waiting(&self) -> usize;
}

fn holds(value: usize, number: usize, looks: &AtomicU64) -> bool {
    looks.fetch_add(1, Ordering::Relaxed);
    value == number || value == ALL
}

/// Takes the number away, unless it is the end.
fn taken(value: &mut usize) -> bool {
    let ours = *value != ALL;
    if ours {
        *value = NOBODY;
    }
    ours
}

#[guarded]
#[derive(Default)]
struct Monitor {
    #[guarded(monitor)]
    value: usize,
}

impl Herd for Monitor {
    const NAME: &'static str = "monitor";

    fn wait(&self, number: usize, looks: &AtomicU64) -> bool {
        self.value.with_write_when(|value| holds(*value, number, looks), taken)
    }

    fn write(&self, number: usize) {
        self.value.set(number);
    }

    fn waiting(&self) -> usize {
        self.value.waiters()
    }
}

/// The value, and how many sleep: a write wakes all.
#[derive(Default)]
struct Shared {
    value: usize,
    asleep: usize,
}

#[derive(Default)]
struct Std(std::sync::Mutex<Shared>, std::sync::Condvar);

impl Herd for Std {
    const NAME: &'static str = "std Condvar";

    fn wait(&self, number: usize, looks: &AtomicU64) -> bool {
        let mut shared = self.0.lock().unwrap();
        while !holds(shared.value, number, looks) {
            shared.asleep += 1;
            shared = self.1.wait(shared).unwrap();
        }
        taken(&mut shared.value)
    }

    fn write(&self, number: usize) {
        *self.0.lock().unwrap() = Shared { value: number, asleep: 0 };
        self.1.notify_all();
    }

    fn waiting(&self) -> usize {
        self.0.lock().unwrap().asleep
    }
}

#[derive(Default)]
struct ParkingLot(parking_lot::Mutex<Shared>, parking_lot::Condvar);

impl Herd for ParkingLot {
    const NAME: &'static str = "parking_lot Condvar";

    fn wait(&self, number: usize, looks: &AtomicU64) -> bool {
        let mut shared = self.0.lock();
        while !holds(shared.value, number, looks) {
            shared.asleep += 1;
            self.1.wait(&mut shared);
        }
        taken(&mut shared.value)
    }

    fn write(&self, number: usize) {
        *self.0.lock() = Shared { value: number, asleep: 0 };
        self.1.notify_all();
    }

    fn waiting(&self) -> usize {
        self.0.lock().asleep
    }
}

/// How often the threads went to sleep, by Linux' count.
fn sleeps(threads: &[String]) -> Option<u32> {
    let of = |thread: &String| -> Option<u32> {
        let status = fs::read_to_string(format!("/proc/{thread}/status")).ok()?;
        let line = status.lines().find(|line| line.starts_with("voluntary_ctxt_switches"))?;
        line.split_whitespace().last()?.parse().ok()
    };
    threads.iter().map(of).sum()
}

/// Writes `writes` times, what `number` says, and prints the row.
fn measure<H: Herd>(
    herd: &H,
    threads: &[String],
    looks: &AtomicU64,
    writes: u32,
    number: impl Fn(u32) -> usize,
) {
    let settle = || {
        while herd.waiting() < threads.len() {
            thread::yield_now();
        }
    };
    settle();
    let (sleeps_before, looks_before) = (sleeps(threads), looks.load(Ordering::Relaxed));
    let (mut written, mut settled) = (0.0, 0.0);
    for write in 0..writes {
        let start = Instant::now();
        herd.write(number(write));
        written += start.elapsed().as_secs_f64() * 1e6;
        settle();
        settled += start.elapsed().as_secs_f64() * 1e6;
    }
    let writes = f64::from(writes);
    let looked = u32::try_from(looks.load(Ordering::Relaxed) - looks_before).unwrap_or(u32::MAX);
    let woken = sleeps(threads)
        .zip(sleeps_before)
        .map_or("-".into(), |(after, before)| format!("{:.2}", f64::from(after - before) / writes));
    println!(
        "  {:<22} {woken:>8} {:>8.2} {:>9.2} {:>9.2}",
        H::NAME,
        f64::from(looked) / writes,
        written / writes,
        settled / writes
    );
}

fn herd<H: Herd>(size: usize, writes: u32, makes_one_true: bool) {
    let (herd, looks, started) = (H::default(), AtomicU64::new(0), Barrier::new(size + 1));
    herd.write(NOBODY);
    thread::scope(|scope| {
        let (sender, names) = std::sync::mpsc::channel();
        for number in 0..size {
            let (herd, looks, started, sender) = (&herd, &looks, &started, sender.clone());
            scope.spawn(move || {
                let name = fs::read_link("/proc/thread-self").unwrap_or_default();
                sender.send(name.to_string_lossy().into_owned()).expect("somebody listens");
                started.wait();
                while herd.wait(number, looks) {}
            });
        }
        started.wait();
        let threads: Vec<String> = names.iter().take(size).collect();
        let number = |write| if makes_one_true { (write as usize * 7) % size } else { NOBODY };
        measure(&herd, &threads, &looks, writes, number);
        herd.write(ALL);
    });
}

fn main() {
    let writes = if quick() { 20 } else { 2000 };
    for size in [5, 50, 200] {
        for (what, makes_one_true) in [("no condition", false), ("one condition", true)] {
            println!("{size} waiters; a write makes {what} true");
            println!("  {:<22} {:>8} {:>8} {:>9} {:>9}", "", "wakeups", "looks", "write", "settled");
            herd::<Monitor>(size, writes, makes_one_true);
            herd::<Std>(size, writes, makes_one_true);
            herd::<ParkingLot>(size, writes, makes_one_true);
        }
    }
}
