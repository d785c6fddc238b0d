//! Random lock programs against all their interleavings (battery stage 13).
//!
//! A program is a few threads, each a straight line of acquires and releases. The oracle runs any
//! number of copies of each thread (as many threads as there are locks: a shortest ring of waiters
//! wants each lock once) and looks for a state in which threads wait in a ring. A writer may queue at
//! any time, so whoever wants a lock waits for every holder, reader after reader too; but readers do
//! hold it together. The graph sees each thread once, alone.

use super::super::{Graph, Held, Node};
use super::{Random, assert_closed};

#[derive(Clone, Copy, Debug)]
enum Op {
    Acquire { lock: u32, exclusive: bool },
    Release { lock: u32 },
}

type Thread = Vec<Op>;

/// A thread about to acquire, or at its end. Releases come as early as they can: whoever is about to
/// release waits for nobody.
#[derive(Clone, Copy, Default)]
struct Stop {
    held: u32,
    held_exclusively: u32,
    wants: Option<(u32, bool)>,
}

fn stops(thread: &Thread) -> Vec<Stop> {
    let mut stops = Vec::new();
    let mut now = Stop::default();
    for &op in thread {
        match op {
            Op::Acquire { lock, exclusive } => {
                stops.push(Stop { wants: Some((lock, exclusive)), ..now });
                now.held |= 1 << lock;
                now.held_exclusively |= u32::from(exclusive) << lock;
            }
            Op::Release { lock } => {
                now.held &= !(1 << lock);
                now.held_exclusively &= !(1 << lock);
            }
        }
    }
    stops.push(now);
    stops
}

/// Whether some threads wait for each other in a ring.
fn deadlocked(state: &[Stop]) -> bool {
    let mut stuck: u32 = (1 << state.len()) - 1;
    loop {
        let waits = |i: usize| {
            let wants = state[i].wants.map_or(0, |(lock, _)| 1 << lock);
            (0..state.len()).any(|j| j != i && stuck >> j & 1 == 1 && state[j].held & wants != 0)
        };
        let still =
            (0..state.len()).filter(|&i| stuck >> i & 1 == 1 && waits(i)).fold(0, |still, i| still | 1 << i);
        if still == stuck {
            return stuck != 0;
        }
        stuck = still;
    }
}

/// Searches all interleavings of these threads. A state is the number whose digits are their stops.
fn deadlock_reachable(threads: &[&[Stop]]) -> bool {
    let size = threads.iter().map(|stops| stops.len()).product();
    let mut seen = vec![false; size];
    seen[0] = true;
    let mut states = vec![0];
    let mut now = Vec::new();
    while let Some(state) = states.pop() {
        now.clear();
        let mut rest = state;
        for stops in threads {
            now.push(stops[rest % stops.len()]);
            rest /= stops.len();
        }
        if deadlocked(&now) {
            return true;
        }
        let mut digit = 1;
        for (stop, stops) in now.iter().zip(threads) {
            let free = stop.wants.is_some_and(|(lock, exclusive)| {
                let in_the_way = |other: &Stop| {
                    if exclusive { other.held } else { other.held_exclusively }
                };
                now.iter().all(|other| in_the_way(other) >> lock & 1 == 0)
            });
            if free && !seen[state + digit] {
                seen[state + digit] = true;
                states.push(state + digit);
            }
            digit *= stops.len();
        }
    }
    false
}

/// Tries all choices of `copies` threads, each as often as one likes.
fn any_choice<'a>(threads: &'a [Vec<Stop>], copies: usize, chosen: &mut Vec<&'a [Stop]>) -> bool {
    if chosen.len() == copies {
        return deadlock_reachable(chosen);
    }
    threads.iter().enumerate().any(|(i, thread)| {
        chosen.push(thread);
        let found = any_choice(&threads[i..], copies, chosen);
        chosen.pop();
        found
    })
}

fn oracle(program: &[Thread], locks: u32) -> bool {
    let threads: Vec<Vec<Stop>> = program.iter().map(stops).collect();
    // Two threads find most, and fast; then as many as the longest ring can have.
    any_choice(&threads, 2, &mut Vec::new())
        || locks > 2 && any_choice(&threads, locks as usize, &mut Vec::new())
}

fn reported(program: &[Thread]) -> bool {
    let mut graph = Graph::new();
    let mut found = false;
    for thread in program {
        let mut stack: Vec<Held<usize>> = Vec::new();
        for (site, &op) in thread.iter().enumerate() {
            match op {
                Op::Acquire { lock, exclusive } => {
                    let wanted = Held { node: Node(lock), instance: None, exclusive, site };
                    if let Some(ring) = graph.acquire(&stack, wanted) {
                        assert_closed(&ring);
                        found = true;
                    }
                    stack.push(wanted);
                }
                Op::Release { lock } => stack.retain(|held| held.node != Node(lock)),
            }
        }
    }
    found
}

