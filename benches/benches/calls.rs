//! One call of one map, as often as told: for `benches/instructions`, which has callgrind count them. It measures nothing
//! itself.
//!
//! ```sh
//! cargo bench -p guarded-benches --bench calls -- u64 "dashmap 6" get 10000
//! ```

#[allow(dead_code)] // `maps` uses the rest
mod peers;

use peers::{Collection, Key, Work, entries};
use std::hint::black_box;

struct Calls<'a, K> {
    pool: Vec<K>,
    call: &'a str,
    times: usize,
}

impl<K: Key> Work<K> for Calls<'_, K> {
    type Result = ();

    fn with<C: Collection<K>>(&self) {
        let map = C::default();
        for (key, value) in self.pool.iter().zip(0..) {
            map.put(key.clone(), value);
        }
        for (key, value) in self.pool.iter().cycle().take(self.times).zip(0..) {
            match self.call {
                "get" => _ = black_box(map.get(key)),
                "overwrite" => _ = black_box(map.put(key.clone(), value)),
                "update" => _ = black_box(map.update(key)),
                _ => {
                    black_box(map.remove(key));
                    black_box(map.put(key.clone(), value));
                }
            }
        }
    }
}

fn run<K: Key>(map: &str, call: &str, times: usize) {
    let calls = Calls { pool: (0..1024).map(K::of).collect(), call, times };
    for entry in entries::<K, Calls<'_, K>>().iter().filter(|entry| entry.name == map) {
        (entry.run)(&calls);
    }
}

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [key, map, call, times, ..] = arguments.as_slice() else { return };
    let times = times.parse().expect("a number of calls");
    if key == u64::NAME { run::<u64>(map, call, times) } else { run::<String>(map, call, times) }
}
