//! Guarded shared state: the facade.
#![forbid(unsafe_code)]
pub use guarded_core::*;
