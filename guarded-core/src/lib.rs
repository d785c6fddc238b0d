//! The cells, the lock order and the observer behind [`guarded-state`](https://docs.rs/guarded-state). Use that crate: it
//! adds the attribute and re-exports what is here.

#![deny(unsafe_code)]
// The fast path is a dozen thin shells around one compare-and-swap: one that is not inlined costs more than it does,
// and whether the compiler would inline it depends on the caller's crate. `ci/cost` measures the sum.
#![allow(clippy::inline_always)]
// With a feature off, a part of the house stands empty; the build with both on finds what is never used.
#![cfg_attr(
    not(all(feature = "observe", feature = "order-check")),
    allow(
        dead_code,
        unused_imports,
        unused_macros,
        unused_variables,
        clippy::unused_self,
        clippy::needless_pass_by_value
    )
)]

mod cell;
mod error;
mod event;
mod map;
#[cfg(feature = "observe")]
pub mod observe;
mod order;
mod outside;
mod site;
mod sync;
#[cfg(any(feature = "observe", feature = "order-check"))]
mod thread;

#[cfg(feature = "observe")]
pub use cell::Stamp;
pub use cell::{
    AllBack, Attempt, Both, LockAll, LockSet, Own, Policies, Read, Request, Tried, Write, each, read,
    transact_all, try_with_all, try_with_all_for, with_all, with_both, with_found, write,
};
pub use cell::{
    Checked, Guarded, Guards, Handle, HandsOutGuards, Keep, Kind, Lazy, Left, Loan, Monitor, Mutex, Numbered,
    Outcome, Poison, Policy, Protects, ReadGuard, ReadMostly, Refuses, Rollback, Rw, Scoped, Under, Undo,
    Upgradable, Upgrades, Verdict, Verifies, Waits, WriteGuard, check_invariants, set_stall_after,
};
pub use cell::{Flights, Initial, Shards, Stripe, Versions};
pub use error::{Line, TryError};
pub use event::{Action, Event, Finding, on_event, set_action};
pub use map::{
    Balance, Branch, ByEntry, Conflict, Diff, Entry, Flight, FlightKind, FlightMap, Handover, LoadError,
    LoadPanic, Loaded, Lookup, Many, Map, MergeError, OccupiedEntry, Op, Plain, Propagate, ProtectsEntries,
    Shardable, Sharded, SingleFlight, Snapshot, Stores, Striped, Superseded, VacantEntry, Version, Versioned,
};
#[cfg(feature = "observe")]
pub use observe::report;
pub use order::key::{Before, ClaimError, Declared, Key, Level, MayTake, Nothing, Ranks};
#[cfg(feature = "order-check")]
pub use order::seen::{Order, OrderFile, order};
pub use outside::blocking::blocking;
pub use outside::{Afterwards, afterwards, blocking};
pub use site::{At, Class, FieldSite, Keyless, OrderedAt, OrderedSite, Site, Standalone};

/// What generated code names. Not for users: it changes without notice.
#[doc(hidden)]
pub mod __private {
    pub use crate::cell::{
        Checked, Guarded, Guards, Invariant, Keep, Lazy, Monitor, Mutex, Poison, ReadMostly, Rollback, Rw,
        Scoped, assert_restorable, assert_shareable_mutex, assert_shareable_rw, judging, read, sends,
        with_all,
    };
    pub use crate::map::{Flight, Handover, Plain, Propagate, Sharded, SingleFlight, Striped, Versioned};
    pub use crate::order::key::{Nothing, Ranks, assert_has_a_place, assert_precedes};
    pub use crate::order::rank::{Bottom, Place, Top, bit, nothing_after_a_leaf, position};
    pub use crate::site::{At, Class, FieldSite, OrderedAt, OrderedSite, SiteInfo};
    pub use core::any::type_name;
    pub use core::clone::Clone;
    pub use core::convert::From;
    pub use core::default::Default;
    pub use core::fmt::Debug;
    pub use core::ops::Fn;
    pub use core::option::Option;
    pub use core::primitive::{str, u16};
    pub use core::{file, line};
    pub use std::string::String;
}
