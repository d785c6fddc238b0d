#![doc = include_str!("../README.md")]
#![forbid(unsafe_code)]

pub mod guide;

#[doc(inline)]
pub use guarded_core::*;
#[doc(inline)]
pub use guarded_macros::{Guarded, field, guarded, lock_order};

#[doc(hidden)]
pub use guarded_core::__private;
