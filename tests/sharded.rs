//! Proves what is particular to maps in parts and to locks for keys.

use guarded_state::{Guarded, Poison, Rollback, Sharded, Standalone, Striped, TryError};
use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread;
use std::time::Duration;

/// A hasher that is none: the key is its hash.
#[derive(Clone, Default)]
struct Identity(u64);

impl Hasher for Identity {
    fn write(&mut self, _: &[u8]) {
        unimplemented!("only numbers")
    }
    fn write_u64(&mut self, n: u64) {
        self.0 = n;
    }
    fn finish(&self) -> u64 {
        self.0
    }
}

#[test]
fn a_weak_hasher_does_not_fill_one_shard() {
    for step in [1, 2, 64, 1 << 20, 1 << 40, 1 << 57] {
        let keys = (0..64_u64).map(|n| (n.wrapping_mul(step), n));
        let map: Sharded<HashMap<u64, u64, BuildHasherDefault<Identity>>> = Sharded::new(keys.collect());
        let balance = map.balance();
        assert!(balance.fullest().1 <= 8, "step {step}: {balance}");
    }
}

#[test]
fn balance_tells_even_from_uneven() {
    let even: Sharded<HashMap<u32, u8>> = Sharded::new((0..100_000).map(|n| (n, 0)).collect());
    let balance = even.balance();
    assert!(balance.evenness() > 0.99 && balance.peak() < 1.5, "{balance}");
    let one: Sharded<HashMap<u32, u8>> = Sharded::new(HashMap::from([(7, 0)]));
    let balance = one.balance();
    assert_eq!((balance.entries(), balance.fullest().1, balance.evenness()), (1, 1, 0.0));
    let none: Sharded<HashMap<u32, u8>> = Sharded::default();
    assert_eq!((none.balance().peak(), none.balance().evenness()), (1.0, 1.0));
}

/// A hasher that spreads well beside one key that everybody asks for: the report tells them apart, in each of its forms.
#[cfg(feature = "observe")]
#[test]
fn the_report_shows_the_hottest_shard() {
    #[guarded_state::guarded]
    #[derive(Default)]
    struct Shop {
        #[guarded(sharded(shards = 64))]
        even: HashMap<u64, u64>,
        #[guarded(sharded(shards = 64))]
        hot: HashMap<u64, u64>,
    }
    let shop = Shop::default();
    for n in 0..600_000 {
        shop.even.insert(n % 5000, n);
        shop.hot.insert(if n % 4 == 0 { n % 5000 } else { 1 }, n);
    }
    let report = guarded_state::report();
    let of = |name: &str| {
        let field = report.fields.iter().find(|field| field.field == name).unwrap();
        field.spread.clone().unwrap()
    };
    let (even, hot) = (of("Shop.even"), of("Shop.hot"));
    assert_eq!((even.parts, hot.parts), (64, 64));
    assert!(even.samples() > 400 && hot.samples() > 400, "{} {}", even.samples(), hot.samples());
    assert!(even.peak() < 6.0 && even.evenness() > 0.9, "{even:?}");
    assert!(hot.peak() > 30.0 && hot.evenness() < 0.6, "{hot:?}");
    let text = report.to_string();
    assert!(text.contains("accesses by part") && text.contains("Shop.hot"), "{text}");
    assert!(report.to_prometheus().contains("guarded_state_parts_peak_ratio{"));
    assert!(report.to_html().contains("Accesses by part"));
}

#[test]
fn the_number_of_shards_is_as_asked() {
    let four: Sharded<HashMap<u32, u8>, Rollback, Standalone, 4> = Sharded::default();
    assert_eq!(four.balance().loads().len(), 4);
    let many: Sharded<HashMap<u32, u8>> = Sharded::default();
    assert!(many.balance().loads().len() >= 64);
}

static SESSIONS: Sharded<HashMap<u32, String>> = Sharded::empty();

#[test]
fn statics() {
    SESSIONS.insert(1, "ada".to_owned());
    assert_eq!(SESSIONS.get_cloned(&1).as_deref(), Some("ada"));
}

/// A value whose drop uses the map it was in.
struct Last(&'static Sharded<HashMap<u32, Last>>);
static DROPS: AtomicU32 = AtomicU32::new(0);
impl Drop for Last {
    fn drop(&mut self) {
        let free = self.0.try_with_read_key(&0, |_| ()).is_ok();
        DROPS.fetch_add(if free { 1 } else { 1_000 }, Ordering::Relaxed);
    }
}

#[test]
fn what_is_put_out_is_dropped_outside() {
    static MAP: Sharded<HashMap<u32, Last>> = Sharded::empty();
    MAP.insert(1, Last(&MAP));
    drop(MAP.insert(1, Last(&MAP)));
    drop(MAP.remove(&1));
    for n in 0..10 {
        MAP.insert(n, Last(&MAP));
    }
    MAP.retain(|n, _| *n > 4);
    drop(MAP.remove_if(&5, |_| true));
    drop(MAP.compute(6, |_| guarded_state::Op::Remove));
    drop(MAP.with_write_key(7, |entry| match entry {
        guarded_state::Entry::Occupied(entry) => Some(entry.remove()),
        guarded_state::Entry::Vacant(_) => None,
    }));
    MAP.clear();
    assert_eq!(DROPS.load(Ordering::Relaxed), 12);
}

/// Transfers among random keys, named in random orders: the sum is kept, and none waits for ever.
#[test]
fn opposed_keys_keep_the_sum_and_end() {
    let accounts: Sharded<HashMap<u32, i64>> = Sharded::new((0..16).map(|n| (n, 100)).collect());
    thread::scope(|s| {
        for seed in 1..=4_u64 {
            let accounts = &accounts;
            s.spawn(move || {
                let mut state = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15);
                for _ in 0..2_000 {
                    let keys: [u32; 4] = std::array::from_fn(|_| {
                        state ^= state << 13;
                        state ^= state >> 7;
                        state ^= state << 17;
                        u32::try_from(state % 16).unwrap()
                    });
                    accounts.with_write_many(keys, |mut accounts| {
                        *accounts.get_mut(&keys[0]).unwrap() -= 3;
                        *accounts.get_mut(&keys[3]).unwrap() += 3;
                    });
                }
            });
        }
    });
    let mut sum = 0;
    accounts.for_each(|_, balance| sum += balance);
    assert_eq!(sum, 1_600);
}

