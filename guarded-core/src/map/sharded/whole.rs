//! Calls for whole maps, which shards cannot give, each there to say what to write instead.
//!
//! The bound holds for nothing.

use super::{Shardable, Sharded};
use crate::cell::Policy;
use crate::site::Site;

#[diagnostic::on_unimplemented(
    message = "a sharded map has no moment of its own: no lock holds all of it",
    label = "name the key, `with_write_key(key, |entry| ..)`, or go through all, `for_each_mut(|key, value| ..)`",
    note = "several keys at once: `with_write_many(keys, |many| ..)`; a copy, a part at a time: `snapshot()`; all out: `drain()`, `clear()`",
    note = "where the whole map changes as one: `#[guarded(rw)]`, which has the same keyed calls"
)]
pub trait HasAMoment {}

#[doc(hidden)]
impl<T: Shardable, P: Policy, S: Site, const SHARDS: usize> Sharded<T, P, S, SHARDS> {
    pub fn with_read<R>(&self, _: impl FnOnce(&T) -> R) -> R
    where
        P: HasAMoment,
    {
        unreachable!("no policy has it")
    }

    pub fn with_write<R>(&self, _: impl FnOnce(&mut T) -> R) -> R
    where
        P: HasAMoment,
    {
        unreachable!("no policy has it")
    }

    pub fn transact<R, E>(&self, _: impl FnOnce(&mut T) -> Result<R, E>) -> Result<R, E>
    where
        P: HasAMoment,
    {
        unreachable!("no policy has it")
    }

    pub fn cloned(&self) -> T
    where
        P: HasAMoment,
    {
        unreachable!("no policy has it")
    }

    pub fn set(&self, _: T)
    where
        P: HasAMoment,
    {
        unreachable!("no policy has it")
    }

    pub fn take(&self) -> T
    where
        P: HasAMoment,
    {
        unreachable!("no policy has it")
    }

    pub fn update(&self, _: impl FnOnce(&T) -> T)
    where
        P: HasAMoment,
    {
        unreachable!("no policy has it")
    }
}
