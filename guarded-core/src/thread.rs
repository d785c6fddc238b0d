//! What each thread keeps for the fast path, in one place: one base address for all of it.
//!
//! It needs neither initialisation nor destruction, and so works while a thread's other locals are destroyed.

use crate::sync::thread_state;

/// One thread's part of every module that has one.
pub(crate) struct Thread {
    #[cfg(feature = "order-check")]
    pub(crate) held: crate::order::held::Stack,
    #[cfg(feature = "order-check")]
    pub(crate) settled: crate::order::check::Settled,
    #[cfg(feature = "observe")]
    pub(crate) observed: crate::observe::Local,
}

thread_state! {
    pub(crate) static THREAD: Thread = Thread {
        #[cfg(feature = "order-check")]
        held: crate::order::held::Stack::NEW,
        #[cfg(feature = "order-check")]
        settled: crate::order::check::Settled::NEW,
        #[cfg(feature = "observe")]
        observed: crate::observe::Local::NEW,
    }
}
