//! Maps in parts: what each call returns is what some order of the calls would return, and calls for several keys end.

use super::check::{Depth, ROUNDS, explore, join, spawn};
#[cfg(not(loom))]
use guarded_core::Striped;
use guarded_core::{Keep, Op, ReadMostly, Sharded, Standalone};
use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};
use std::sync::Arc;

/// Keys lie where they lie in every interleaving.
#[derive(Default)]
struct Fixed(u64);

impl Hasher for Fixed {
    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = self.0 << 8 | u64::from(*byte);
        }
    }
    fn finish(&self) -> u64 {
        self.0
    }
}

type Map = Sharded<HashMap<u32, u64, BuildHasherDefault<Fixed>>, Keep, Standalone, 2>;

fn map(entries: &[(u32, u64)]) -> Arc<Map> {
    Arc::new(Map::new(entries.iter().copied().collect()))
}

#[test]
fn changes_of_one_key_are_all_counted() {
    explore("changes_of_one_key_are_all_counted", Depth::Preemptions, 570, || {
        let map = map(&[(1, 0)]);
        let by_modify = spawn(&map, |map| (0..ROUNDS).for_each(|_| _ = map.modify(&1, |n| *n += 1)));
        let by_compute = spawn(&map, |map| {
            (0..ROUNDS).for_each(|_| _ = map.compute(1, |n| Op::Set(n.copied().unwrap_or(0) + 1)));
        });
        (0..ROUNDS).for_each(|_| map.with_write_key(1, |n| *n.or_default() += 1));
        by_modify.join().unwrap();
        by_compute.join().unwrap();
        assert_eq!(map.get_cloned(&1), Some(3 * ROUNDS));
    });
}

/// What is put in is taken out once, whoever takes it, or is still there.
#[test]
fn a_removal_takes_what_was_put_in() {
    explore("a_removal_takes_what_was_put_in", Depth::Preemptions, 1600, || {
        let map = map(&[]);
        let takers: Vec<_> = (0..2).map(|_| spawn(&map, |map| map.remove(&1).unwrap_or(0))).collect();
        let old = map.insert(1, 5).unwrap_or(0) + map.insert(1, 7).unwrap_or(0);
        let taken: u64 = takers.into_iter().map(|taker| taker.join().unwrap()).sum();
        assert_eq!(old + taken + map.remove(&1).unwrap_or(0), 12);
    });
}

/// Keys in two parts, named in opposite orders; a look at both sees one moment.
#[test]
fn transfers_in_opposite_orders_end() {
    explore("transfers_in_opposite_orders_end", Depth::Preemptions, 2000, || {
        let map = map(&[(1, 10), (2, 10)]);
        let transfer = |map: &Map, from: u32, to: u32| {
            map.with_write_many([from, to], |mut both| {
                *both.get_mut(&from).unwrap() -= 1;
                *both.get_mut(&to).unwrap() += 1;
            });
        };
        let one = spawn(&map, move |map| (0..ROUNDS).for_each(|_| transfer(map, 1, 2)));
        let other = spawn(&map, move |map| (0..ROUNDS).for_each(|_| transfer(map, 2, 1)));
        let sum = map.with_write_many([2, 1], |both| both.get(&1).unwrap() + both.get(&2).unwrap());
        assert_eq!(sum, 20);
        join(vec![one, other]);
        assert_eq!((map.get_cloned(&1), map.get_cloned(&2)), (Some(10), Some(10)));
    });
}

#[cfg(not(loom))] // its hasher is seeded anew, and loom wants every run alike
#[test]
fn stripes_in_opposite_orders_end() {
    explore("stripes_in_opposite_orders_end", Depth::Preemptions, 10, || {
        let stripes: Arc<Striped<u32, Standalone, 2>> = Arc::new(Striped::new());
        let other = spawn(&stripes, |stripes| stripes.with_many([&1, &2, &3], || ()));
        stripes.with_many([&3, &2, &1], || ());
        other.join().unwrap();
    });
}

/// Its readers take one stripe, its writers all of them.
#[test]
fn a_map_that_is_mostly_read_shows_whole_writes() {
    explore("a_map_that_is_mostly_read_shows_whole_writes", Depth::Preemptions, 10_000, || {
        type Read = Sharded<HashMap<u32, (u64, u64), BuildHasherDefault<Fixed>>, ReadMostly, Standalone, 1>;
        let map: Arc<Read> = Arc::new(Read::new(HashMap::from_iter([(1, (0, 0))])));
        let reader = spawn(&map, |map| {
            (0..ROUNDS)
                .for_each(|_| map.with_read_key(&1, |pair| assert!(pair.is_some_and(|(a, b)| a == b))));
        });
        let writer = spawn(&map, |map| {
            _ = map.modify(&1, |(a, b)| {
                *a += 1;
                *b += 1;
            })
        });
        map.modify(&1, |(a, b)| {
            *a += 1;
            *b += 1;
        });
        reader.join().unwrap();
        writer.join().unwrap();
        assert_eq!(map.get_cloned(&1), Some((2, 2)));
    });
}
