//! Who waits for whom: the proof that a wait can never end.
//!
//! A thread comes here when its one timed attempt has failed, before it waits without a limit. It leaves a copy
//! of what it holds, which stays true for as long as it waits. The last member of a ring to arrive finds all the
//! others here, so exactly one leaves it. Threads that wait with a time limit are passed over by those without: they
//! look again from time to time, and the last of them to have come leaves the ring.

use super::held::{self, Entry};
use crate::sync::{Internal, Mode};
use std::fmt::Write as _;

#[derive(Debug)]
struct Waiter {
    id: u64,
    wanted: Entry,
    limited: bool,
    held: Vec<Entry>,
}

static WAITERS: Internal<(u64, Vec<Waiter>)> = Internal::new((0, Vec::new()));

/// What [`Wait::register`] found.
#[derive(Debug)]
pub(crate) enum Verdict {
    /// Somebody can still move.
    Free,
    /// All members hold what the one before them wants: nobody can move, ever.
    Ring(String),
    /// As `Ring`, but somebody only waits behind a writer in the queue, who may be leaving it just now.
    Unsure(String),
}

/// This thread's place in the table, given up on drop.
#[derive(Debug)]
pub(crate) struct Wait {
    id: u64,
}

impl Wait {
    /// Enters the table. `wanted` is on this thread's stack already, as its newest entry.
    pub(crate) fn register(wanted: Entry, limited: bool) -> (Self, Verdict) {
        let mut held = held::all();
        // An upgrade is wanted by the holder of the upgradable read, which stays an entry.
        if wanted.info.mode != Mode::Upgrade
            && let Some(place) = held.iter().rposition(|entry| entry.cell == wanted.cell)
        {
            held.remove(place);
        }
        let mut table = WAITERS.lock();
        table.0 += 1;
        let id = table.0;
        table.1.push(Waiter { id, wanted, limited, held });
        let verdict = prove(&table.1, id);
        (Self { id }, verdict)
    }

    /// Looks again.
    pub(crate) fn verdict(&self) -> Verdict {
        prove(&WAITERS.lock().1, self.id)
    }
}

impl Drop for Wait {
    fn drop(&mut self) {
        let mut table = WAITERS.lock();
        if let Some(place) = table.1.iter().position(|waiter| waiter.id == self.id) {
            let gone = table.1.swap_remove(place);
            drop(table);
            drop(gone);
        }
    }
}

/// Why one waiter cannot go on before another moves.
#[derive(Clone, Copy, PartialEq)]
enum Reason {
    Holds(Entry),
    Queued,
}

impl PartialEq for Entry {
    fn eq(&self, other: &Self) -> bool {
        self.cell == other.cell && self.info.mode == other.info.mode
    }
}

fn reason(waits: &Waiter, other: &Waiter) -> Option<Reason> {
    let wanted = waits.wanted;
    if let Some(held) =
        other.held.iter().find(|held| held.cell == wanted.cell && wanted.info.mode.waits_for(held.info.mode))
    {
        return Some(Reason::Holds(*held));
    }
    let behind = wanted.info.mode == Mode::Read
        && other.wanted.cell == wanted.cell
        && matches!(other.wanted.info.mode, Mode::Write | Mode::Upgrade);
    behind.then_some(Reason::Queued)
}

/// A ring through the waiter `id`, the surest one first.
fn prove(waiters: &[Waiter], id: u64) -> Verdict {
    let Some(start) = waiters.iter().position(|waiter| waiter.id == id) else { return Verdict::Free };
    let limited = waiters[start].limited;
    for (queues, verdict) in [(false, Verdict::Ring as fn(String) -> Verdict), (true, Verdict::Unsure)] {
        let mut came_from = vec![None; waiters.len()];
        let mut open = vec![start];
        while let Some(at) = open.pop() {
            for (next, other) in waiters.iter().enumerate() {
                let stays = next == start || !other.limited || limited && other.id < id;
                if at == next || !stays || (next != start && came_from[next].is_some()) {
                    continue;
                }
                match reason(&waiters[at], other) {
                    Some(Reason::Queued) if !queues => {}
                    None => {}
                    Some(why) => {
                        came_from[next] = Some((at, why));
                        if next == start {
                            return verdict(describe(waiters, &came_from, start));
                        }
                        open.push(next);
                    }
                }
            }
        }
    }
    Verdict::Free
}

