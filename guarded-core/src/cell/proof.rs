//! A thread's word on whether it is inside of a cell.

use super::kind::Kind;
use super::storage::Guarded;
use crate::site::Site;
#[cfg(feature = "order-check")]
use std::panic::Location;

impl<T, K: Kind, S: Site> Guarded<T, K, S> {
    /// This thread is inside of the cell, in a scope or with a guard: otherwise a located panic.
    ///
    /// For a helper that is to be called in a scope, and whose work is not the value itself: a file that the lock guards, a
    /// step that only makes sense inside. A helper that works on the value takes the value, which is the better proof: nobody has
    /// a `&mut T` of a guarded value but inside its scope.
    ///
    /// ```
    /// use guarded_core::Guarded;
    /// struct Journal { sequence: Guarded<u64> }
    /// impl Journal {
    ///     fn append(&self, line: &str) {
    ///         self.sequence.with_write(|next| { number(next); self.write(line) });
    ///     }
    ///     /// Lines are written in the order of their numbers.
    ///     fn write(&self, line: &str) {
    ///         self.sequence.assert_held();
    ///         println!("{line}");
    ///     }
    /// }
    /// /// No second lock, and nothing to assert: the view is the proof.
    /// fn number(next: &mut u64) { *next += 1 }
    /// # let journal = Journal { sequence: Guarded::new(0) };
    /// # journal.append("a line");
    /// # #[cfg(feature = "order-check")]
    /// # assert!(std::panic::catch_unwind(|| journal.write("a line")).is_err());
    /// ```
    ///
    /// # Panics
    /// If this thread is not inside. Without the feature `order-check` nobody knows, and this is nothing.
    ///
    /// # Cost
    /// A look at this thread's list of locks.
    #[track_caller]
    pub fn assert_held(&self) {
        #[cfg(feature = "order-check")]
        assert!(
            crate::order::held::any() && crate::order::held::held_at(self.address()).is_some(),
            "`{}` is not held by this thread at {}: call this inside of its `with_read` or `with_write`",
            self.info().class,
            Location::caller()
        );
    }

    /// This thread is not inside of the cell: otherwise a located panic, with the line that is.
    ///
    /// ```
    /// # use guarded_core::Guarded;
    /// let jobs: Guarded<Vec<u32>> = Guarded::default();
    /// jobs.assert_unlocked(); // what follows may take long
    /// # #[cfg(feature = "order-check")]
    /// assert!(std::panic::catch_unwind(|| jobs.with_read(|_| jobs.assert_unlocked())).is_err());
    /// ```
    ///
    /// # Panics
    /// If this thread is inside. Without the feature `order-check` nobody knows, and this is nothing.
    ///
    /// # Cost
    /// A look at this thread's list of locks.
    #[track_caller]
    pub fn assert_unlocked(&self) {
        #[cfg(feature = "order-check")]
        if crate::order::held::any()
            && let Some(since) = crate::order::held::held_at(self.address())
        {
            panic!(
                "`{}` is to be unlocked at {}, and this thread holds it since {since}",
                self.info().class,
                Location::caller()
            );
        }
    }
}
