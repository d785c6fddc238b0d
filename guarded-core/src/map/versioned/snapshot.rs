//! A version, and what shares it.

use std::fmt;
use std::ops::Deref;
use std::sync::Arc;

/// One version of a value, immutable.
pub(super) struct Node<T> {
    pub(super) value: T,
    pub(super) version: Version,
}

/// Which version of a [`Versioned`](crate::Versioned) value: a number that grows with every write of it.
///
/// It means something to the field that it came from only.
///
/// ```
/// use guarded_core::Versioned;
/// let stock = Versioned::<u32>::new(3);
/// let first = stock.version();
/// stock.set(4);
/// assert!(stock.version() > first);
/// assert_eq!((first.to_string(), first.number()), ("v1".into(), 1));
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Version(u64);

impl Version {
    pub(super) const FIRST: Self = Self(1);

    pub(super) fn next(self) -> Self {
        Self(self.0 + 1)
    }

    /// The number: 1 for the first version.
    #[must_use]
    pub fn number(self) -> u64 {
        self.0
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "v{}", self.0)
    }
}

impl fmt::Debug for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// One version of a value, shared: it derefs to the value, never changes, and lives as long as it is kept.
///
/// ```
/// use guarded_core::{Snapshot, Versioned};
/// let names = Versioned::<Vec<&str>>::new(vec!["ada"]);
/// let snapshot: Snapshot<Vec<&str>> = names.snapshot();
/// names.set(vec![]);
/// let first = std::thread::spawn(move || snapshot.first().copied()).join().unwrap();
/// assert_eq!(first, Some("ada"));
/// ```
///
/// # Cost
/// To clone: a count. Dropping the last one of a version drops the value.
pub struct Snapshot<T>(Arc<Node<T>>);

impl<T> Snapshot<T> {
    pub(super) fn new(node: Arc<Node<T>>) -> Self {
        Self(node)
    }

    /// Which version it is.
    ///
    /// ```
    /// use guarded_core::Versioned;
    /// let stock = Versioned::<u32>::new(3);
    /// assert_eq!(stock.snapshot().version(), stock.version());
    /// ```
    #[must_use]
    pub fn version(&self) -> Version {
        self.0.version
    }
}

impl<T> Deref for Snapshot<T> {
    type Target = T;
    fn deref(&self) -> &T {
        &self.0.value
    }
}

impl<T> AsRef<T> for Snapshot<T> {
    fn as_ref(&self) -> &T {
        self
    }
}

impl<T> Clone for Snapshot<T> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<T: fmt::Debug> fmt::Debug for Snapshot<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (**self).fmt(f)
    }
}

impl<T: fmt::Display> fmt::Display for Snapshot<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (**self).fmt(f)
    }
}

/// By value, not by version.
impl<T: PartialEq> PartialEq for Snapshot<T> {
    fn eq(&self, other: &Self) -> bool {
        **self == **other
    }
}

impl<T: Eq> Eq for Snapshot<T> {}

impl<T: PartialEq> PartialEq<T> for Snapshot<T> {
    fn eq(&self, other: &T) -> bool {
        **self == *other
    }
}
