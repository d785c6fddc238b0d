//! The cells: a value behind its lock, reached through scopes only.
//!
//! [`storage`] is the cell itself, [`hold`] the RAII proof that its lock is held; both argue their `unsafe`.
//! Everything else is written on top of them without any.

pub(crate) mod access;
mod all;
pub(crate) mod contend;
mod guard;
mod habits;
mod handle;
pub(crate) mod hold;
mod invariant;
mod kind;
mod lazy;
mod loan;
mod monitor;
mod numbered;
mod ordered;
mod policy;
mod proof;
#[cfg(not(any(loom, shuttle)))]
mod stall;
mod stamp;
pub(crate) mod storage;
pub(crate) mod transact;
mod upgrade;
mod whole;

pub use all::{
    AllBack, Attempt, Both, LockAll, LockSet, Own, Policies, Read, Request, Tried, Write, each, read,
    transact_all, try_with_all, try_with_all_for, with_all, with_both, with_found, write,
};
pub use contend::set_stall_after;
pub use guard::{ReadGuard, WriteGuard};
pub use handle::Handle;
pub use invariant::{Checked, Invariant, Verdict, check_invariants, judging};
pub use kind::{
    Flights, Guards, HandsOutGuards, Initial, Kind, Monitor, Mutex, Rw, Scoped, Shards, Stripe, Upgrades,
    Versions, Waits, assert_shareable_mutex, assert_shareable_rw, sends,
};
pub use lazy::Lazy;
pub use loan::Loan;
pub use monitor::Outcome;
pub use numbered::Numbered;
pub use ordered::Under;
pub use policy::{
    Keep, Left, Poison, Policy, Protects, ReadMostly, Refuses, Rollback, Undo, Verifies, assert_restorable,
};
#[cfg(feature = "observe")]
pub use stamp::Stamp;
pub use storage::Guarded;
pub use upgrade::Upgradable;
