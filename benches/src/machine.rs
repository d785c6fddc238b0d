//! The processors, and how long a cache line takes from one to another: in a virtual machine that changes between two
//! values from minute to minute, and contended figures change with it.

use core_affinity::CoreId;
use std::hint::spin_loop;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::time::{Duration, Instant};
use std::{fs, thread};

/// The processors that this program may use.
#[derive(Debug)]
pub struct Machine(Vec<CoreId>);

impl Machine {
    /// This one.
    #[must_use]
    pub fn here() -> Self {
        Self(core_affinity::get_core_ids().unwrap_or_default())
    }

    /// How many there are.
    #[must_use]
    pub fn processors(&self) -> usize {
        self.0.len()
    }

    /// Binds the calling thread to a processor of its own, where there are enough.
    pub fn settle(&self, thread: usize) {
        if let Some(&processor) = self.0.get(thread) {
            core_affinity::set_for_current(processor);
        }
    }

    /// Binds the calling thread to a processor, so that all have as many threads, or nearly.
    pub fn share_out(&self, thread: usize) {
        if let Some(turn) = thread.checked_rem(self.0.len()) {
            self.settle(turn);
        }
    }

    /// Nanoseconds that a cache line takes from one processor to the other; measured again, a few times, where another
    /// program had one of them meanwhile.
    #[must_use]
    pub fn hand_over(&self, length: Duration) -> f64 {
        let times = std::iter::repeat_with(|| self.hand_over_once(length)).take(5);
        let mut least = (f64::MAX, f64::NAN);
        for (waited, time) in times {
            least = if waited < least.0 { (waited, time) } else { least };
            if waited < length.as_secs_f64() * DISTURBED {
                break;
            }
        }
        least.1
    }

    /// How long the threads waited for a processor, and the time.
    fn hand_over_once(&self, length: Duration) -> (f64, f64) {
        let (ball, over) = (AtomicU32::new(0), AtomicBool::new(false));
        thread::scope(|scope| {
            let sides = [0, 1].map(|side| {
                let (ball, over) = (&ball, &over);
                scope.spawn(move || {
                    self.settle(side as usize);
                    let before = waited();
                    while !over.load(Ordering::Relaxed) {
                        let passes = ball.load(Ordering::Acquire);
                        if passes % 2 == side {
                            ball.store(passes.wrapping_add(1), Ordering::Release);
                        } else {
                            spin_loop();
                        }
                    }
                    waited() - before
                })
            });
            thread::sleep(length / 4); // until both run
            let (start, before) = (Instant::now(), ball.load(Ordering::Relaxed));
            thread::sleep(length);
            let (took, after) = (start.elapsed(), ball.load(Ordering::Relaxed));
            over.store(true, Ordering::Relaxed);
            let waited = sides.into_iter().map(|side| side.join().expect("it does not panic")).sum();
            (waited, took.as_secs_f64() * 1e9 / f64::from(after.wrapping_sub(before)))
        })
    }
}

/// How much processor time was used until some moment, by everybody and by this program: Linux counts it, in hundredths of
/// seconds of one processor.
#[derive(Clone, Copy, Debug)]
pub struct Usage {
    at: Instant,
    all: f64,
    own: f64,
}

impl Usage {
    /// Until now; nothing, where Linux does not tell.
    #[must_use]
    pub fn now() -> Self {
        let numbers =
            |text: &str| text.split_whitespace().filter_map(|word| word.parse().ok()).collect::<Vec<f64>>();
        let whole = fs::read_to_string("/proc/stat").unwrap_or_default();
        let whole = numbers(whole.lines().next().unwrap_or_default()); // user, nice, system, idle, waiting for disks, ..
        let own = fs::read_to_string("/proc/self/stat").unwrap_or_default();
        let own = numbers(own.rsplit(')').next().unwrap_or_default()); // the 14th field and three more: ours, and our children's
        Self {
            at: Instant::now(),
            all: whole.iter().sum::<f64>() - whole.get(3..5).map_or(0.0, |idle| idle.iter().sum()),
            own: own.get(10..14).map_or(0.0, |used| used.iter().sum()),
        }
    }

    /// How many processors others have used since then, on average.
    #[must_use]
    pub fn others(&self) -> f64 {
        let now = Self::now();
        let hundredths = (now.all - self.all) - (now.own - self.own);
        (hundredths / 100.0 / (now.at - self.at).as_secs_f64()).max(0.0)
    }
}

/// A measurement is worth nothing if its threads waited for a processor longer than this part of it.
pub const DISTURBED: f64 = 0.05;

/// Seconds that the calling thread has waited for a processor while it could have run; 0 where Linux does not tell.
#[must_use]
pub fn waited() -> f64 {
    let text = fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    let nanoseconds = text.split(' ').nth(1).and_then(|word| word.parse::<f64>().ok());
    nanoseconds.unwrap_or(0.0) / 1e9
}

/// Two hand-over times are of one regime.
#[must_use]
pub fn alike(one: f64, other: f64) -> bool {
    (other / 1.5..other * 1.5).contains(&one)
}

/// The hand-over time to which most are alike.
#[must_use]
pub fn most_frequent(times: &[f64]) -> f64 {
    let likes = |time: f64| times.iter().filter(|&&other| alike(other, time)).count();
    times.iter().copied().max_by_key(|&time| likes(time)).unwrap_or(f64::NAN)
}
