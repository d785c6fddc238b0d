//! Proves what is particular to versions: that reads never wait, that a failed write publishes nothing, that history,
//! differences and merges are what a naive model says, and that nothing is kept longer than promised.

use guarded_state::{Diff, MergeError, Standalone, TryError, Version, Versioned, guarded};
use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, LazyLock, mpsc};
use std::task::{Context, Poll, Wake, Waker};
use std::thread;
use std::time::{Duration, Instant};

#[test]
fn nothing_waits_for_a_writer_that_takes_its_time() {
    let prices = Versioned::<BTreeMap<&str, u32>, Standalone, 4>::new(BTreeMap::from([("bolt", 5)]));
    let first = prices.version();
    prices.insert("bolt", 6);
    let (inside, is_inside) = mpsc::channel();
    let (go_on, may_go_on) = mpsc::channel::<()>();
    thread::scope(|scope| {
        let prices = &prices;
        scope.spawn(move || {
            prices.with_write(|prices| {
                prices.insert("bolt", 7);
                inside.send(()).unwrap();
                may_go_on.recv().unwrap();
            });
        });
        is_inside.recv().unwrap();
        // Each of these would hang if it waited.
        assert_eq!(prices.with_read(|prices| prices["bolt"]), 6);
        assert_eq!(prices.get_cloned("bolt"), Some(6));
        assert_eq!((prices.snapshot()["bolt"], prices.len(), prices.keys()), (6, 1, vec!["bolt"]));
        assert_eq!(prices.at(first).map(|at| at["bolt"]), Some(5));
        assert_eq!(prices.diff(first, prices.version()).unwrap().changed, [("bolt", 5, 6)]);
        assert_eq!(prices.wait_for(first)["bolt"], 6);
        let mut branch = prices.branch(first).unwrap();
        branch.insert("nut", 1);
        drop(branch);
        let start = Instant::now();
        assert!(prices.wait_newer(prices.version(), Duration::from_millis(20)).is_none());
        assert!(start.elapsed() >= Duration::from_millis(20));
        assert!(format!("{prices:?}").contains("bolt"));
        let refused = prices.try_with_write(|_| ());
        assert!(matches!(refused, Err(TryError::WouldBlock { .. })), "{refused:?}");
        let refused = prices.try_with_write_for(Duration::from_millis(5), |_| ());
        assert!(matches!(refused, Err(TryError::TimedOut { .. })), "{refused:?}");
        go_on.send(()).unwrap();
    });
    assert_eq!(prices.get_cloned("bolt"), Some(7));
}

#[test]
fn readers_see_whole_versions_only() {
    let pair = Versioned::<(u64, u64)>::new((0, 1_000));
    let done = AtomicBool::new(false);
    thread::scope(|scope| {
        let readers: Vec<_> = (0..3)
            .map(|_| {
                scope.spawn(|| {
                    let (mut last, mut seen) = (pair.version(), 0);
                    while !done.load(Ordering::Relaxed) {
                        let now = pair.snapshot();
                        assert_eq!(now.0 + now.1, 1_000);
                        assert!(now.version() >= last, "versions only grow");
                        seen += usize::from(now.version() != last);
                        last = now.version();
                    }
                    seen
                })
            })
            .collect();
        for n in 0..1_000 {
            pair.with_write(|(a, b)| {
                *a += 1;
                if n % 100 == 0 {
                    thread::yield_now();
                }
                *b -= 1;
            });
        }
        while pair.version().number() < 1_001 {}
        done.store(true, Ordering::Relaxed);
        let seen: usize = readers.into_iter().map(|reader| reader.join().unwrap()).sum();
        assert!(seen > 0);
    });
    assert_eq!(pair.cloned(), (1_000, 0));
}

thread_local! {
    static BREAKS: Cell<bool> = const { Cell::new(false) };
}

/// Its clone panics when asked to.
#[derive(Debug, PartialEq)]
struct Fragile(u32);

impl Clone for Fragile {
    fn clone(&self) -> Self {
        assert!(!BREAKS.get(), "no clone");
        Self(self.0)
    }
}

