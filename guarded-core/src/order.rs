//! Lock order. At compile time: [`rank`] compares places in a declared order, [`key`] is the right to lock what comes
//! later. At run time: what this thread holds, in which order locks were ever nested, who waits for whom: [`held`] is
//! the fast path, one thread's stack; [`instances`] compares the numbers of instances of one field; [`check`] decides the first time a nesting is seen, with the pure [`graph`];
//! [`blocked`] proves rings among threads that already wait; [`seen`] shows and keeps what was learned; [`deferred`] is what a thread does once it is outside.

#[cfg(feature = "order-check")]
pub(crate) mod blocked;
#[cfg(feature = "order-check")]
pub(crate) mod check;
#[cfg(feature = "order-check")]
pub(crate) mod deferred;
#[cfg(feature = "order-check")]
pub(crate) mod graph;
#[cfg(feature = "order-check")]
pub(crate) mod held;
#[cfg(feature = "order-check")]
pub(crate) mod instances;
pub(crate) mod key;
pub(crate) mod rank;
#[cfg(feature = "order-check")]
pub(crate) mod seen;
