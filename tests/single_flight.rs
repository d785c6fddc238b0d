//! Proves that a single flight loads once, whatever becomes of who loads, and that nobody waits for ever.

#[path = "single_flight/polled.rs"]
mod polled;
#[path = "single_flight/rings.rs"]
mod rings;

#[cfg(feature = "order-check")]
use guarded_state::{Action, Finding, Guarded, set_action};
use guarded_state::{Flight, FlightKind, Handover, LoadError, Loaded, Plain, Propagate, SingleFlight};
use std::any::Any;
use std::collections::HashMap;
use std::convert::Infallible;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::channel;
use std::thread;
use std::time::Duration;

type Cells<F = Flight> = SingleFlight<HashMap<u32, u64>, F>;
type Quiet = Result<u64, Infallible>;

const HOUR: u64 = 3_600_000;

/// Counts its calls.
#[derive(Default)]
struct Loads(AtomicUsize);

impl Loads {
    #[allow(clippy::unnecessary_wraps)] // a loader returns a result
    fn load(&self, value: u64) -> Quiet {
        self.0.fetch_add(1, Ordering::Relaxed);
        Ok(value)
    }

    fn count(&self) -> usize {
        self.0.load(Ordering::Relaxed)
    }
}

/// A loader's panic.
fn disk_is_full() -> Quiet {
    panic!("the disk is full")
}

/// Until so many wait for the load of `key`.
fn until_waiting<F: FlightKind>(cells: &Cells<F>, key: u32, count: usize) {
    while cells.waiting(&key) < count {
        thread::yield_now();
    }
}

/// The words of the panic that `f` ends with.
fn panics<R>(f: impl FnOnce() -> R) -> String {
    match catch_unwind(AssertUnwindSafe(f)) {
        Ok(_) => panic!("expected a panic"),
        Err(payload) => words(payload),
    }
}

fn words(payload: Box<dyn Any + Send>) -> String {
    match payload.downcast::<String>() {
        Ok(words) => *words,
        Err(payload) => payload.downcast_ref::<&str>().copied().unwrap_or_default().to_owned(),
    }
}

/// One caller whose loader runs `load` when `followers` wait, and what all of them got.
fn herd<F: FlightKind, R: Send>(
    cells: &Cells<F>,
    followers: usize,
    load: impl Fn() -> Quiet + Sync,
    then: impl Fn(&dyn Fn() -> Result<Loaded<u64>, std::sync::Arc<Infallible>>) -> R + Sync,
) -> Vec<R> {
    let ask = || {
        then(&|| {
            cells.get_or_load(1, |_| {
                until_waiting(cells, 1, followers);
                load()
            })
        })
    };
    thread::scope(|scope| {
        let all: Vec<_> = (0..=followers)
            .map(|_| thread::Builder::new().stack_size(128 << 10).spawn_scoped(scope, ask).unwrap())
            .collect();
        all.into_iter().map(|one| one.join().unwrap()).collect()
    })
}

#[test]
fn a_herd_of_a_thousand_loads_once() {
    let (cells, loads) = (Cells::<Flight>::default(), Loads::default());
    let all = herd(&cells, 999, || loads.load(7), |ask| ask().unwrap());
    assert_eq!(loads.count(), 1);
    assert!(all.iter().all(|loaded| loaded.value == 7));
    assert_eq!(all.iter().filter(|loaded| !loaded.shared).count(), 1);
    assert_eq!(cells.get_cloned(&1), Some(7));
}

#[test]
fn a_plain_herd_loads_once_and_keeps_nothing() {
    let (cells, loads) = (Cells::<Plain>::default(), Loads::default());
    let all = herd(&cells, 99, || loads.load(7), |ask| ask().unwrap());
    assert_eq!(all.iter().filter(|loaded| !loaded.shared).count(), 1);
    assert!(!cells.get_or_load(1, |_| loads.load(8)).unwrap().shared);
    assert_eq!(loads.count(), 2);
}

