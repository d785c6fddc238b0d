//! Maps behind locks: one vocabulary of keyed calls, for a map behind one lock and for one that is spread over many.
//!
//! [`keyed`] writes the calls down once, over a [`Guarded`](crate::Guarded) cell and a [`table`] in it; [`sharded`] finds the
//! cell of a key and makes the same calls there. [`striped`] has the locks without the map, [`flight`] the map whose values
//! are loaded, [`versioned`] the versions of a value, map or not.

mod entry;
mod flight;
mod hashing;
mod keyed;
mod many;
mod parts;
mod sharded;
pub(crate) mod spread;
mod striped;
mod table;
mod versioned;

pub use entry::{Entry, OccupiedEntry, Op, VacantEntry};
pub use flight::{
    Flight, FlightKind, FlightMap, Handover, LoadError, LoadPanic, Loaded, Plain, Propagate, SingleFlight,
    Stores,
};
pub use many::Many;
pub use sharded::{Balance, Shardable, Sharded};
pub use striped::Striped;
pub use table::{ByEntry, Lookup, Map, ProtectsEntries};
pub use versioned::{Branch, Conflict, Diff, MergeError, Snapshot, Superseded, Version, Versioned};
