//! Work that a scope hands on, to be done once its lock is released.

use crate::event::{contain, discard};
use std::cell::RefCell;
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};

/// Runs `f`, and then, in order, what `f` has put off: with the locks released that `f` took.
///
/// Wake-ups, callbacks, messages, I/O and expensive drops that a write scope finds out about do not belong under its lock. They
/// are handed to the [`Afterwards`] around it. It stands around any call: one field or several, a monitor, a keyed call, a
/// [`transact`](crate::Guarded::transact).
///
/// ```
/// use guarded_core::{Guarded, afterwards};
/// struct Feed {
///     listeners: Vec<std::sync::mpsc::Sender<u32>>,
///     last: Guarded<u32>,
/// }
/// impl Feed {
///     fn publish(&self, price: u32) {
///         afterwards(|after| {
///             self.last.with_write(|last| {
///                 if *last != price {
///                     *last = price;
///                     after.run(move || self.tell(price)); // not here: a listener may read `last`
///                 }
///             });
///         });
///     }
///     fn tell(&self, price: u32) {
///         for listener in &self.listeners {
///             let _ = listener.send(price);
///         }
///     }
/// }
/// # let (send, receive) = std::sync::mpsc::channel();
/// # let feed = Feed { listeners: vec![send], last: Guarded::new(1) };
/// # feed.publish(2);
/// # feed.publish(2);
/// # assert_eq!(receive.try_iter().collect::<Vec<_>>(), [2]);
/// ```
///
/// Work may borrow what lives longer than the call, `self` above, and nothing that the lock guards:
///
/// ```compile_fail
/// use guarded_core::{Guarded, afterwards};
/// let names: Guarded<Vec<String>> = Guarded::new(vec!["ada".into()]);
/// afterwards(|after| names.with_read(|names| after.run(|| println!("{}", names[0]))));
/// ```
///
/// # Panics
/// If the caller holds a guarded lock, which would be held then too, and the build says panic
/// ([`WaitWhileHolding`](crate::Finding::WaitWhileHolding)): before `f` is called. A panic in one piece of work does not lose
/// the others: they are done, and then the first panic goes on. A panic in `f` runs nothing that was put off with
/// [`run`](Afterwards::run), but drops it, and what was given to [`drop`](Afterwards::drop), once the lock is released; a panic of
/// such a drop is printed and ends there.
///
/// # Deadlocks
/// None of its own.
///
/// # Cost
/// Nothing where nothing is put off. One allocation for each piece of work.
#[track_caller]
pub fn afterwards<'env, R>(f: impl FnOnce(&Afterwards<'env>) -> R) -> R {
    #[cfg(feature = "order-check")]
    crate::order::check::outside(format_args!("work is put off until nothing is locked"));
    let after = Afterwards { work: RefCell::new(Vec::new()) };
    let result = f(&after);
    after.finish();
    result
}

/// Where a scope hands its work to: made by [`afterwards`].
pub struct Afterwards<'env> {
    work: RefCell<Vec<Work<'env>>>,
}

enum Work<'env> {
    Run(Box<dyn FnOnce() + 'env>),
    Drop(Box<dyn Any + 'env>),
}

/// A value of which nothing is known but that it is dropped.
trait Any {}
impl<T> Any for T {}

impl<'env> Afterwards<'env> {
    /// Calls `work` once the locks are released; drops it where the scope is left by a panic.
    ///
    /// ```
    /// # use guarded_core::{Guarded, afterwards};
    /// let level = Guarded::rw(9);
    /// afterwards(|after| level.with_write(|n| {
    ///     *n += 1;
    ///     let reached = *n;
    ///     after.run(move || println!("level {reached}"));
    /// }));
    /// ```
    pub fn run(&self, work: impl FnOnce() + 'env) {
        self.work.borrow_mut().push(Work::Run(Box::new(work)));
    }

    /// Drops `value` once the locks are released, also where the scope is left by a panic.
    ///
    /// ```
    /// # use guarded_core::{Guarded, afterwards};
    /// let history = Guarded::mutex(vec![vec![0; 1_000_000]; 3]);
    /// afterwards(|after| history.with_write(|history| {
    ///     for page in history.drain(..2) {
    ///         after.drop(page); // freeing a megabyte takes time: not while others wait
    ///     }
    /// }));
    /// ```
    pub fn drop<T: 'env>(&self, value: T) {
        self.work.borrow_mut().push(Work::Drop(Box::new(value)));
    }

    /// All of it, in order; then the first panic.
    fn finish(self) {
        let mut first = None;
        // Work may not hand on more: nobody has a reference to `self` but its own scope, which has ended.
        for work in self.work.take() {
            let done = catch_unwind(AssertUnwindSafe(|| match work {
                Work::Run(work) => work(),
                Work::Drop(value) => drop(value),
            }));
            match done {
                Err(panic) if first.is_none() => first = Some(panic),
                Err(later) => discard(later), // the panic hook has printed it
                Ok(()) => {}
            }
        }
        if let Some(panic) = first {
            resume_unwind(panic);
        }
    }
}

/// The scope was left by a panic: values are dropped one by one, and none makes a second panic of it.
impl Drop for Afterwards<'_> {
    fn drop(&mut self) {
        for work in self.work.take() {
            contain(|| drop(work));
        }
    }
}

impl fmt::Debug for Afterwards<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let waiting = self.work.try_borrow().map_or(0, |work| work.len());
        f.debug_struct("Afterwards").field("waiting", &waiting).finish()
    }
}