#[test]
fn keys_do_not_wait_for_each_other() {
    let cells = Cells::<Flight>::default();
    thread::scope(|scope| {
        let (send, receive) = channel();
        let first = scope.spawn(|| {
            cells.get_or_load(1, move |_| {
                receive.recv().unwrap(); // until the other key is there
                Ok::<_, Infallible>(1)
            })
        });
        for key in 2..200 {
            assert!(!cells.get_or_load(key, |key| Ok::<_, Infallible>(u64::from(*key))).unwrap().shared);
        }
        send.send(()).unwrap();
        assert_eq!(first.join().unwrap().unwrap().value, 1);
    });
}

#[test]
fn an_error_is_shared_and_not_kept() {
    let (cells, loads) = (Cells::<Flight>::default(), Loads::default());
    let ask = || {
        cells.get_or_load(1, |_| {
            until_waiting(&cells, 1, 9);
            loads.load(0).map_err(|_| String::new())?;
            Err::<u64, String>("no network".into())
        })
    };
    thread::scope(|scope| {
        let all: Vec<_> = (0..10).map(|_| scope.spawn(ask)).collect();
        for one in all {
            assert_eq!(*one.join().unwrap().unwrap_err(), "no network");
        }
    });
    assert_eq!(loads.count(), 1);
    assert_eq!(cells.get_or_load(1, |_| loads.load(7)).unwrap(), Loaded { value: 7, shared: false });
}

#[test]
fn an_error_is_kept_for_its_time_if_asked() {
    let (cells, loads) = (Cells::<Flight<Propagate, 0, HOUR>>::default(), Loads::default());
    let fail = |_: &u32| {
        loads.0.fetch_add(1, Ordering::Relaxed);
        Err::<u64, &str>("no network")
    };
    assert_eq!(*cells.get_or_load(1, fail).unwrap_err(), "no network");
    assert_eq!(*cells.get_or_load(1, fail).unwrap_err(), "no network");
    assert_eq!(loads.count(), 1);
    assert_eq!((cells.len(), cells.get_cloned(&1)), (0, None));
    assert!(cells.forget(&1));
    assert_eq!(*cells.get_or_load(1, fail).unwrap_err(), "no network");
    assert_eq!(loads.count(), 2);

    let short = Cells::<Flight<Propagate, 0, 1>>::default();
    assert!(short.get_or_load(1, fail).is_err());
    while short.get_or_load(1, |_| loads.load(7)).is_err() {
        thread::yield_now(); // until its millisecond is over
    }
    assert_eq!(short.get_cloned(&1), Some(7));
}

#[test]
fn a_kept_error_of_another_type_is_none_of_mine() {
    let cells = Cells::<Flight<Propagate, 0, HOUR>>::default();
    assert!(cells.get_or_load(1, |_| Err::<u64, &str>("no network")).is_err());
    assert_eq!(cells.get_or_load(1, |_| Ok::<_, String>(7)).unwrap().value, 7);
}

#[test]
fn a_waiter_with_another_type_of_error_shares_the_value_and_not_the_error() {
    for fails in [false, true] {
        let cells = Cells::<Flight>::default();
        thread::scope(|scope| {
            let leader = scope.spawn(|| {
                cells.get_or_load(1, |_| {
                    until_waiting(&cells, 1, 1);
                    if fails { Err("no network") } else { Ok(7) }
                })
            });
            while format!("{cells:?}").contains("loads: 0") && cells.is_empty() {
                thread::yield_now();
            }
            let follower = cells.get_or_load(1, |_| Ok::<_, String>(8)).unwrap();
            assert_eq!(follower, Loaded { value: if fails { 8 } else { 7 }, shared: !fails });
            assert_eq!(leader.join().unwrap().is_err(), fails);
        });
    }
}

#[test]
fn values_are_kept_for_their_time() {
    let loads = Loads::default();
    let long = Cells::<Flight<Propagate, HOUR>>::default();
    for _ in 0..2 {
        assert_eq!(long.get_or_load(1, |_| loads.load(7)).unwrap().value, 7);
    }
    assert_eq!((loads.count(), long.len()), (1, 1));

    let short = Cells::<Flight<Propagate, 1>>::default();
    while short.get_or_load(1, |_| loads.load(7)).unwrap().shared {}
    while short.get_cloned(&1).is_some() {
        thread::yield_now(); // until its millisecond is over
    }
    assert_eq!((short.len(), short.remove(&1)), (0, None));
    assert!(!short.get_or_load(1, |_| loads.load(8)).unwrap().shared);
}

