//! Cells over maps: each key is a matter of its own.

mod flight;

pub use flight::{
    Flight, FlightKind, FlightMap, Handover, LoadError, LoadPanic, Loaded, Plain, Propagate, SingleFlight,
    Stores,
};