#[test]
fn equal_keys_have_one_lock() {
    let by_name: Striped<String> = Striped::new();
    let inside = Guarded::mutex(0);
    thread::scope(|s| {
        for _ in 0..4 {
            s.spawn(|| {
                for n in 0..500 {
                    by_name.with("one", || {
                        assert_eq!(inside.replace(1), 0, "alone");
                        inside.set(0);
                    });
                    by_name.with_many([&n.to_string()[..], "one", "two", "one"], || {
                        assert_eq!(inside.replace(1), 0, "alone");
                        inside.set(0);
                    });
                }
            });
        }
    });
    assert_eq!(by_name.with_many::<str, _>([], || 3), 3);
}

#[test]
fn maps_are_shared_as_far_as_their_values_allow() {
    fn sync<T: Send + Sync>() {}
    // As behind a mutex, a value need not be `Sync`.
    sync::<Sharded<HashMap<u32, std::cell::Cell<u32>>>>();
    sync::<Striped<*const u8>>();
}

#[test]
fn several_stripes_within_a_limit() {
    let by_name: Striped<String> = Striped::new();
    let soon = Duration::from_millis(5);
    let both = || by_name.try_with_many_for(soon, ["one", "two", "one"], || 3);
    assert_eq!(both(), Ok(3));
    by_name.with("one", || {
        thread::scope(|scope| {
            let late = scope.spawn(both).join().unwrap();
            assert!(matches!(late, Err(TryError::TimedOut { .. })), "{late:?}");
        });
    });
    assert_eq!(both(), Ok(3));
}

/// A poisoned map is repaired entry by entry, and only then open again.
#[test]
fn a_poisoned_map_is_repaired_in_one_call() {
    let map: Sharded<HashMap<u32, i32>, Poison> = Sharded::new((0..100).map(|n| (n, 1)).collect());
    let half_way = |key: u32| {
        map.with_write_key(key, |entry| {
            *entry.or_default() = -1;
            panic!("half way")
        })
    };
    assert!(catch_unwind(AssertUnwindSafe(|| half_way(7))).is_err());
    assert!(map.is_poisoned());
    let again =
        catch_unwind(AssertUnwindSafe(|| map.recover(|_, n| if *n < 0 { panic!("again") } else { true })));
    assert!(again.is_err() && map.is_poisoned());
    assert_eq!(map.recover(|_, n| *n > 0), [(7, -1)]);
    assert!(!map.is_poisoned());
    assert_eq!((map.len(), map.get_cloned(&8)), (99, Some(1)));
}

#[cfg(feature = "serde")]
#[test]
fn it_is_written_as_its_map() {
    use serde::{Deserialize, Serialize};
    #[guarded_state::guarded]
    #[derive(Default, Serialize, Deserialize)]
    struct Shop {
        name: String,
        #[guarded(sharded)]
        stock: HashMap<String, u32>,
    }
    let shop = Shop { name: "corner".into(), stock: HashMap::from([("bolt".to_owned(), 5)]).into() };
    let text = serde_json::to_string(&shop).unwrap();
    assert_eq!(text, r#"{"name":"corner","stock":{"bolt":5}}"#);
    let back: Shop = serde_json::from_str(&text).unwrap();
    assert_eq!((back.name.as_str(), back.stock.get_cloned("bolt")), ("corner", Some(5)));
}

/// Readers without a pause, more of them than processors: a writer waits for those that are inside, and not for those that come.
#[test]
fn writers_of_a_map_that_is_mostly_read_get_in() {
    use guarded_state::ReadMostly;
    use std::sync::atomic::AtomicBool;
    let map: Sharded<HashMap<u32, u64>, ReadMostly, Standalone, 1> = Sharded::new(HashMap::from([(1, 0)]));
    let over = AtomicBool::new(false);
    thread::scope(|s| {
        for _ in 0..4 {
            s.spawn(|| {
                while !over.load(Ordering::Relaxed) {
                    assert!(map.get_cloned(&1).is_some());
                }
            });
        }
        let start = std::time::Instant::now();
        for _ in 0..200 {
            map.modify(&1, |n| *n += 1);
        }
        over.store(true, Ordering::Relaxed);
        assert!(start.elapsed() < Duration::from_secs(20), "{:?}", start.elapsed());
    });
    assert_eq!(map.get_cloned(&1), Some(200));
    let late = map.with_read_key(&1, |_| {
        thread::scope(|s| {
            s.spawn(|| map.try_with_write_key_for(Duration::from_millis(5), 1, |_| ())).join().unwrap()
        })
    });
    assert!(matches!(late, Err(TryError::TimedOut { .. })), "{late:?}");
    assert_eq!(map.try_with_write_key(1, |n| *n.or_default()), Ok(200), "no stripe is left behind");
}