#[test]
fn what_is_over_makes_room() {
    let cells = Cells::<Flight<Propagate, 1>>::default();
    for key in 0..10_000 {
        cells.insert(key, 1);
    }
    while !cells.is_empty() {
        thread::yield_now();
    }
    for key in 10_000..20_000 {
        cells.insert(key, 1);
    }
    assert!(cells.into_inner().len() <= 10_000);
}

#[test]
fn a_panic_reaches_all_who_wait_and_names_the_loader() {
    let (cells, loads) = (Cells::<Flight>::default(), Loads::default());
    let fail = || {
        loads.load(0)?;
        disk_is_full()
    };
    let said = herd(&cells, 20, fail, |ask| panics(ask));
    assert_eq!(loads.count(), 1);
    assert_eq!(said.iter().filter(|said| *said == "the disk is full").count(), 1, "the loader's own");
    let others: Vec<_> = said.iter().filter(|said| *said != "the disk is full").collect();
    assert_eq!(others.len(), 20);
    for said in others {
        assert!(said.contains("the disk is full"), "{said}");
        assert_eq!(
            said.matches("tests/single_flight.rs:").count(),
            2 + 1,
            "its cell, the loader and the call: {said}"
        );
    }
    assert_eq!(cells.get_or_load(1, |_| loads.load(7)).unwrap(), Loaded { value: 7, shared: false });
}

#[test]
fn after_a_panic_a_waiter_takes_over() {
    let (cells, loads) = (Cells::<Flight<Handover>>::default(), Loads::default());
    let load = || {
        loads.load(0)?;
        if loads.count() == 1 { disk_is_full() } else { Ok(7) }
    };
    // The second loader finds one waiter fewer.
    let ask = |followers: usize| {
        cells.get_or_load(1, |_| {
            until_waiting(&cells, 1, followers - loads.count());
            load()
        })
    };
    let ends: Vec<_> = thread::scope(|scope| {
        let all: Vec<_> =
            (0..=20).map(|_| scope.spawn(|| catch_unwind(AssertUnwindSafe(|| ask(20))))).collect();
        all.into_iter().map(|one| one.join().unwrap()).collect()
    });
    assert_eq!(loads.count(), 2);
    assert_eq!(ends.iter().filter(|end| end.is_err()).count(), 1);
    let values: Vec<_> = ends.into_iter().flatten().map(Result::unwrap).collect();
    assert_eq!(values.len(), 20);
    assert_eq!(values.iter().filter(|loaded| !loaded.shared).count(), 1);
    assert!(values.iter().all(|loaded| loaded.value == 7));
}

#[test]
fn nobody_joins_a_forgotten_flight() {
    let (cells, loads) = (Cells::<Flight>::default(), Loads::default());
    thread::scope(|scope| {
        let (started, has_started) = channel();
        let (send, receive) = channel();
        let old = scope.spawn(|| {
            cells.get_or_load(1, move |_| {
                started.send(()).unwrap();
                receive.recv().unwrap();
                Ok::<_, Infallible>(1)
            })
        });
        has_started.recv().unwrap();
        let waiter = scope.spawn(|| cells.get_or_load(1, |_| loads.load(3)));
        until_waiting(&cells, 1, 1);
        assert!(cells.forget(&1));
        assert_eq!(cells.get_or_load(1, |_| loads.load(2)).unwrap(), Loaded { value: 2, shared: false });
        send.send(()).unwrap();
        assert_eq!(old.join().unwrap().unwrap(), Loaded { value: 1, shared: false });
        assert_eq!(waiter.join().unwrap().unwrap(), Loaded { value: 1, shared: true });
    });
    assert_eq!((cells.get_cloned(&1), loads.count()), (Some(2), 1));
    assert!(!cells.forget(&2));
}

