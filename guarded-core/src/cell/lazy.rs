//! A value that is made on first use.

use super::hold::Poisoned;
use super::kind::Initial;
use super::storage::Guarded;
use crate::event::{Event, Finding, fatal};
use crate::site::{Keyless, Site, Standalone};
use std::convert::Infallible;
use std::fmt;
use std::panic::Location;
use std::sync::OnceLock;

/// A value that is made once, on first use, and then read without a lock: `#[guarded(lazy)]`.
///
/// ```
/// use guarded_core::Lazy;
/// static WORDS: Lazy<Vec<&str>> = Lazy::new();
/// fn words() -> &'static [&'static str] {
///     WORDS.get_or_init(|| vec!["a", "b"])
/// }
/// assert_eq!(words().len(), 2);
/// ```
///
/// The initialiser runs under a lock of its own, which is a guarded one: threads that come meanwhile wait for it and stand in
/// the report; an initialiser that asks for its own value panics with both lines, where `OnceLock` hangs; a ring between it and other
/// locks is found as all rings are. A panic or an `Err` in it leaves the value unmade, and the next caller tries again: unlike a
/// `LazyLock`, nothing is poisoned.
///
/// (The value itself is in std's `OnceLock`.)
///
/// # Cost
/// Once made: one load.
pub struct Lazy<T, S: Site = Standalone> {
    value: OnceLock<T>,
    making: Guarded<(), Initial, S>,
}

impl<T, S: Site> Lazy<T, S> {
    /// Not made yet; also in a `static`.
    ///
    /// ```
    /// use guarded_core::Lazy;
    /// static TABLE: Lazy<[u8; 256]> = Lazy::new();
    /// assert_eq!(TABLE.get(), None);
    /// ```
    #[must_use]
    #[track_caller]
    pub const fn new() -> Self {
        Self { value: OnceLock::new(), making: Guarded::new(()) }
    }

    /// The value, if it is made. Never waits.
    ///
    /// ```
    /// # use guarded_core::Lazy;
    /// let lazy: Lazy<u32> = Lazy::new();
    /// assert_eq!(lazy.get(), None);
    /// ```
    #[inline]
    #[must_use]
    pub fn get(&self) -> Option<&T> {
        self.value.get()
    }

    /// The value, or what `make` returns, which it is from then on.
    ///
    /// ```
    /// # use guarded_core::Lazy;
    /// let lazy: Lazy<String> = Lazy::new();
    /// assert_eq!(lazy.get_or_init(|| "first".into()), "first");
    /// assert_eq!(lazy.get_or_init(|| "second".into()), "first");
    /// ```
    ///
    /// # Panics
    /// If `make` does: the next caller tries again. If `make` asks for this very value, with both lines. As
    /// [`Guarded::with_write`].
    ///
    /// # Deadlocks
    /// As [`Guarded::with_write`], for as long as `make` runs.
    ///
    /// # Cost
    /// One load, once it is made.
    #[inline]
    #[track_caller]
    pub fn get_or_init(&self, make: impl FnOnce() -> T) -> &T
    where
        S: Keyless,
    {
        match self.get() {
            Some(value) => value,
            None => match self.make(|| Ok::<_, Infallible>(make())) {
                Ok(value) => value,
                Err(never) => match never {},
            },
        }
    }

    /// [`get_or_init`](Self::get_or_init), with a `make` that may fail; then nothing is made, and the next caller tries again.
    ///
    /// ```
    /// # use guarded_core::Lazy;
    /// let port: Lazy<u16> = Lazy::new();
    /// assert!(port.get_or_try_init(|| "no number".parse()).is_err());
    /// assert_eq!(port.get_or_try_init(|| "80".parse()), Ok(&80));
    /// ```
    ///
    /// # Errors
    /// What `make` returned.
    ///
    /// # Panics
    /// As [`get_or_init`](Self::get_or_init).
    ///
    /// # Deadlocks
    /// As [`get_or_init`](Self::get_or_init).
    ///
    /// # Cost
    /// As [`get_or_init`](Self::get_or_init).
    #[inline]
    #[track_caller]
    pub fn get_or_try_init<E>(&self, make: impl FnOnce() -> Result<T, E>) -> Result<&T, E>
    where
        S: Keyless,
    {
        match self.get() {
            Some(value) => Ok(value),
            None => self.make(make),
        }
    }

