//! Why a `try` accessor did not get in.

use std::fmt;
use std::panic::Location;
use std::time::Duration;

/// A line of the caller's source; it prints as `src/main.rs:48:74`: the file, the line and the column.
///
/// ```
/// let here: guarded_core::Line = std::panic::Location::caller();
/// assert_eq!(here.file(), file!());
/// ```
pub type Line = &'static Location<'static>;

/// Why a `try_with_..` call did not run its closure.
///
/// ```
/// use guarded_core::{Guarded, TryError};
/// let stock: Guarded<u32> = Guarded::new(3);
/// # #[cfg(feature = "order-check")]
/// stock.with_write(|_| match stock.try_with_read(|n| *n) {
///     Err(TryError::Reentrant { .. }) => {} // told at once, also with a time limit
///     other => panic!("{other:?}"),
/// });
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum TryError {
    /// Someone else is inside.
    WouldBlock {
        /// `Type.field`.
        field: String,
        /// The line that holds it, or held it last (feature `observe`).
        holder: Option<Line>,
    },
    /// Someone else stayed inside for the whole time limit.
    TimedOut {
        /// `Type.field`.
        field: String,
        /// The line that holds it, or held it last (feature `observe`).
        holder: Option<Line>,
        /// How long the caller waited.
        waited: Duration,
        /// How long `holder` has been inside at least: the part of `waited` during which it did not change. Zero where it
        /// changed at the last moment, or is not known.
        held_for: Duration,
    },
    /// A panic left a write scope of a field with `on_panic = poison`.
    Poisoned {
        /// `Type.field`.
        field: String,
        /// The write scope that the first panic left.
        first: Line,
    },
    /// This thread is inside already; waiting could only hang (feature `order-check`).
    Reentrant {
        /// `Type.field`.
        field: String,
        /// The line of the scope that this thread is in.
        held_at: Line,
    },
    /// The monitor was closed, and what the call waits for does not hold.
    Closed {
        /// `Type.field`.
        field: String,
        /// The line that closed it.
        closed_at: Line,
    },
    /// A call for several locks asks for one of them twice.
    Duplicate {
        /// `Type.field`.
        field: String,
        /// The call.
        at: Line,
        /// The two members, numbered from 0 through the whole set, and how each wants the lock.
        members: [(usize, &'static str); 2],
    },
    /// Everyone who could let this call in waits for this thread (feature `order-check`).
    Deadlock {
        /// `Type.field`.
        field: String,
        /// The ring, one line a member.
        ring: String,
    },
}

/// A line as messages print it; nothing where it is unknown.
pub(crate) struct By(pub(crate) Option<Line>);

impl fmt::Display for By {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.map_or(Ok(()), |line| write!(f, " by {line}"))
    }
}

impl fmt::Display for TryError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::WouldBlock { field, holder } => write!(f, "`{field}` is in use{}", By(*holder)),
            Self::TimedOut { field, holder, waited, held_for } => {
                write!(f, "`{field}` was in use{} for the whole {waited:?}", By(*holder))?;
                if held_for.is_zero() {
                    Ok(())
                } else {
                    write!(f, " (the last {held_for:?} by the same scope)")
                }
            }
            Self::Poisoned { field, first } => {
                write!(
                    f,
                    "`{field}` is poisoned: a panic left the write scope entered at {first}\n  `recover(|v| ..)` mends the value and `clear_poison()` accepts it as it is"
                )
            }
            Self::Reentrant { field, held_at } => {
                write!(f, "this thread is inside `{field}` already, since {held_at}")
            }
            Self::Closed { field, closed_at } => write!(f, "`{field}` was closed at {closed_at}"),
            Self::Duplicate { field, at, members: [first, second] } => write!(
                f,
                "one call asks for `{field}` twice, at {at}: member {} (for {}) and member {} (for {})\n  name each cell once; `with_both` is for two that may be the same",
                first.0, first.1, second.0, second.1
            ),
            Self::Deadlock { field, ring } => write!(f, "waiting for `{field}` would never end:\n{ring}"),
        }
    }
}

impl std::error::Error for TryError {}