#[test]
fn a_write_that_fails_publishes_nothing() {
    let cell = Versioned::<Fragile, Standalone, 8>::new(Fragile(1));
    let before = cell.version();
    let panics: [&dyn Fn(); 5] = [
        &|| {
            cell.with_write(|value| {
                value.0 = 2;
                panic!("half way")
            });
        },
        &|| {
            BREAKS.set(true);
            cell.with_write(|_| ());
        },
        &|| {
            _ = cell.transact(|value| -> Result<(), ()> {
                value.0 = 3;
                panic!("half way")
            });
        },
        &|| {
            drop(cell.with_write_from(before, |value| {
                value.0 = 4;
                panic!("half way")
            }));
        },
        &|| {
            drop(cell.try_with_write(|value| {
                value.0 = 5;
                panic!("half way")
            }));
        },
    ];
    for panics in panics {
        assert!(catch_unwind(AssertUnwindSafe(panics)).is_err());
        BREAKS.set(false);
        assert_eq!((cell.version(), cell.with_read(|value| value.0)), (before, 1));
        assert!(cell.try_with_write_from_now(), "the lock is free");
    }
    assert_eq!(
        cell.transact(|value| {
            value.0 = 6;
            Err::<(), _>("no")
        }),
        Err("no")
    );
    assert_eq!((cell.version(), cell.versions().len()), (before, 1));

    let map = Versioned::<BTreeMap<u32, u32>, Standalone, 8>::new(BTreeMap::from([(1, 1)]));
    let before = map.version();
    let panics: [&dyn Fn(); 7] = [
        &|| {
            map.with_write_key(1, |entry| {
                *entry.or_default() = 9;
                panic!("half way")
            });
        },
        &|| _ = map.compute(1, |_| panic!("half way")),
        &|| _ = map.replace_if(&1, 2, |_| panic!("half way")),
        &|| _ = map.remove_if(&1, |_| panic!("half way")),
        &|| {
            map.retain(|_, value| {
                *value = 9;
                panic!("half way")
            });
        },
        &|| _ = map.get_or_insert_with(2, || panic!("half way")),
        &|| {
            map.with_write_many([1, 2], |mut map| {
                map.insert(2, 2);
                panic!("half way")
            });
        },
    ];
    for panics in panics {
        assert!(catch_unwind(AssertUnwindSafe(panics)).is_err());
        assert_eq!((map.version(), map.cloned()), (before, BTreeMap::from([(1, 1)])));
    }
    assert_eq!(map.remove(&7), None);
    assert_eq!(map.try_insert(1, 5), Err(5));
    assert_eq!(map.version(), before, "what changes nothing is no version");
}

trait TryNow {
    fn try_with_write_from_now(&self) -> bool;
}

impl<const HISTORY: usize> TryNow for Versioned<Fragile, Standalone, HISTORY> {
    /// Takes the writers' lock and publishes nothing.
    fn try_with_write_from_now(&self) -> bool {
        let refused = catch_unwind(AssertUnwindSafe(|| self.try_with_write(|_| panic!("inside"))));
        refused.is_err_and(|payload| payload.downcast_ref() == Some(&"inside"))
    }
}

#[test]
fn a_write_can_insist_on_the_version_it_was_decided_by() {
    let stock = Versioned::<u32>::new(0);
    // Two who look first and write later, a thousand times each: nothing is lost.
    thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                for _ in 0..1_000 {
                    loop {
                        let seen = stock.snapshot();
                        let decided = *seen + 1;
                        match stock.with_write_from(seen.version(), |n| *n = decided) {
                            Ok(()) => break,
                            Err(superseded) => assert!(superseded.current > superseded.seen),
                        }
                    }
                }
            });
        }
    });
    assert_eq!((stock.cloned(), stock.version().number()), (2_000, 2_001));
}

/// Counts those of its kind that live.
#[derive(Debug)]
struct Counted(Arc<AtomicUsize>);

impl Counted {
    fn new(count: &Arc<AtomicUsize>) -> Self {
        count.fetch_add(1, Ordering::Relaxed);
        Self(Arc::clone(count))
    }
}

