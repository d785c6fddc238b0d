//! Proves that keyed calls mean the same under every strategy: one program, compiled under each.

use guarded_state::{Entry, Guarded, Monitor, Mutex, Op, Sharded, Versioned};
#[cfg(feature = "imbl")]
use imbl::{HashMap as PersistentHashMap, OrdMap as PersistentOrdMap};
use std::collections::{BTreeMap, HashMap};
use std::time::Duration;

/// The program. `$map` is a cell's type, made from an empty map by `into`.
macro_rules! under {
    ($($name:ident: $map:ty, $plain:ident;)*) => {$(
        mod $name {
            use super::*;

            type Stock = $map;

            fn stock(entries: &[(&str, u32)]) -> Stock {
                $plain::from_iter(entries.iter().map(|(key, n)| ((*key).to_owned(), *n))).into()
            }

            fn entries(stock: &Stock) -> Vec<(String, u32)> {
                let mut entries = Vec::new();
                stock.for_each(|key, n| entries.push((key.clone(), *n)));
                entries.sort();
                entries
            }

            #[test]
            fn one_key() {
                let stock = stock(&[]);
                assert_eq!(stock.insert("bolt".into(), 5), None);
                assert_eq!(stock.insert("bolt".into(), 6), Some(5));
                assert_eq!(stock.try_insert("bolt".into(), 7), Err(7));
                assert_eq!(stock.try_insert("nut".into(), 7), Ok(()));
                assert_eq!(stock.get_cloned("bolt"), Some(6));
                assert_eq!(stock.get_cloned(&String::from("screw")), None);
                assert!(stock.contains_key("nut") && !stock.contains_key("screw"));
                assert_eq!(stock.with_read_key("nut", |n| n.map(|n| n + 1)), Some(8));
                assert_eq!(stock.get_or_insert_with("screw".into(), || 9), 9);
                assert_eq!(stock.get_or_insert_with("screw".into(), || unreachable!()), 9);
                assert_eq!(stock.modify("screw", |n| std::mem::replace(n, 8)), Some(9));
                assert_eq!(stock.modify("nail", |n| *n += 1), None);
                assert_eq!(stock.modify("screw", |n| std::mem::replace(n, 9)), Some(8));
                assert_eq!(stock.replace_if("screw", 10, |n| *n == 8), Err(10));
                assert_eq!(stock.replace_if("screw", 10, |n| *n == 9), Ok(9));
                assert_eq!(stock.replace_if("nail", 10, |_| true), Err(10));
                assert_eq!(stock.compare_exchange("screw", &9, 11), Err(11));
                assert_eq!(stock.compare_exchange("screw", &10, 11), Ok(10));
                assert_eq!(stock.remove_if("screw", |n| *n == 10), None);
                assert_eq!(stock.remove_if("screw", |n| *n == 11), Some(11));
                assert_eq!((stock.remove("nut"), stock.remove("nut")), (Some(7), None));
                assert_eq!(entries(&stock), [("bolt".into(), 6)]);
            }

            #[test]
            fn entries_of_one_key() {
                let stock = stock(&[("bolt", 5)]);
                assert_eq!(stock.with_write_key("bolt".into(), |entry| *entry.or_insert(1)), 5);
                assert_eq!(stock.with_write_key("nut".into(), |entry| *entry.or_insert(1)), 1);
                assert_eq!(stock.with_write_key("nail".into(), |entry| *entry.or_insert_with(|| 2)), 2);
                assert_eq!(stock.with_write_key("pin".into(), |entry| *entry.or_default()), 0);
                stock.with_write_key("bolt".into(), |entry| *entry.and_modify(|n| *n += 1).or_default() += 10);
                assert_eq!(stock.get_cloned("bolt"), Some(16));
                stock.with_write_key("nut".into(), |entry| {
                    assert_eq!((entry.key().as_str(), format!("{entry:?}").contains("nut")), ("nut", true));
                    let Entry::Occupied(mut nut) = entry else { panic!("it is there") };
                    assert_eq!((nut.key().as_str(), *nut.get()), ("nut", 1));
                    *nut.get_mut() += 1;
                    assert_eq!(nut.insert(7), 2);
                    assert_eq!(nut.remove(), 7);
                });
                stock.with_write_key("washer".into(), |entry| {
                    let Entry::Vacant(washer) = entry else { panic!("it is not there") };
                    assert_eq!(washer.key(), "washer");
                    *washer.insert(3) += 1;
                });
                stock.with_write_key("cog".into(), |entry| assert!(matches!(entry, Entry::Vacant(_))));
                let expected = [("bolt", 16), ("nail", 2), ("pin", 0), ("washer", 4)];
                assert_eq!(entries(&stock), expected.map(|(key, n)| (key.to_owned(), n)));
            }

            #[test]
            fn decisions() {
                let stock = stock(&[("bolt", 2)]);
                let take_one = |n: Option<&u32>| match n {
                    Some(0 | 1) => Op::Remove,
                    Some(n) => Op::Set(n - 1),
                    None => Op::Keep,
                };
                assert_eq!(stock.compute("bolt".into(), take_one), Some(2));
                assert_eq!(stock.compute("bolt".into(), take_one), Some(1));
                assert_eq!(stock.compute("bolt".into(), take_one), None);
                assert_eq!(stock.compute("bolt".into(), |_| Op::Set(4)), None);
                assert_eq!(entries(&stock), [("bolt".into(), 4)]);
            }

            #[test]
            fn all_keys() {
                let stock = stock(&[("a", 1), ("b", 2), ("c", 3)]);
                assert_eq!((stock.len(), stock.is_empty()), (3, false));
                stock.for_each_mut(|_, n| *n *= 10);
                stock.retain(|key, n| {
                    *n += 1;
                    key != "b"
                });
                assert_eq!(entries(&stock), [("a".into(), 11), ("c".into(), 31)]);
                stock.extend([("d".to_owned(), 4), ("a".to_owned(), 5)]);
                let mut keys = stock.keys();
                keys.sort();
                assert_eq!(keys, ["a", "c", "d"]);
                let snapshot = stock.snapshot();
                assert_eq!((snapshot.len(), snapshot["a"]), (3, 5));
                let drained = stock.drain();
                assert_eq!((drained == snapshot, stock.len(), stock.is_empty()), (true, 0, true));
                stock.insert("e".into(), 1);
                stock.clear();
                assert_eq!(stock.into_inner().len(), 0);
            }

            #[test]
            fn several_keys() {
                let stock = stock(&[("a", 1), ("b", 2)]);
                let names = ["b", "a", "c", "a"].map(str::to_owned);
                let sum = stock.with_write_many(names, |mut stock| {
                    assert_eq!(stock.keys().len(), 4);
                    *stock.get_mut("a").unwrap() += 10;
                    assert_eq!(stock.insert("c".into(), 3), None);
                    assert_eq!(stock.insert("c".into(), 4), Some(3));
                    assert_eq!((stock.remove("b"), stock.get("b")), (Some(2), None));
                    stock.get("a").unwrap() + stock.get("c").unwrap()
                });
                assert_eq!(sum, 15);
                assert_eq!(entries(&stock), [("a".into(), 11), ("c".into(), 4)]);
                let wrong = std::panic::AssertUnwindSafe(|| {
                    stock.with_write_many(["a".to_owned()], |stock| stock.get("b").copied())
                });
                assert!(std::panic::catch_unwind(wrong).is_err(), "`b` is not named");
                assert_eq!(stock.with_write_many([], |stock| stock.keys().len()), 0);
                let (soon, keys) = (Duration::from_millis(5), || ["a".to_owned(), "b".to_owned()]);
                assert_eq!(stock.try_with_write_many_for(soon, keys(), |many| many.keys().len()), Ok(2));
                let (held, over) = (std::sync::Barrier::new(2), std::sync::Barrier::new(2));
                std::thread::scope(|scope| {
                    let (stock, held, over) = (&stock, &held, &over);
                    scope.spawn(move || {
                        stock.with_write_key("b".into(), |_| {
                            held.wait();
                            over.wait();
                        });
                    });
                    held.wait();
                    let late = stock.try_with_write_many_for(soon, keys(), |_| unreachable!("the other one is inside"));
                    assert!(matches!(late, Err(guarded_state::TryError::TimedOut { .. })), "{late:?}");
                    let at_once = stock.try_with_write_many_for(Duration::ZERO, keys(), |_| unreachable!());
                    assert!(matches!(at_once, Err(guarded_state::TryError::WouldBlock { .. })), "{at_once:?}");
                    over.wait();
                });
                assert_eq!(stock.try_with_write_many_for(soon, keys(), |many| many.keys().len()), Ok(2));
            }

            #[test]
            fn without_waiting() {
                let stock = stock(&[("a", 1)]);
                let limit = Duration::from_secs(1);
                assert_eq!(stock.try_with_read_key("a", |n| n.copied()), Ok(Some(1)));
                assert_eq!(stock.try_with_read_key_for(limit, "a", |n| n.copied()), Ok(Some(1)));
                assert_eq!(stock.try_with_write_key("b".into(), |entry| *entry.or_insert(2)), Ok(2));
                assert_eq!(stock.try_with_write_key_for(limit, "b".into(), |entry| *entry.or_insert(3)), Ok(2));
            }

            #[test]
            fn many_threads() {
                let stock = stock(&[]);
                std::thread::scope(|s| {
                    for thread in 0..4_u32 {
                        let stock = &stock;
                        s.spawn(move || {
                            for n in 0..500 {
                                let key = (n % 50).to_string();
                                stock.with_write_key(key, |entry| {
                                    let n = entry.or_default();
                                    *n = n.wrapping_add(1);
                                });
                                if n % 10 == thread {
                                    let keys = [(n + 1) % 50, n % 50].map(|n| n.to_string());
                                    stock.with_write_many(keys.clone(), |mut stock| {
                                        let one = stock.get_mut(&keys[1]).unwrap();
                                        *one = one.wrapping_add(1);
                                        let other = stock.get(&keys[0]).copied().unwrap_or(0);
                                        stock.insert(keys[0].clone(), other.wrapping_sub(1));
                                    });
                                }
                            }
                        });
                    }
                });
                let mut sum = 0_u32;
                stock.for_each(|_, n| sum = sum.wrapping_add(*n));
                assert_eq!(sum, 2_000);
            }
        }
    )*};
}