#[test]
fn what_is_inserted_or_cleared_meanwhile_stays_so() {
    let cells = Cells::<Flight>::default();
    let insert = |_: &u32| {
        assert_eq!(cells.insert(1, 2), None);
        Ok::<_, Infallible>(1)
    };
    assert_eq!(cells.get_or_load(1, insert).unwrap().value, 1);
    assert_eq!(cells.get_cloned(&1), Some(2));
    cells.clear();
    let clear = |_: &u32| {
        cells.clear();
        Ok::<_, Infallible>(1)
    };
    assert_eq!(cells.get_or_load(1, clear).unwrap().value, 1);
    assert_eq!(cells.get_cloned(&1), None);
}

#[test]
fn a_waiter_gives_up_in_time_and_knows_who_loads() {
    let cells = Cells::<Flight>::default();
    thread::scope(|scope| {
        let (send, receive) = channel();
        let line = line!() + 2;
        let leader = scope.spawn(|| {
            cells.get_or_load(1, move |_| {
                receive.recv().unwrap();
                Ok::<_, Infallible>(7)
            })
        });
        while !format!("{cells:?}").contains("loads: 1") {
            thread::yield_now();
        }
        let limit = Duration::from_millis(2);
        let error = cells.get_or_load_for(limit, 1, |_| Ok::<_, Infallible>(8)).unwrap_err();
        assert!(error.to_string().contains(&format!("tests/single_flight.rs:{line}:")), "{error}");
        match error {
            LoadError::TimedOut { leader, loading_for, waited, .. } => {
                assert_eq!(leader.line(), line);
                assert!(loading_for >= waited && waited >= limit);
            }
            other => panic!("{other:?}"),
        }
        assert_eq!(cells.waiting(&1), 0);
        send.send(()).unwrap();
        assert_eq!(leader.join().unwrap().unwrap().value, 7);
    });
    let hour = Duration::from_hours(1);
    assert!(cells.get_or_load_for(hour, 1, |_| Ok::<_, Infallible>(8)).unwrap().shared);
    let failed = cells.get_or_load_for(hour, 2, |_| Err::<u64, &str>("no network")).unwrap_err();
    assert!(matches!(failed, LoadError::Failed(error) if *error == "no network"));
}

#[cfg(feature = "order-check")]
#[test]
fn waiting_with_a_lock_held_is_told() {
    set_action(Finding::WaitWhileHolding, Action::Panic);
    let cells = Cells::<Flight>::default();
    let lock = Guarded::mutex(0);
    thread::scope(|scope| {
        let (send, receive) = channel();
        let leader = scope.spawn(|| {
            cells.get_or_load(1, move |_| {
                receive.recv().unwrap();
                Ok::<_, Infallible>(7)
            })
        });
        while !format!("{cells:?}").contains("loads: 1") {
            thread::yield_now();
        }
        let said = panics(|| lock.with_write(|_| cells.get_or_load(1, |_| Ok::<_, Infallible>(8))));
        send.send(()).unwrap();
        assert!(said.contains("waits for a load of"), "{said}");
        assert_eq!(said.matches("tests/single_flight.rs:").count(), 4, "{said}");
        assert_eq!(leader.join().unwrap().unwrap().value, 7);
    });
}

/// Panics when it is cloned, while there is a fuse.
#[derive(Debug)]
struct Fragile<'f>(&'f AtomicUsize);

impl Clone for Fragile<'_> {
    fn clone(&self) -> Self {
        let left = self.0.load(Ordering::Relaxed);
        assert!(left == 0 || self.0.fetch_sub(1, Ordering::Relaxed) > 1, "cloned once too often");
        Self(self.0)
    }
}

#[test]
fn a_clone_that_panics_strands_nobody() {
    let fuse = AtomicUsize::new(1);
    let cells: SingleFlight<HashMap<u32, Fragile<'_>>> = SingleFlight::default();
    let load = |_: &u32| Ok::<_, Infallible>(Fragile(&fuse));
    assert!(panics(|| cells.get_or_load(1, load)).contains("too often"));
    assert!(!cells.get_or_load(1, load).unwrap().shared);
    fuse.store(1, Ordering::Relaxed);
    assert!(panics(|| cells.get_or_load(1, load)).contains("too often"));
    assert!(cells.get_or_load(1, load).unwrap().shared);
}

/// Equal to itself only after a panic.
#[derive(Clone, Debug)]
struct Odd<'f>(&'f AtomicUsize);