impl Clone for Counted {
    fn clone(&self) -> Self {
        Self::new(&self.0)
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

#[test]
fn versions_that_nobody_can_reach_are_freed() {
    let alive = Arc::new(AtomicUsize::new(0));
    let alive_now = || alive.load(Ordering::Relaxed);
    let cell = Versioned::<Counted, Standalone, 3>::new(Counted::new(&alive));
    let publish = |times| (0..times).for_each(|_| cell.with_write(|_| ()));
    publish(2);
    assert_eq!(alive_now(), 3);
    publish(10);
    assert_eq!((alive_now(), cell.versions().len()), (4, 4), "three before the current one");

    let snapshot = cell.snapshot();
    publish(10);
    assert_eq!(alive_now(), 5, "and one that is shared");
    assert!(cell.at(snapshot.version()).is_none());
    drop(snapshot);
    assert_eq!(alive_now(), 4);

    let mut branch = cell.branch(cell.version()).unwrap();
    publish(10);
    assert_eq!(alive_now(), 5, "and one on which a branch stands");
    for _ in 0..10 {
        branch.with_write(|_| ());
    }
    assert_eq!(alive_now(), 9, "where it began, its newest and three of its own, the current one and three");
    let head = branch.version();
    cell.merge_with(head, |_, ours, _| ours.clone()).unwrap();
    publish(10);
    assert_eq!(alive_now(), 8, "it shares its newest with the published line: where it began is not needed");
    drop(branch);
    assert_eq!((alive_now(), cell.at(head).is_some()), (7, true), "three of its versions");

    let bare = Versioned::<Counted>::new(Counted::new(&alive));
    for _ in 0..10 {
        bare.with_write(|_| ());
    }
    assert_eq!(alive_now(), 8, "no history, no past");
    drop((bare, cell));
    assert_eq!(alive_now(), 0);
}

#[test]
fn what_a_write_puts_out_is_dropped_outside_the_lock() {
    static CELL: LazyLock<Versioned<BTreeMap<u8, Option<Looks>>>> = LazyLock::new(Versioned::default);
    thread_local! {
        /// What the next drop finds out.
        static FOUND: Cell<Option<Result<(), TryError>>> = const { Cell::new(None) };
        static ASKED: Cell<bool> = const { Cell::new(false) };
    }
    /// Notes, when it is dropped, whether the field that it comes from is locked.
    #[derive(Clone)]
    struct Looks;
    impl Drop for Looks {
        fn drop(&mut self) {
            if ASKED.replace(false) {
                FOUND.set(Some(CELL.try_with_write(|_| ())));
            }
        }
    }
    let puts_out: [(&str, fn()); 5] = [
        ("set", || CELL.set(BTreeMap::new())),
        ("insert", || drop(CELL.insert(1, None))),
        ("remove", || drop(CELL.remove(&1))),
        ("transact", || assert!(CELL.transact(|_| Err::<(), _>(())).is_err())),
        ("a panic", || assert!(catch_unwind(|| CELL.with_write(|_| panic!("half way"))).is_err())),
    ];
    for (name, put_out) in puts_out {
        CELL.set(BTreeMap::from([(1, Some(Looks))]));
        ASKED.set(true);
        put_out();
        assert_eq!(FOUND.take(), Some(Ok(())), "{name}");
    }
}

#[test]
fn waiting_for_a_version() {
    let config = Versioned::<u32>::new(1);
    let first = config.version();
    thread::scope(|scope| {
        let waiting: Vec<_> =
            (0..4).map(|_| scope.spawn(|| config.wait_newer(first, Duration::from_mins(1)))).collect();
        thread::sleep(Duration::from_millis(20));
        config.set(2);
        for waiting in waiting {
            assert_eq!(waiting.join().unwrap().as_deref(), Some(&2));
        }
        let second = config.version();
        config.set(3);
        assert_eq!(*config.wait_for(second), 3, "the current one, which is newer");
        let start = Instant::now();
        assert!(config.wait_newer(config.version(), Duration::from_millis(30)).is_none());
        assert!(start.elapsed() >= Duration::from_millis(30));
    });
}

#[cfg(feature = "order-check")]
#[test]
fn waiting_inside_of_ones_own_write_is_told() {
    let config = Versioned::<u32>::new(1);
    let inside = || config.with_write(|_| *config.wait_for(config.version_after_next()));
    let payload = catch_unwind(AssertUnwindSafe(inside)).unwrap_err();
    let said = payload.downcast_ref::<String>().unwrap();
    assert!(
        said.contains("inside of a write of it") && said.matches("tests/versioned.rs").count() >= 2,
        "{said}"
    );
    assert_eq!(config.with_write(|n| *n), 1, "and the lock is free");

    let again = || config.with_write(|_| config.with_write(|_| ()));
    let payload = catch_unwind(AssertUnwindSafe(again)).unwrap_err();
    let said = payload.downcast_ref::<String>().unwrap();
    assert!(said.contains("is locked twice by one thread"), "{said}");
}

#[cfg(feature = "order-check")]
trait AfterNext {
    fn version_after_next(&self) -> Version;
}

#[cfg(feature = "order-check")]
impl AfterNext for Versioned<u32> {
    /// A version that is not there yet, as another cell of the same age tells it.
    fn version_after_next(&self) -> Version {
        let other = Versioned::<u32>::new(0);
        while other.version() <= self.version() {
            other.set(0);
        }
        other.version()
    }
}

struct CountsWakes(AtomicUsize);

impl Wake for CountsWakes {
    fn wake(self: Arc<Self>) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }
}

#[test]
fn tasks_wait_too() {
    let config = Versioned::<u32>::new(1);
    let wakes = Arc::new(CountsWakes(AtomicUsize::new(0)));
    let bell = Waker::from(Arc::clone(&wakes));
    let mut context = Context::from_waker(&bell);
    {
        let mut newer = pin!(config.newer(config.version()));
        assert!(newer.as_mut().poll(&mut context).is_pending());
        assert!(newer.as_mut().poll(&mut context).is_pending());
        config.set(2);
        assert_eq!(wakes.0.load(Ordering::Relaxed), 1, "polled twice, woken once");
        let Poll::Ready(now) = newer.as_mut().poll(&mut context) else { panic!("it is there") };
        assert_eq!(*now, 2);
    }
    {
        let mut newer = pin!(config.newer(config.version()));
        assert!(newer.as_mut().poll(&mut context).is_pending());
    }
    config.set(3);
    assert_eq!(wakes.0.load(Ordering::Relaxed), 1, "a future that was dropped is not woken");
}

type Map = BTreeMap<u8, u8>;

/// All versions that ever were, in full.
#[derive(Default)]
struct Model {
    versions: BTreeMap<Version, (Map, Vec<Version>)>,
}

impl Model {
    fn ancestors(&self, of: Version) -> BTreeSet<Version> {
        let (mut found, mut next) = (BTreeSet::new(), vec![of]);
        while let Some(version) = next.pop() {
            if found.insert(version) {
                next.extend(&self.versions[&version].1);
            }
        }
        found
    }