    #[cold]
    #[track_caller]
    fn make<E>(&self, make: impl FnOnce() -> Result<T, E>) -> Result<&T, E>
    where
        S: Keyless,
    {
        #[cfg(feature = "order-check")]
        if let Some(since) = crate::order::held::held_at(self.making.address()) {
            self.asks_for_itself(since);
        }
        let making = self.making.hold_write(Poisoned::Refuse);
        let value = if let Some(made_meanwhile) = self.get() {
            made_meanwhile
        } else {
            let value = make()?;
            self.value.get_or_init(|| value)
        };
        making.release();
        Ok(value)
    }

    #[cold]
    #[track_caller]
    fn asks_for_itself(&self, since: crate::error::Line) -> ! {
        let (at, field) = (Location::caller(), self.making.info().class.to_string());
        let message = format!(
            "`{field}` is asked for at {at}, inside of its own initialiser, called at {since}\n  waiting for it could only hang: make the value without it"
        );
        fatal(&Event {
            finding: Finding::Reentrance,
            other: Some((field.clone(), since)),
            field,
            at,
            message,
        })
    }

    /// Makes it `value`.
    ///
    /// ```
    /// # use guarded_core::Lazy;
    /// let lazy: Lazy<u32> = Lazy::new();
    /// assert_eq!((lazy.set(1), lazy.set(2)), (Ok(()), Err(2)));
    /// ```
    ///
    /// # Errors
    /// It is made already: `value` comes back.
    ///
    /// # Panics
    /// As [`get_or_init`](Self::get_or_init).
    ///
    /// # Deadlocks
    /// As [`get_or_init`](Self::get_or_init).
    #[track_caller]
    pub fn set(&self, value: T) -> Result<(), T>
    where
        S: Keyless,
    {
        let mut value = Some(value);
        self.get_or_init(|| value.take().unwrap_or_else(|| unreachable!("it is called once")));
        value.map_or(Ok(()), Err)
    }

    /// The value, without locking: nobody else can have it.
    ///
    /// ```
    /// # use guarded_core::Lazy;
    /// let mut lazy: Lazy<u32> = Lazy::from(1);
    /// *lazy.get_mut().unwrap() += 1;
    /// assert_eq!(lazy.get(), Some(&2));
    /// ```
    pub fn get_mut(&mut self) -> Option<&mut T> {
        self.value.get_mut()
    }

    /// Takes the value out: it is not made again.
    ///
    /// ```
    /// # use guarded_core::Lazy;
    /// let mut lazy: Lazy<u32> = Lazy::from(1);
    /// assert_eq!((lazy.take(), lazy.get()), (Some(1), None));
    /// ```
    pub fn take(&mut self) -> Option<T> {
        self.value.take()
    }

    /// The value.
    ///
    /// ```
    /// # use guarded_core::Lazy;
    /// assert_eq!(Lazy::<u32>::from(1).into_inner(), Some(1));
    /// ```
    pub fn into_inner(self) -> Option<T> {
        self.value.into_inner()
    }
}

impl<T, S: Site> Default for Lazy<T, S> {
    #[track_caller]
    fn default() -> Self {
        Self::new()
    }
}

/// Made already.
impl<T, S: Site> From<T> for Lazy<T, S> {
    #[track_caller]
    fn from(value: T) -> Self {
        Self { value: OnceLock::from(value), making: Guarded::new(()) }
    }
}

/// Never waits: `<not made>` where it is not.
impl<T: fmt::Debug, S: Site> fmt::Debug for Lazy<T, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.get() {
            Some(value) => value.fmt(f),
            None => f.write_str("<not made>"),
        }
    }
}