impl std::hash::Hash for Odd<'_> {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        1.hash(state);
    }
}

impl PartialEq for Odd<'_> {
    fn eq(&self, _: &Self) -> bool {
        assert!(self.0.fetch_sub(1, Ordering::Relaxed) > 1, "compared once too often");
        true
    }
}

impl Eq for Odd<'_> {}

#[test]
fn a_comparison_that_panics_leaves_no_shard_locked() {
    let fuse = AtomicUsize::new(1);
    let cells: SingleFlight<HashMap<Odd<'_>, u64>> = SingleFlight::default();
    let load = |_: &Odd<'_>| Ok::<_, Infallible>(7);
    assert!(!cells.get_or_load(Odd(&fuse), load).unwrap().shared);
    assert!(panics(|| cells.get_or_load(Odd(&fuse), load)).contains("too often"));
    fuse.store(9, Ordering::Relaxed);
    assert!(cells.get_or_load(Odd(&fuse), load).unwrap().shared);
}

/// Uses its cell when it is dropped.
#[derive(Clone)]
struct Asks(std::sync::Weak<SingleFlight<HashMap<u32, Asks>>>);

impl Drop for Asks {
    fn drop(&mut self) {
        if let Some(cells) = self.0.upgrade() {
            assert!(cells.len() < 9);
        }
    }
}

#[test]
fn values_are_dropped_outside_the_lock() {
    let cells: std::sync::Arc<SingleFlight<HashMap<u32, Asks>>> = std::sync::Arc::default();
    let asks = || Asks(std::sync::Arc::downgrade(&cells));
    cells.insert(1, asks());
    cells.insert(1, asks());
    assert!(cells.remove(&1).is_some());
    drop(cells.get_or_load(1, |_| Ok::<_, Infallible>(asks())));
    assert!(cells.forget(&1));
    cells.insert(1, asks());
    cells.clear();
    assert!(cells.is_empty());
}

#[test]
fn it_is_made_of_a_map_and_becomes_one() {
    let map = HashMap::from([(1, 10), (2, 20)]);
    let cells: Cells = map.clone().into();
    assert_eq!(cells.len(), 2);
    assert_eq!(cells.get_or_load(1, |_| Ok::<_, Infallible>(0)).unwrap().value, 10);
    assert_eq!(format!("{cells:?}"), "SingleFlight { values: 2, errors: 0, loads: 0, .. }");
    assert_eq!(cells.into_inner(), map);
}

#[test]
fn it_is_shared_as_far_as_its_values() {
    fn shared<T: Send + Sync>() {}
    shared::<Cells>();
    shared::<Cells<Plain>>();
    shared::<SingleFlight<HashMap<String, std::sync::Arc<str>>, Flight<Handover, 5, 5>>>();
}

/// As the attribute writes them.
mod fields {
    use super::*;
    use guarded_state::{FlightMap, guarded};
    use std::any::TypeId;

    #[guarded]
    #[derive(Debug, Default)]
    struct Site {
        #[guarded(single_flight(ttl = 1h, negative_ttl = 500ms), leaf)]
        pages: HashMap<String, String>,
        #[guarded(single_flight(plain, on_panic = handover))]
        totals: HashMap<u32, u64>,
    }

    #[test]
    fn the_word_is_the_type() {
        fn kind<T: FlightMap, F: FlightKind + 'static, S: guarded_state::Site>(
            _: &SingleFlight<T, F, S>,
        ) -> TypeId {
            TypeId::of::<F>()
        }
        let site = Site::default();
        assert_eq!(kind(&site.pages), TypeId::of::<Flight<Propagate, HOUR, 500>>());
        assert_eq!(kind(&site.totals), TypeId::of::<Plain<Handover>>());
    }

    #[test]
    fn messages_name_the_field() {
        let site = Site::default();
        let said = panics(|| site.totals.get_or_insert_with(1, || site.totals.get_or_insert_with(1, || 2)));
        assert!(said.starts_with("`Site.totals` is asked at"), "{said}");
        assert_eq!(site.pages.get_or_insert_with("index".into(), || "hello".into()), "hello");
        assert!(site.pages.contains_key("index"));
    }
}