    fn diff(&self, from: Version, to: Version) -> Diff<u8, u8> {
        let (from, to) = (&self.versions[&from].0, &self.versions[&to].0);
        let mut diff = Diff { added: vec![], removed: vec![], changed: vec![] };
        for key in from.keys().chain(to.keys()).collect::<BTreeSet<_>>() {
            match (from.get(key), to.get(key)) {
                (None, Some(new)) => diff.added.push((*key, *new)),
                (Some(old), None) => diff.removed.push((*key, *old)),
                (Some(old), Some(new)) if old != new => diff.changed.push((*key, *old, *new)),
                _ => {}
            }
        }
        diff
    }

    /// By comparing all keys.
    fn merged(&self, ours: Version, theirs: Version) -> Map {
        let common: BTreeSet<_> =
            self.ancestors(ours).intersection(&self.ancestors(theirs)).copied().collect();
        let base = &self.versions[common.last().unwrap()].0;
        let (ours, theirs) = (&self.versions[&ours].0, &self.versions[&theirs].0);
        let mut merged = Map::new();
        for key in 0..=u8::MAX {
            let (b, o, t) = (base.get(&key), ours.get(&key), theirs.get(&key));
            let value = if t == b || o == t {
                o.copied()
            } else if o == b {
                t.copied()
            } else {
                resolve(o, t)
            };
            merged.extend(value.map(|value| (key, value)));
        }
        merged
    }
}

/// Depends on both sides, and sometimes takes the key out.
fn resolve(ours: Option<&u8>, theirs: Option<&u8>) -> Option<u8> {
    let sum = ours.copied().unwrap_or(7).wrapping_add(theirs.copied().unwrap_or(9).wrapping_mul(3));
    (sum % 5 != 0).then_some(sum)
}

struct Random(u64);

impl Random {
    fn below(&mut self, end: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 20) % end
    }
    #[allow(clippy::cast_possible_truncation)] // below 256
    fn byte(&mut self, end: u64) -> u8 {
        self.below(end) as u8
    }
}

