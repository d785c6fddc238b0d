//! What is measured: a struct with guarded fields, and the same locks bare.
//!
//! They stand in a library so that the programs that measure them are, as a user's would be, another crate than the
//! one that declares the fields, and that one another than the cells'.

use guarded_state::guarded;

/// One field a strategy.
#[guarded]
#[derive(Debug, Default)]
pub struct Here {
    /// A reader-writer lock.
    #[guarded]
    pub rw: u64,
    /// A mutex.
    #[guarded(mutex)]
    pub mutex: u64,
    /// A mutex with conditions.
    #[guarded(monitor)]
    pub monitor: u64,
    /// A reader-writer lock that hands out guards.
    #[guarded(guards)]
    pub rw_guards: u64,
    /// A mutex that hands out guards.
    #[guarded(mutex, guards)]
    pub mutex_guards: u64,
    /// A third lock to hold at once.
    #[guarded]
    pub third: u64,
}

/// The same values behind bare locks.
#[derive(Debug, Default)]
pub struct Bare {
    /// `parking_lot`'s reader-writer lock.
    pub rw: parking_lot::RwLock<u64>,
    /// `parking_lot`'s mutex.
    pub mutex: parking_lot::Mutex<u64>,
    /// A third lock to hold at once.
    pub third: parking_lot::RwLock<u64>,
    /// std's reader-writer lock.
    pub std_rw: std::sync::RwLock<u64>,
    /// std's mutex.
    pub std_mutex: std::sync::Mutex<u64>,
}

/// Both, apart from the start and from each other: no lock is where the whole is, and no two functions that do the
/// same to either can be merged into one.
#[derive(Debug, Default)]
#[repr(C)]
pub struct Subject {
    front: [u64; 32],
    /// Bare.
    pub bare: Bare,
    /// Guarded.
    pub here: Here,
}
