//! The vocabulary for whole values, and the common traits.

use super::hold::{Limit, Poisoned};
use super::kind::Kind;
use super::policy::{Protects, Verifies};
use super::storage::Guarded;
use crate::error::TryError;
use crate::site::{Keyless, Site};
use std::fmt;
use std::panic::Location;

impl<T, K: Kind, S: Site> Guarded<T, K, S>
where
    K::Policy: Protects<T>,
{
    /// A copy of the whole value.
    ///
    /// A later [`set`](Self::set) of something made from it loses what others wrote in between. Look and write in
    /// one [`with_write`](Self::with_write), or keep the stamp (`cloned_stamped`, `set_if`).
    ///
    /// ```
    /// # use guarded_core::Guarded;
    /// let limit: Guarded<u32> = Guarded::new(10);
    /// assert_eq!(limit.cloned(), 10);
    /// ```
    ///
    /// # Panics
    /// As [`with_read`](Self::with_read).
    ///
    /// # Deadlocks
    /// As [`with_read`](Self::with_read).
    ///
    /// # Cost
    /// That of [`with_read`](Self::with_read); the clone runs under the lock.
    #[inline]
    #[track_caller]
    pub fn cloned(&self) -> T
    where
        S: Keyless,
        T: Clone,
    {
        super::access::read_scope(self.hold_read(Poisoned::Refuse), T::clone)
    }

    /// Sets the value. The old one is dropped after the lock is released, so that its `Drop` may use this field.
    ///
    /// Do not set what you made from an earlier [`cloned`](Self::cloned): see there.
    ///
    /// ```
    /// # use guarded_core::Guarded;
    /// let limit: Guarded<u32> = Guarded::new(10);
    /// limit.set(20);
    /// assert_eq!(limit.cloned(), 20);
    /// ```
    ///
    /// # Panics
    /// As [`with_read`](Self::with_read).
    ///
    /// # Deadlocks
    /// As [`with_read`](Self::with_read).
    ///
    /// # Cost
    /// That of [`with_write`](Self::with_write), without what `on_panic = rollback` saves: there is nothing to put back.
    #[inline]
    #[track_caller]
    pub fn set(&self, value: T)
    where
        S: Keyless,
    {
        drop(self.replace(value));
    }

    /// Sets the value and returns the old one.
    ///
    /// ```
    /// # use guarded_core::Guarded;
    /// let limit: Guarded<u32> = Guarded::new(10);
    /// assert_eq!(limit.replace(20), 10);
    /// ```
    ///
    /// # Panics
    /// As [`with_read`](Self::with_read).
    ///
    /// # Deadlocks
    /// As [`with_read`](Self::with_read).
    ///
    /// # Cost
    /// That of [`with_write`](Self::with_write), without what `on_panic = rollback` saves: there is nothing to put back.
    #[inline]
    #[track_caller]
    pub fn replace(&self, value: T) -> T
    where
        S: Keyless,
    {
        K::Policy::verify(&value, self.info(), Location::caller());
        let mut hold = self.hold_write(Poisoned::Refuse);
        let old = std::mem::replace(hold.get_mut(), value);
        hold.wrote();
        old
    }

    /// Takes the value out and leaves the default, which is made before locking.
    ///
    /// ```
    /// # use guarded_core::Guarded;
    /// let batch: Guarded<Vec<u8>> = Guarded::new(vec![1, 2]);
    /// assert_eq!(batch.take(), [1, 2]);
    /// assert!(batch.with_read(Vec::is_empty));
    /// ```
    ///
    /// # Panics
    /// As [`with_read`](Self::with_read).
    ///
    /// # Deadlocks
    /// As [`with_read`](Self::with_read).
    ///
    /// # Cost
    /// That of [`with_write`](Self::with_write), without what `on_panic = rollback` saves: there is nothing to put back.
    #[inline]
    #[track_caller]
    pub fn take(&self) -> T
    where
        S: Keyless,
        T: Default,
    {
        self.replace(T::default())
    }

    /// Sets the value to what `f` makes of the old one, which is dropped after the lock is released.
    ///
    /// ```
    /// # use guarded_core::Guarded;
    /// let n: Guarded<u32> = Guarded::new(20);
    /// n.update(|n| n + 1);
    /// assert_eq!(n.cloned(), 21);
    /// ```
    ///
    /// # Panics
    /// As [`with_read`](Self::with_read). If `f` panics, the value is as before, whatever `on_panic` says.
    ///
    /// # Deadlocks
    /// As [`with_read`](Self::with_read).
    ///
    /// # Cost
    /// That of [`with_write`](Self::with_write), without what `on_panic = rollback` saves.
    #[inline]
    #[track_caller]
    pub fn update(&self, f: impl FnOnce(&T) -> T)
    where
        S: Keyless,
    {
        let mut hold = self.hold_write(Poisoned::Refuse);
        let new = f(hold.get());
        K::Policy::verify(&new, self.info(), Location::caller());
        let old = std::mem::replace(hold.get_mut(), new);
        hold.wrote();
        drop(hold);
        drop(old);
    }
}

impl<T, K: Kind, S: Site> From<T> for Guarded<T, K, S> {
    #[track_caller]
    fn from(value: T) -> Self {
        Self::new(value)
    }
}

impl<T: Default, K: Kind, S: Site> Default for Guarded<T, K, S> {
    #[track_caller]
    fn default() -> Self {
        Self::new(T::default())
    }
}

/// Never waits: a cell in use prints as `<locked>`.
impl<T: fmt::Debug, K: Kind, S: Site> fmt::Debug for Guarded<T, K, S> {
    #[track_caller]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.try_hold_read(Limit::Now, Poisoned::Refuse) {
            Ok(hold) => hold.get().fmt(f),
            Err(TryError::Poisoned { .. }) => f.write_str("<poisoned>"),
            Err(_) => f.write_str("<locked>"),
        }
    }
}

#[cfg(feature = "serde")]
mod with_serde {
    use super::{Guarded, Kind, Poisoned, Site};
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    /// As the value, under the lock for reading.
    impl<T: Serialize, K: Kind, S: Site> Serialize for Guarded<T, K, S> {
        #[track_caller]
        fn serialize<Z: Serializer>(&self, serializer: Z) -> Result<Z::Ok, Z::Error> {
            let hold = self.hold_read(Poisoned::Refuse);
            hold.get().serialize(serializer)
        }
    }

    impl<'de, T: Deserialize<'de>, K: Kind, S: Site> Deserialize<'de> for Guarded<T, K, S> {
        fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
            T::deserialize(deserializer).map(Self::new)
        }
    }
}
