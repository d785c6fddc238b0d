//! Lock order at run time: what this thread holds, in which order locks were ever nested, who waits for whom.
//!
//! [`held`] is the fast path, one thread's stack; [`check`] decides the first time a nesting is seen, with the
//! pure [`graph`]; [`blocked`] proves rings among threads that already wait.

pub(crate) mod blocked;
pub(crate) mod check;
pub(crate) mod graph;
pub(crate) mod held;
