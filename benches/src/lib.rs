//! What is measured: a struct with guarded fields, and the same locks bare.
//!
//! `ci/cost` counts instructions, of fields of its own. `cargo bench -p guarded-benches` runs the programs of benches/, which measure time:
//! each says at its top what its figures mean. `-- --quick` only proves that they run.

mod chart;
mod machine;
mod plot;
mod results;
mod spread;

pub use chart::{Chart, Curve, chart};
pub use machine::{DISTURBED, Machine, Usage, alike, most_frequent, waited};
pub use plot::{Dot, Panel, plot};
pub use results::{Results, platform, version};
pub use spread::Spread;

use guarded_state::guarded;
use std::collections::HashMap;

/// Ends a pair of cache lines, which is what a processor fetches at once.
#[derive(Debug, Default)]
#[repr(align(128))]
pub struct Gap;

/// Guarded fields and bare locks for one thread or several, each on cache lines of its own: none is dearer because of
/// where it lies.
#[guarded]
#[derive(Debug, Default)]
#[repr(C)]
pub struct Spaced {
    /// A reader-writer lock that hands out guards too.
    #[guarded(guards)]
    pub rw: u64,
    gap_rw: Gap,
    /// A mutex that hands out guards too.
    #[guarded(mutex, guards)]
    pub mutex: u64,
    gap_mutex: Gap,
    /// A mutex with conditions.
    #[guarded(monitor)]
    pub monitor: u64,
    gap_monitor: Gap,
    /// A map under a reader-writer lock.
    #[guarded(guards)]
    pub map: HashMap<String, u64>,
    gap_map: Gap,
    /// `parking_lot`'s reader-writer lock.
    pub bare_rw: parking_lot::RwLock<u64>,
    gap_bare_rw: Gap,
    /// `parking_lot`'s mutex.
    pub bare_mutex: parking_lot::Mutex<u64>,
    gap_bare_mutex: Gap,
    /// The map under `parking_lot`'s reader-writer lock.
    pub bare_map: parking_lot::RwLock<HashMap<String, u64>>,
    gap_bare_map: Gap,
    /// std's reader-writer lock.
    pub std_rw: std::sync::RwLock<u64>,
    gap_std_rw: Gap,
    /// std's mutex.
    pub std_mutex: std::sync::Mutex<u64>,
    gap_std_mutex: Gap,
    /// The map under std's reader-writer lock.
    pub std_map: std::sync::RwLock<HashMap<String, u64>>,
    gap_std_map: Gap,
    /// What is in the maps.
    pub keys: Vec<String>,
}

impl Spaced {
    /// With 1024 keys in each map.
    #[must_use]
    pub fn new() -> Self {
        let keys: Vec<String> = (0..1024).map(|n| format!("key number {n}")).collect();
        let map: HashMap<String, u64> = keys.iter().cloned().zip(0..).collect();
        Self {
            map: map.clone().into(),
            bare_map: map.clone().into(),
            std_map: map.into(),
            keys,
            ..Self::default()
        }
    }

    /// A key of the maps, another for each number.
    #[must_use]
    pub fn key(&self, number: u32) -> &str {
        &self.keys[number as usize % self.keys.len()]
    }
}

/// The program was called with `--quick`: it shall only show that it runs.
#[must_use]
pub fn quick() -> bool {
    std::env::args().any(|argument| argument == "--quick")
}