fn sorted(mut diff: Diff<u8, u8>) -> Diff<u8, u8> {
    diff.added.sort_unstable();
    diff.removed.sort_unstable();
    diff.changed.sort_unstable();
    diff
}

/// A type of maps, for the naive model's sake.
macro_rules! against_the_model {
    ($($name:ident: $map:ty, $history:literal;)*) => {$(
        #[test]
        #[allow(clippy::iter_over_hash_type, clippy::implicit_clone)]
        fn $name() {
            let plain = |map: &$map| map.iter().map(|(key, value)| (*key, *value)).collect::<Map>();
            for seed in 1..=30_u64 {
                let mut random = Random(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15));
                let cell = Versioned::<$map, Standalone, $history>::default();
                let mut model = Model::default();
                model.versions.insert(cell.version(), (Map::new(), vec![]));
                let mut branches = Vec::new();
                for _ in 0..200 {
                    let (key, value) = (random.byte(20), random.byte(200));
                    let before = cell.version();
                    let note = |model: &mut Model, version, map: Map, parents: Vec<Version>| {
                        model.versions.insert(version, (map, parents));
                    };
                    match random.below(12) {
                        0..=2 => {
                            cell.insert(key, value);
                            note(&mut model, cell.version(), plain(&cell.snapshot()), vec![before]);
                        }
                        3 => {
                            if cell.remove(&key).is_some() {
                                note(&mut model, cell.version(), plain(&cell.snapshot()), vec![before]);
                            }
                            assert!(!cell.contains_key(&key));
                        }
                        4 => {
                            cell.with_write(|map| _ = map.insert(key, value));
                            note(&mut model, cell.version(), plain(&cell.snapshot()), vec![before]);
                        }
                        5 if branches.len() < 4 => {
                            let kept = cell.versions();
                            #[allow(clippy::cast_possible_truncation)]
                            let (from, _) = kept[random.below(kept.len() as u64) as usize];
                            // A line that parted from the published one too long ago cannot be merged.
                            let on_the_line = model.ancestors(before).contains(&from);
                            if on_the_line || $history > 100 {
                                branches.push(cell.branch(from).unwrap());
                            }
                        }
                        6..=8 if !branches.is_empty() => {
                            #[allow(clippy::cast_possible_truncation)]
                            let at = random.below(branches.len() as u64) as usize;
                            let branch = &mut branches[at];
                            let before = branch.version();
                            match random.below(3) {
                                0 => _ = branch.insert(key, value),
                                1 => branch.with_write_key(key, |entry| *entry.or_default() = value),
                                _ => branch.with_write(|map| _ = map.remove(&key)),
                            }
                            note(&mut model, branch.version(), plain(&branch.snapshot()), vec![before]);
                        }
                        9 if !branches.is_empty() => {
                            #[allow(clippy::cast_possible_truncation)]
                            let at = random.below(branches.len() as u64) as usize;
                            let theirs = branches[at].version();
                            let merged = cell.merge(theirs, |c| resolve(c.ours, c.theirs)).unwrap();
                            if merged != before {
                                let expected = model.merged(before, theirs);
                                assert_eq!(plain(&cell.snapshot()), expected, "seed {seed}");
                                note(&mut model, merged, expected, vec![before, theirs]);
                            }
                        }
                        10 if !branches.is_empty() => {
                            #[allow(clippy::cast_possible_truncation)]
                            let at = random.below(branches.len() as u64) as usize;
                            let branch = &mut branches[at];
                            let ours = branch.version();
                            let merged = branch.merge(before, |c| resolve(c.ours, c.theirs)).unwrap();
                            if merged != ours {
                                let expected = model.merged(ours, before);
                                assert_eq!(plain(&branch.snapshot()), expected, "seed {seed}");
                                note(&mut model, merged, expected, vec![ours, before]);
                            }
                        }
                        11 if !branches.is_empty() => drop(branches.swap_remove(0)),
                        _ => {}
                    }
                    let kept = cell.versions();
                    assert!(kept.len() <= 2 * $history + 1 + 2 * branches.len(), "seed {seed}: {kept:?}");
                    #[allow(clippy::cast_possible_truncation)]
                    let mut any = || kept[random.below(kept.len() as u64) as usize].0;
                    let (from, to) = (any(), any());
                    assert_eq!(plain(&cell.at(from).unwrap()), model.versions[&from].0);
                    assert_eq!(sorted(cell.diff(from, to).unwrap()), model.diff(from, to), "seed {seed}: {from} {to}");
                    for (version, parents) in &kept {
                        let ancestors = model.ancestors(*version);
                        assert!(parents.iter().all(|parent| ancestors.contains(parent)), "seed {seed}: {kept:?}");
                    }
                }
            }
        }
    )*};
}

