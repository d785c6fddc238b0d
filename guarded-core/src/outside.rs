//! What is to happen with nothing locked: [`after`] puts it off, [`blocking`](mod@blocking) tells where it happens all the same.

mod after;
pub mod blocking;

pub use after::{Afterwards, afterwards};
