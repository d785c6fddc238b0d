//! What a call for a loaded value returns.

use crate::error::Line;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

/// A loaded value.
///
/// ```
/// use guarded_core::{Loaded, SingleFlight};
/// use std::{collections::HashMap, convert::Infallible};
/// let quotes: SingleFlight<HashMap<u32, u32>> = SingleFlight::default();
/// let first: Loaded<u32> = quotes.get_or_load(7, |_| Ok::<_, Infallible>(1))?;
/// let second = quotes.get_or_load(7, |_| Ok::<_, Infallible>(2))?;
/// assert_eq!((first.shared, second.shared, second.value), (false, true, 1));
/// # Ok::<(), std::sync::Arc<Infallible>>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Loaded<V> {
    /// A clone of the value.
    pub value: V,
    /// Another call's loader made it, before or meanwhile. So there were as many loads as results that are not shared.
    pub shared: bool,
}

/// Why [`get_or_load_for`](crate::SingleFlight::get_or_load_for) has no value.
///
/// ```
/// use guarded_core::{LoadError, SingleFlight};
/// use std::{collections::HashMap, time::Duration};
/// let quotes: SingleFlight<HashMap<u32, u32>> = SingleFlight::default();
/// match quotes.get_or_load_for(Duration::from_millis(50), 7, |_| Err("no network")) {
///     Err(LoadError::Failed(error)) => assert_eq!(*error, "no network"),
///     Err(LoadError::TimedOut { leader, loading_for, .. }) => eprintln!("{leader} loads since {loading_for:?}"),
///     other => panic!("{other:?}"),
/// }
/// ```
#[derive(Debug)]
#[non_exhaustive]
pub enum LoadError<E> {
    /// The loader returned an error: this call's own, another one's that it waited for, or one that was kept.
    Failed(Arc<E>),
    /// Another call was loading for the whole time limit.
    TimedOut {
        /// `Type.field`.
        field: String,
        /// The call whose loader runs.
        leader: Line,
        /// How long it has been running.
        loading_for: Duration,
        /// How long this call waited.
        waited: Duration,
    },
    /// This thread is in this key's loader already; waiting could only hang.
    Reentrant {
        /// `Type.field`.
        field: String,
        /// The call whose loader this is.
        leader: Line,
    },
    /// The loader that this call would wait for waits, itself or through others, for the one that this call is in.
    Deadlock {
        /// `Type.field`.
        field: String,
        /// The ring, one line a member.
        ring: String,
    },
}

impl<E> Clone for LoadError<E> {
    fn clone(&self) -> Self {
        match self {
            Self::Failed(error) => Self::Failed(Arc::clone(error)),
            Self::TimedOut { field, leader, loading_for, waited } => {
                Self::TimedOut { field: field.clone(), leader, loading_for: *loading_for, waited: *waited }
            }
            Self::Reentrant { field, leader } => Self::Reentrant { field: field.clone(), leader },
            Self::Deadlock { field, ring } => Self::Deadlock { field: field.clone(), ring: ring.clone() },
        }
    }
}

impl<E: fmt::Display> fmt::Display for LoadError<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Failed(error) => error.fmt(f),
            Self::TimedOut { field, leader, loading_for, waited } => write!(
                f,
                "this key of `{field}` was not loaded within {waited:?}: {leader} has been loading it for {loading_for:?}"
            ),
            Self::Reentrant { field, leader } => {
                write!(f, "this thread is loading this key of `{field}` already, since {leader}")
            }
            Self::Deadlock { field, ring } => {
                write!(f, "waiting for a load of `{field}` would never end:\n{ring}")
            }
        }
    }
}

impl<E: std::error::Error + 'static> std::error::Error for LoadError<E> {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Failed(error) => error.source(), // its own words are this one's
            _ => None,
        }
    }
}