against_the_model! {
    history_of_a_tree: BTreeMap<u8, u8>, 1000;
    short_history_of_a_tree: BTreeMap<u8, u8>, 3;
    history_of_a_hash_map: HashMap<u8, u8>, 20;
    no_history_but_branches: BTreeMap<u8, u8>, 0;
}

#[cfg(feature = "imbl")]
against_the_model! {
    history_of_a_persistent_map: imbl::HashMap<u8, u8>, 1000;
    history_of_a_persistent_tree: imbl::OrdMap<u8, u8>, 1000;
    short_history_of_a_persistent_tree: imbl::OrdMap<u8, u8>, 3;
}

#[test]
fn merges_that_cannot_be() {
    let stock = Versioned::<Map, Standalone, 2>::default();
    let first = stock.version();
    for n in 0..5 {
        stock.insert(n, n);
    }
    assert_eq!(stock.merge(first, |_| None), Err(MergeError::NotKept(first)));
    assert!(stock.diff(first, stock.version()).is_none() && stock.branch(first).is_none());
    let now = stock.version();
    assert_eq!(stock.merge(now, |_| None), Ok(now), "itself: nothing to do");
    let mut branch = stock.branch(now).unwrap();
    branch.insert(9, 9);
    let half_way = || stock.merge(branch.version(), |_| None);
    stock.insert(9, 8);
    assert!(half_way().is_ok_and(|merged| stock.at(merged).is_some_and(|at| !at.contains_key(&9))));
    branch.insert(9, 7);
    stock.insert(9, 6);
    let before = stock.version();
    let panics = || stock.merge(branch.version(), |_| panic!("half way"));
    assert!(catch_unwind(AssertUnwindSafe(panics)).is_err());
    assert_eq!(stock.version(), before);
    stock.insert(1, 9);
}

/// A field of a generic struct, beside others.
#[guarded]
#[derive(Debug, Default)]
struct Catalogue<T: Clone + Send + Sync> {
    #[guarded(versioned(history = 2))]
    prices: BTreeMap<String, T>,
    #[guarded(versioned)]
    title: String,
    #[guarded]
    hits: u64,
}

#[test]
fn fields() {
    let catalogue = Catalogue { title: String::from("spring").into(), ..Catalogue::<u32>::default() };
    // No order between a read of versions and a lock: nothing is held.
    catalogue.prices.with_read(|_| catalogue.hits.with_write(|hits| *hits += 1));
    catalogue.hits.with_write(|_| catalogue.prices.with_read(BTreeMap::len));
    catalogue.prices.insert("bolt".into(), 5);
    for n in 0..3 {
        catalogue.prices.with_write_key("bolt".into(), |entry| *entry.or_default() = n);
    }
    assert_eq!(catalogue.prices.versions().len(), 3);
    catalogue.title.with_write(|title| title.push_str(" sale"));
    assert!(format!("{catalogue:?}").contains("spring sale"));
    #[cfg(feature = "observe")]
    {
        let report = guarded_state::report().to_string();
        assert!(report.contains("Catalogue.prices") && report.contains("versioned"), "{report}");
    }
    #[cfg(feature = "serde")]
    {
        let text = serde_json::to_string(&catalogue.prices).unwrap();
        assert_eq!(text, r#"{"bolt":2}"#);
        let back: Versioned<BTreeMap<String, u32>> = serde_json::from_str(&text).unwrap();
        assert_eq!(back.snapshot(), catalogue.prices.cloned());
    }
}