fn describe(waiters: &[Waiter], came_from: &[Option<(usize, Reason)>], start: usize) -> String {
    let mut steps = Vec::new();
    let mut next = start;
    while let Some((at, why)) = came_from[next] {
        steps.push((at, next, why));
        next = at;
        if at == start {
            break;
        }
    }
    let mut text = String::new();
    for (at, _, why) in steps.into_iter().rev() {
        let wanted = waiters[at].wanted;
        let who = if at == start { "this thread" } else { "another thread" };
        let _ = write!(
            text,
            "  {who} waits for `{}` ({}) at {}",
            wanted.info.class,
            wanted.info.mode.word(),
            wanted.line
        );
        let _ = match why {
            Reason::Holds(held) => writeln!(text, ", held for {} since {}", held.info.mode.word(), held.line),
            Reason::Queued => writeln!(text, ", behind a writer in the queue"),
        };
    }
    text.truncate(text.trim_end().len());
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::site::{Class, Infos, SiteInfo};
    use std::panic::Location;

    static CLASS: Class = Class::new("T", "f", "rw", "t.rs", 1);
    static INFOS: Infos = SiteInfo::new(&CLASS).modes();

    fn entry(cell: usize, mode: Mode) -> Entry {
        Entry { cell, info: &INFOS[mode as usize], line: Location::caller(), serial: 0 }
    }

    fn waiter(id: u64, wanted: Entry, held: &[Entry]) -> Waiter {
        Waiter { id, wanted, limited: false, held: held.to_vec() }
    }

    #[test]
    fn two_holders_that_want_each_other_are_a_ring() {
        let table = [
            waiter(1, entry(10, Mode::Write), &[entry(20, Mode::Write)]),
            waiter(2, entry(20, Mode::Read), &[entry(10, Mode::Read)]),
        ];
        assert!(matches!(prove(&table, 2), Verdict::Ring(_)));
        assert!(matches!(prove(&table, 1), Verdict::Ring(_)));
    }

    #[test]
    fn readers_do_not_wait_for_readers() {
        let table = [
            waiter(1, entry(10, Mode::Read), &[entry(20, Mode::Read)]),
            waiter(2, entry(20, Mode::Read), &[entry(10, Mode::Read)]),
        ];
        assert!(matches!(prove(&table, 2), Verdict::Free));
    }

    #[test]
    fn readers_behind_queued_writers_may_be_a_ring() {
        let table = [
            waiter(1, entry(10, Mode::Read), &[entry(20, Mode::Read)]),
            waiter(2, entry(20, Mode::Read), &[entry(10, Mode::Read)]),
            waiter(3, entry(10, Mode::Write), &[]),
            waiter(4, entry(20, Mode::Write), &[]),
        ];
        assert!(matches!(prove(&table, 2), Verdict::Unsure(_)));
    }

    #[test]
    fn a_member_with_a_time_limit_breaks_the_ring() {
        let mut limited = waiter(1, entry(10, Mode::Write), &[entry(20, Mode::Write)]);
        limited.limited = true;
        let table = [limited, waiter(2, entry(20, Mode::Read), &[entry(10, Mode::Read)])];
        assert!(matches!(prove(&table, 2), Verdict::Free));
        assert!(matches!(prove(&table, 1), Verdict::Ring(_)), "its own proof still stands");
    }

    #[test]
    fn of_two_with_a_time_limit_one_leaves() {
        let mut table = [
            waiter(1, entry(10, Mode::Write), &[entry(20, Mode::Write)]),
            waiter(2, entry(20, Mode::Write), &[entry(10, Mode::Write)]),
        ];
        for waiter in &mut table {
            waiter.limited = true;
        }
        assert!(matches!(prove(&table, 1), Verdict::Free));
        assert!(matches!(prove(&table, 2), Verdict::Ring(_)));
    }

    #[test]
    fn a_chain_is_no_ring_and_three_make_one() {
        let mut table = vec![
            waiter(1, entry(10, Mode::Write), &[entry(30, Mode::Write)]),
            waiter(2, entry(20, Mode::Write), &[entry(10, Mode::Write)]),
        ];
        assert!(matches!(prove(&table, 2), Verdict::Free));
        table.push(waiter(3, entry(30, Mode::Write), &[entry(20, Mode::Write)]));
        let Verdict::Ring(text) = prove(&table, 3) else { panic!("three members are a ring") };
        assert_eq!(text.lines().count(), 3, "{text}");
    }
}
