//! One field of a shared struct, as a handle of its own.

use std::fmt;
use std::ops::Deref;
use std::sync::Arc;

/// A field of a struct in an `Arc`, which it keeps alive: for a callee that needs the one field, a thread, a
/// [`Loan`](crate::Loan) that outlives its borrow.
///
/// ```
/// use guarded_core::{Guarded, Handle};
/// use std::sync::Arc;
/// struct App {
///     jobs: Guarded<Vec<u32>>,
///     name: String,
/// }
/// let app = Arc::new(App { jobs: Guarded::new(vec![]), name: "app".into() });
/// let jobs = Handle::new(Arc::clone(&app), |app| &app.jobs);
/// drop(app);
/// std::thread::spawn(move || {
///     jobs.with_write(|jobs| jobs.push(7));
///     assert_eq!(jobs.owner().name, "app");
/// }).join().unwrap();
/// ```
///
/// # Cost
/// That of the `Arc`, and one call through a function pointer where it is used.
pub struct Handle<O: ?Sized, F: ?Sized> {
    owner: Arc<O>,
    field: fn(&O) -> &F,
}

impl<O: ?Sized, F: ?Sized> Handle<O, F> {
    /// The field that `field` names, of `owner`.
    ///
    /// ```
    /// # use guarded_core::{Guarded, Handle};
    /// # use std::sync::Arc;
    /// let pair = Arc::new((Guarded::rw(1), Guarded::rw(2)));
    /// let second = Handle::new(pair, |pair| &pair.1);
    /// assert_eq!(second.cloned(), 2);
    /// ```
    pub fn new(owner: Arc<O>, field: fn(&O) -> &F) -> Self {
        Self { owner, field }
    }

    /// The struct that the field is part of.
    ///
    /// ```
    /// # use guarded_core::{Guarded, Handle};
    /// # use std::sync::Arc;
    /// let pair = Arc::new((Guarded::rw(1), "two"));
    /// let first = Handle::new(pair, |pair| &pair.0);
    /// assert_eq!(first.owner().1, "two");
    /// ```
    #[must_use]
    pub fn owner(&self) -> &Arc<O> {
        &self.owner
    }
}

impl<O: ?Sized, F: ?Sized> Deref for Handle<O, F> {
    type Target = F;
    #[inline]
    fn deref(&self) -> &F {
        (self.field)(&self.owner)
    }
}

impl<O: ?Sized, F: ?Sized> Clone for Handle<O, F> {
    fn clone(&self) -> Self {
        Self { owner: Arc::clone(&self.owner), field: self.field }
    }
}

impl<O: ?Sized, F: ?Sized + fmt::Debug> fmt::Debug for Handle<O, F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (**self).fmt(f)
    }
}
