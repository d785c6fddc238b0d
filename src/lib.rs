#![doc = include_str!("../README.md")]
#![forbid(unsafe_code)]

pub mod guide;

#[doc(inline)]
pub use guarded_core::*;
// By name, so that rustc tells which feature a missing one needs.
#[cfg(feature = "order-check")]
#[doc(inline)]
pub use guarded_core::{Order, OrderFile, order};
#[cfg(feature = "observe")]
#[doc(inline)]
pub use guarded_core::{Stamp, observe, report};
#[doc(inline)]
pub use guarded_macros::{Guarded, field, guarded, lock_order};

#[doc(hidden)]
pub use guarded_core::__private;
