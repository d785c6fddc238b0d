//! The cells under model checkers: `ci/models` builds this with `--cfg loom` and with `--cfg shuttle`.
//!
//! loom goes through every interleaving that it cannot prove equal to another: all of them for two threads, those of
//! at most three preemptions for three. shuttle draws schedules at random and by PCT, with more threads and rounds. In
//! both the value of a cell notices by itself when somebody is inside beside a writer (`check::Tracked`).
#![cfg(any(loom, shuttle))]
#![allow(missing_docs)]

#[path = "models/check.rs"]
mod check;
#[path = "models/deadline.rs"]
mod deadline;
#[path = "models/flight.rs"]
mod flight;
#[path = "models/maps.rs"]
mod maps;
#[path = "models/monitor.rs"]
mod monitor;
#[path = "models/panics.rs"]
mod panics;
#[path = "models/several.rs"]
mod several;
#[path = "models/shared.rs"]
mod shared;
#[path = "models/tasks.rs"]
mod tasks;