/// Whether the locks have a ring when gates are not regarded.
fn has_ring(program: &[Thread]) -> bool {
    let mut before = [0_u32; 8];
    for stop in program.iter().flat_map(stops) {
        if let Some((lock, _)) = stop.wants {
            before[lock as usize] |= stop.held;
        }
    }
    for via in 0..8 {
        for lock in 0..8 {
            if before[lock] & 1 << via != 0 {
                before[lock] |= before[via];
            }
        }
    }
    (0..8).any(|lock| before[lock] & 1 << lock != 0)
}

fn random_thread(random: &mut Random, locks: u32, nested: bool) -> Thread {
    let mut thread = Thread::new();
    let mut held = Vec::new();
    let mut acquires = 2 + random.below(4);
    let readers = [0, 30, 60][random.below(3) as usize];
    while acquires > 0 || !held.is_empty() {
        let free: Vec<u32> = (0..locks).filter(|lock| !held.contains(lock)).collect();
        if acquires > 0 && !free.is_empty() && (held.is_empty() || random.chance(70)) {
            acquires -= 1;
            // The first lock is taken first more often than not, so that there are gates.
            let first = held.is_empty() && random.chance(60);
            let choice = random.below(u32::try_from(free.len()).expect("few")) as usize;
            let lock = if first { 0 } else { free[choice] };
            thread.push(Op::Acquire { lock, exclusive: !random.chance(readers) });
            held.push(lock);
        } else {
            let count = u32::try_from(held.len()).expect("few");
            let at = if nested { count - 1 } else { random.below(count) };
            thread.push(Op::Release { lock: held.remove(at as usize) });
        }
    }
    thread
}

#[derive(Debug, Default)]
struct Tested {
    deadlocks: u32,
    excused: u32,
    missed: u32,
    false_alarms: u32,
}

fn test(seed: u64, programs: u32, nested: bool) -> Tested {
    let mut random = Random(seed);
    let mut tested = Tested::default();
    for _ in 0..programs {
        let locks = 2 + random.below(3);
        let threads = 2 + random.below(2);
        let program: Vec<Thread> = (0..threads).map(|_| random_thread(&mut random, locks, nested)).collect();
        let (expected, found) = (oracle(&program, locks), reported(&program));
        tested.deadlocks += u32::from(expected);
        tested.excused += u32::from(!expected && has_ring(&program));
        tested.missed += u32::from(expected && !found);
        tested.false_alarms += u32::from(found && !expected);
        assert!(found || !expected, "missed: {program:#?}");
        assert!(expected || !found || !nested, "false alarm: {program:#?}");
    }
    tested
}

#[test]
fn reported_if_and_only_if_a_deadlock_is_reachable() {
    let tested = test(1, 20_000, true);
    assert!(tested.deadlocks > 5_000, "{tested:?}");
    assert!(tested.excused > 1_000, "{tested:?}");
}

#[test]
fn released_in_any_order_none_is_missed() {
    let tested = test(2, 5_000, false);
    assert!(tested.deadlocks > 2_000, "{tested:?}");
    // The known over-approximation: a gate that was released early, with a lock taken under it kept.
    assert!(tested.false_alarms <= 6, "{tested:?}");
}

/// The known false alarm, as small as it gets: both threads hold on to a lock taken under the gate `0`.
/// Whoever comes second through the gate waits there, and never gets to meet the other.
#[test]
fn a_gate_released_early_is_not_seen() {
    let thread = |words: &str| -> Thread {
        let op = |word: &str| match word.strip_prefix('-') {
            Some(lock) => Op::Release { lock: lock.parse().expect("a number") },
            None => Op::Acquire { lock: word.parse().expect("a number"), exclusive: true },
        };
        words.split_whitespace().map(op).collect()
    };
    let program = [thread("0 1 2 -2 -0 3 4 -4 -3 -1"), thread("0 2 1 -1 -0 4 3 -3 -4 -2")];
    assert!(reported(&program));
    assert!(!oracle(&program, 5));
    // Held to the end, the gate is seen.
    let program = [thread("0 1 2 -2 3 4 -4 -3 -1 -0"), thread("0 2 1 -1 4 3 -3 -4 -2 -0")];
    assert!(!reported(&program));
    assert!(!oracle(&program, 5));
}