under! {
    rw: Guarded<HashMap<String, u32>>, HashMap;
    mutex: Guarded<HashMap<String, u32>, Mutex>, HashMap;
    monitor: Guarded<HashMap<String, u32>, Monitor>, HashMap;
    tree: Guarded<BTreeMap<String, u32>>, BTreeMap;
    sharded: Sharded<HashMap<String, u32>>, HashMap;
    read_mostly: Sharded<HashMap<String, u32>, guarded_state::ReadMostly>, HashMap;
    one_shard: Sharded<HashMap<String, u32>, guarded_state::Keep, guarded_state::Standalone, 1>, HashMap;
    versioned: Versioned<HashMap<String, u32>>, HashMap;
    versioned_tree: Versioned<BTreeMap<String, u32>, guarded_state::Standalone, 32>, BTreeMap;
}

#[cfg(feature = "imbl")]
under! {
    persistent: Versioned<imbl::HashMap<String, u32>, guarded_state::Standalone, 4>, PersistentHashMap;
    persistent_tree: Versioned<imbl::OrdMap<String, u32>>, PersistentOrdMap;
}

/// Where reads lock. Whatever the keys are: not only those that happen to share a lock.
#[cfg(feature = "order-check")]
mod used_again_inside {
    use super::*;

    macro_rules! told {
        ($($name:ident: $map:ty;)*) => {$(
            mod $name {
                use super::*;

                #[test]
                fn the_same_map_inside_is_told_at_once() {
                    let stock = <$map>::default();
                    for n in 0..200 {
                        let (one, other) = (n.to_string(), (n + 1).to_string());
                        let again = || stock.with_read_key(&one, |_| stock.insert(other.clone(), 1));
                        let payload = std::panic::catch_unwind(std::panic::AssertUnwindSafe(again)).unwrap_err();
                        let said = payload.downcast_ref::<String>().unwrap();
                        assert!(said.contains("is locked twice by one thread"), "{said}");
                        stock.for_each(|_, _| unreachable!("nothing was inserted"));
                        let tried = stock.with_read_key(&one, |_| stock.try_with_read_key(&other, |_| ()));
                        assert!(matches!(tried, Err(guarded_state::TryError::Reentrant { .. })), "{tried:?}");
                    }
                }
            }
        )*};
    }

