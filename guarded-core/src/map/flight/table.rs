//! What stands behind one shard's lock.

use super::call::{AnyError, Call};
use hashbrown::HashTable;
use std::borrow::Borrow;
use std::sync::Arc;
use std::time::Instant;

/// What is known of a key.
pub(super) enum Slot<V> {
    /// Loaded or inserted.
    Ready { value: V, until: Option<Instant> },
    /// An error that is kept.
    Failed { error: AnyError, until: Instant },
    /// Being loaded.
    Flying(Arc<Call<V>>),
}

impl<V> Slot<V> {
    fn is_over(&self, now: Instant) -> bool {
        match self {
            Self::Ready { until, .. } => until.is_some_and(|until| until <= now),
            Self::Failed { until, .. } => *until <= now,
            Self::Flying(_) => false,
        }
    }

    /// The value, if it is there and its time is not over. `now` is `None` where values have no time.
    pub(super) fn value(&self, now: Option<Instant>) -> Option<&V> {
        match self {
            Self::Ready { value, until } => match (until, now) {
                (Some(until), Some(now)) if *until <= now => None,
                _ => Some(value),
            },
            _ => None,
        }
    }
}

pub(super) struct Entry<K, V> {
    /// Kept, so that growing calls no user code.
    hash: u64,
    pub(super) key: K,
    pub(super) slot: Slot<V>,
}

/// One shard.
pub(super) struct Table<K, V>(HashTable<Entry<K, V>>);

impl<K, V> Table<K, V> {
    pub(super) const fn new() -> Self {
        Self(HashTable::new())
    }

    #[inline]
    pub(super) fn get<Q: Eq + ?Sized>(&self, hash: u64, key: &Q) -> Option<&Slot<V>>
    where
        K: Borrow<Q>,
    {
        self.0.find(hash, |entry| entry.hash == hash && entry.key.borrow() == key).map(|entry| &entry.slot)
    }

    pub(super) fn get_mut<Q: Eq + ?Sized>(&mut self, hash: u64, key: &Q) -> Option<&mut Slot<V>>
    where
        K: Borrow<Q>,
    {
        let found = self.0.find_mut(hash, |entry| entry.hash == hash && entry.key.borrow() == key);
        found.map(|entry| &mut entry.slot)
    }

    /// A key that is not there yet. Where the table is full, what is over goes first, to be dropped by the caller.
    #[must_use]
    pub(super) fn add(&mut self, hash: u64, key: K, slot: Slot<V>, now: Option<Instant>) -> Vec<Entry<K, V>> {
        let mut over = Vec::new();
        if let Some(now) = now
            && self.0.len() == self.0.capacity()
        {
            over = self.0.extract_if(|entry| entry.slot.is_over(now)).collect();
            // Room for as many as are left: the next look through all of them is far away.
            self.0.reserve(self.0.len() + 1, |entry| entry.hash);
        }
        self.0.insert_unique(hash, Entry { hash, key, slot }, |entry| entry.hash);
        over
    }

    #[must_use]
    pub(super) fn remove<Q: Eq + ?Sized>(&mut self, hash: u64, key: &Q) -> Option<Entry<K, V>>
    where
        K: Borrow<Q>,
    {
        let found = self.0.find_entry(hash, |entry| entry.hash == hash && entry.key.borrow() == key);
        found.ok().map(|entry| entry.remove().0)
    }

    /// In the place of this very flight comes `slot`, or nothing. What has become superfluous is the caller's to drop.
    pub(super) fn settle(
        &mut self,
        hash: u64,
        call: &Arc<Call<V>>,
        slot: Option<Slot<V>>,
    ) -> (Option<Slot<V>>, Option<Entry<K, V>>) {
        let is_it =
            |entry: &Entry<K, V>| matches!(&entry.slot, Slot::Flying(flying) if Arc::ptr_eq(flying, call));
        match (self.0.find_entry(hash, is_it), slot) {
            (Err(_), slot) => (slot, None), // forgotten meanwhile
            (Ok(entry), None) => (None, Some(entry.remove().0)),
            (Ok(mut entry), Some(slot)) => (Some(std::mem::replace(&mut entry.get_mut().slot, slot)), None),
        }
    }

    pub(super) fn take(&mut self) -> Self {
        std::mem::replace(self, Self::new())
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &Entry<K, V>> {
        self.0.iter()
    }

    pub(super) fn into_entries(self) -> impl Iterator<Item = Entry<K, V>> {
        self.0.into_iter()
    }
}
