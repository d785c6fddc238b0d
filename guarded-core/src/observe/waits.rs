//! Who made whom wait: pairs of source lines, in a table of fixed size that no writer ever waits for.

use super::report::{Place, WaitReport};
use crate::error::Line;
use crate::site::Class;
use crate::sync::{AtomicU64, Ordering};
use std::panic::Location;
use std::sync::{LazyLock, OnceLock};
use std::time::Duration;

/// Pairs of lines that the table can tell apart.
const PAIRS: usize = 1024;
/// How far a pair may stand from its place.
const PROBES: usize = 32;

#[derive(Debug)]
struct Key {
    class: &'static Class,
    waiter: Line,
    holder: Option<Line>,
}

#[derive(Debug, Default)]
struct Pair {
    key: OnceLock<Key>,
    count: AtomicU64,
    total: AtomicU64,
    max: AtomicU64,
}

static TABLE: LazyLock<Box<[Pair]>> = LazyLock::new(|| (0..PAIRS).map(|_| Pair::default()).collect());
/// Waits of pairs for which there was no room.
static LOST: AtomicU64 = AtomicU64::new(0);

fn address(line: Option<Line>) -> usize {
    line.map_or(0, |line| std::ptr::from_ref::<Location<'_>>(line) as usize)
}

pub(super) fn record(class: &'static Class, waiter: Line, holder: Option<Line>, nanos: u64) {
    let same = |key: &Key| {
        std::ptr::eq(key.class, class)
            && address(Some(key.waiter)) == address(Some(waiter))
            && address(key.holder) == address(holder)
    };
    let mix = address(Some(waiter))
        ^ address(holder).rotate_left(21)
        ^ (std::ptr::from_ref(class) as usize).rotate_left(42);
    let start = mix.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> (usize::BITS - PAIRS.trailing_zeros());
    for step in 0..PROBES {
        let pair = &TABLE[(start + step) % PAIRS];
        if same(pair.key.get_or_init(|| Key { class, waiter, holder })) {
            pair.count.fetch_add(1, Ordering::Relaxed);
            pair.total.fetch_add(nanos, Ordering::Relaxed);
            pair.max.fetch_max(nanos, Ordering::Relaxed);
            return;
        }
    }
    LOST.fetch_add(1, Ordering::Relaxed);
}

/// All pairs, and how many waits found no room.
pub(super) fn all() -> (Vec<WaitReport>, u64) {
    let known = TABLE.iter().filter_map(|pair| pair.key.get().map(|key| (key, pair)));
    let waits = known.map(|(key, pair)| WaitReport {
        field: key.class.to_string(),
        waiter: Place::from(key.waiter),
        holder: key.holder.map(Place::from),
        count: pair.count.load(Ordering::Relaxed),
        total: Duration::from_nanos(pair.total.load(Ordering::Relaxed)),
        max: Duration::from_nanos(pair.max.load(Ordering::Relaxed)),
    });
    (waits.collect(), LOST.load(Ordering::Relaxed))
}