    told! {
        rw: Guarded<HashMap<String, u32>>;
        mutex: Guarded<HashMap<String, u32>, Mutex>;
        monitor: Guarded<HashMap<String, u32>, Monitor>;
        tree: Guarded<BTreeMap<String, u32>>;
        sharded: Sharded<HashMap<String, u32>>;
        read_mostly: Sharded<HashMap<String, u32>, guarded_state::ReadMostly>;
        one_shard: Sharded<HashMap<String, u32>, guarded_state::Keep, guarded_state::Standalone, 1>;
    }
}

#[guarded_state::guarded]
#[derive(Debug, Default)]
struct Site {
    #[guarded(sharded)]
    sessions: HashMap<u64, String>,
    #[guarded(sharded(shards = 4), on_panic = rollback)]
    hits: HashMap<&'static str, u32>,
    #[guarded]
    names: BTreeMap<u64, String>,
    #[guarded(striped)]
    files: String,
}

#[test]
fn fields_with_many_locks() {
    let site = Site { sessions: HashMap::from([(1, "ada".to_owned())]).into(), ..Site::default() };
    site.sessions.insert(2, "bob".to_owned());
    site.names.extend(site.sessions.snapshot());
    assert_eq!(site.names.keys(), [1, 2]);
    let half_way = || {
        site.hits.with_write_key("/", |hits| {
            *hits.or_default() += 1;
            panic!("half way")
        })
    };
    assert!(std::panic::catch_unwind(std::panic::AssertUnwindSafe(half_way)).is_err());
    assert_eq!((site.hits.len(), site.hits.insert("/", 1)), (0, None), "put back, and free");
    assert!(site.files.with("orders.csv", || site.files.try_with("orders.csv", || ()).is_err()));
    assert_eq!(site.hits.balance().loads().len(), 4);
    #[cfg(feature = "order-check")]
    {
        let again = || site.files.with("a", || site.files.with("b", || ()));
        let payload = std::panic::catch_unwind(std::panic::AssertUnwindSafe(again)).unwrap_err();
        let said = payload.downcast_ref::<String>().unwrap();
        assert!(said.contains("`Site.files` is locked twice") && said.contains("`with_many`"), "{said}");
    }
    #[cfg(feature = "observe")]
    {
        let report = guarded_state::report().to_string();
        assert!(report.contains("Site.sessions") && report.contains("sharded"), "{report}");
    }
    assert!(format!("{site:?}").contains("bob"));
}
