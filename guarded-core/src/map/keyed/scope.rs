//! The scopes of keyed calls. What they put out of the map is returned, and so dropped outside the lock.

use crate::cell::hold::{Limit, Poisoned, ReadHold, WriteHold};
use crate::cell::transact::abandon;
use crate::cell::{Guarded, Kind};
use crate::error::TryError;
use crate::map::entry::{Entry, Op, Slot};
use crate::map::many::Many;
use crate::map::table::{Displaced, Lookup, Map, ProtectsEntries};
use crate::site::Site;
use scopeguard::ScopeGuard;
use std::panic::Location;
use std::time::{Duration, Instant};

type Saved<M, K> = <<K as Kind>::Policy as ProtectsEntries<<M as Map>::Key, <M as Map>::Value>>::Saved;

/// Where a try form would find this thread inside another part of the same map.
#[inline(always)]
#[cfg_attr(not(feature = "order-check"), allow(clippy::unnecessary_wraps))]
pub(in crate::map) fn not_inside<M, K: Kind, S: Site>(cell: &Guarded<M, K, S>) -> Result<(), TryError> {
    #[cfg(feature = "order-check")]
    if crate::order::held::any() {
        return cell.not_inside_another_part();
    }
    Ok(())
}

#[inline(always)]
pub(in crate::map) fn read<M, K: Kind, S: Site, R>(
    hold: ReadHold<'_, M, K, S>,
    f: impl FnOnce(&M) -> R,
) -> R {
    let result = f(hold.get());
    hold.release();
    result
}

/// A write that shows no value to be changed to code of the user's: whatever panics leaves all as it is.
#[inline(always)]
pub(in crate::map) fn write<M, K: Kind, S: Site, R>(
    mut hold: WriteHold<'_, M, K, S>,
    f: impl FnOnce(&mut M) -> R,
) -> R {
    let result = f(hold.get_mut());
    hold.wrote();
    hold.release();
    result
}

/// What is put back after a panic, and what that puts out of the map.
struct Kept<M: Map, A> {
    saved: Vec<A>,
    displaced: Vec<Displaced<M>>,
}

impl<M: Map, A> Kept<M, A> {
    fn nothing() -> Self {
        Self { saved: Vec::new(), displaced: Vec::new() }
    }
}

/// Puts entries back, if the policy does that.
fn restore<M: Map, P: ProtectsEntries<M::Key, M::Value>>(
    map: &mut M,
    context: &M::Context,
    kept: &mut Kept<M, P::Saved>,
) -> bool {
    let mut restored = true;
    for saved in kept.saved.drain(..) {
        let Some((key, value)) = P::saved_entry(saved) else {
            restored = false;
            continue;
        };
        let hint = M::hint_of_own(context, &key);
        kept.displaced.push(match value {
            Some(value) => map.put(context, hint, key, value),
            None => map.cut(hint, &key).map_or((None, None), |(key, value)| (Some(key), Some(value))),
        });
    }
    restored
}

/// The scope of one entry, under the field's panic policy.
#[inline(always)]
#[track_caller]
pub(in crate::map) fn entry<M: Map, K: Kind, S: Site, R>(
    hold: WriteHold<'_, M, K, S>,
    context: &M::Context,
    hint: M::Hint,
    key: M::Key,
    f: impl FnOnce(Entry<'_, M::Key, M::Value>) -> R,
) -> R
where
    K::Policy: ProtectsEntries<M::Key, M::Value>,
{
    let line = Location::caller();
    let mut scope = scopeguard::guard((hold, None), |(hold, saved): (_, Option<Saved<M, K>>)| {
        // Else nothing was shown to the closure.
        if let Some(saved) = saved {
            let kept = Kept { saved: vec![saved], displaced: Vec::new() };
            abandon(hold, kept, line, |map, kept| restore::<M, K::Policy>(map, context, kept));
        }
    });
    let (hold, saved) = &mut *scope;
    let mut slot = hold.get_mut().slot(context, hint, key);
    *saved = Some(K::Policy::save_entry(slot.key(), slot.get()));
    let result = f(Entry::new(&mut slot));
    let spare = M::spare(slot);
    let (hold, saved) = ScopeGuard::into_inner(scope);
    hold.wrote();
    hold.release();
    drop((saved, spare));
    result
}

/// The scope of the value of a key that is only borrowed, if there is one, under the field's panic policy.
#[inline(always)]
#[track_caller]
pub(in crate::map) fn value<M: Lookup<Q>, Q: ?Sized, K: Kind, S: Site, R>(
    hold: WriteHold<'_, M, K, S>,
    context: &M::Context,
    hint: M::Hint,
    key: &Q,
    f: impl FnOnce(&mut M::Value) -> R,
) -> Option<R>
where
    K::Policy: ProtectsEntries<M::Key, M::Value>,
{
    let line = Location::caller();
    let mut shown = false;
    let mut scope = scopeguard::guard(
        (hold, None, &mut shown),
        |(hold, saved, shown): (_, Option<Saved<M, K>>, &mut bool)| {
            if *shown {
                let kept = Kept { saved: saved.into_iter().collect(), displaced: Vec::new() };
                abandon(hold, kept, line, |map, kept| {
                    K::Policy::SAVES && restore::<M, K::Policy>(map, context, kept)
                });
            }
        },
    );
    let (hold, saved, shown) = &mut *scope;
    if K::Policy::SAVES {
        *saved = hold.get().find_pair(hint, key).map(|(key, value)| K::Policy::save_entry(key, Some(value)));
    }
    let result = hold.get_mut().find_mut(hint, key).map(|value| {
        **shown = true;
        f(value)
    });
    let (hold, saved, _) = ScopeGuard::into_inner(scope);
    if result.is_some() {
        hold.wrote();
    }
    hold.release();
    drop(saved);
    result
}

/// Sets a value where there is none.
pub(in crate::map) fn fill<M: Map, K: Kind, S: Site>(
    mut hold: WriteHold<'_, M, K, S>,
    context: &M::Context,
    hint: M::Hint,
    key: M::Key,
    value: M::Value,
) -> Result<(), M::Value> {
    let mut slot = hold.get_mut().slot(context, hint, key);
    let end = if slot.get().is_some() {
        Err(value)
    } else {
        slot.insert(value);
        Ok(())
    };
    let spare = M::spare(slot);
    if end.is_ok() {
        hold.wrote();
    }
    hold.release();
    drop(spare);
    end
}

/// A copy of the value, made where there is none.
pub(in crate::map) fn get_or_fill<M: Map, K: Kind, S: Site>(
    mut hold: WriteHold<'_, M, K, S>,
    context: &M::Context,
    hint: M::Hint,
    key: M::Key,
    value: impl FnOnce() -> M::Value,
) -> M::Value
where
    M::Value: Clone,
{
    let mut slot = hold.get_mut().slot(context, hint, key);
    let (result, filled) = if let Some(value) = slot.get() {
        (value.clone(), false)
    } else {
        let value = value();
        let result = value.clone();
        slot.insert(value);
        (result, true)
    };
    let spare = M::spare(slot);
    if filled {
        hold.wrote();
    }
    hold.release();
    drop(spare);
    result
}

/// Sets, removes or keeps.
pub(in crate::map) fn compute<M: Map, K: Kind, S: Site>(
    mut hold: WriteHold<'_, M, K, S>,
    context: &M::Context,
    hint: M::Hint,
    key: M::Key,
    f: impl FnOnce(Option<&M::Value>) -> Op<M::Value>,
) -> Option<M::Value> {
    let mut slot = hold.get_mut().slot(context, hint, key);
    let mut wrote = true;
    let old = match f(slot.get()) {
        Op::Set(value) => {
            if let Some(place) = slot.get_mut() {
                Some(std::mem::replace(place, value))
            } else {
                slot.insert(value);
                None
            }
        }
        Op::Remove => slot.remove(),
        Op::Keep => {
            wrote = false;
            None
        }
    };
    let spare = M::spare(slot);
    if wrote {
        hold.wrote();
    }
    hold.release();
    drop(spare);
    old
}

/// Keeps some entries; the others come back. The policy holds for the entry at which `keep` panics.
#[track_caller]
pub(in crate::map) fn retain<M: Map, K: Kind, S: Site>(
    hold: WriteHold<'_, M, K, S>,
    context: &M::Context,
    keep: &mut impl FnMut(&M::Key, &mut M::Value) -> bool,
) -> Vec<(M::Key, M::Value)>
where
    K::Policy: ProtectsEntries<M::Key, M::Value>,
{
    one_by_one(hold, context, |map, saved| {
        map.sift(|key, value| {
            *saved = vec![K::Policy::save_entry(key, Some(value))];
            keep(key, value)
        })
    })
}

/// Shows each value, to be changed. The policy holds for the entry at which `f` panics.
#[track_caller]
pub(in crate::map) fn each_mut<M: Map, K: Kind, S: Site>(
    hold: WriteHold<'_, M, K, S>,
    context: &M::Context,
    f: &mut impl FnMut(&M::Key, &mut M::Value),
) where
    K::Policy: ProtectsEntries<M::Key, M::Value>,
{
    one_by_one(hold, context, |map, saved| {
        map.each_mut(|key, value| {
            *saved = vec![K::Policy::save_entry(key, Some(value))];
            f(key, value);
        });
    });
}

#[track_caller]
fn one_by_one<M: Map, K: Kind, S: Site, R>(
    hold: WriteHold<'_, M, K, S>,
    context: &M::Context,
    f: impl FnOnce(&mut M, &mut Vec<Saved<M, K>>) -> R,
) -> R
where
    K::Policy: ProtectsEntries<M::Key, M::Value>,
{
    let line = Location::caller();
    let mut scope = scopeguard::guard((hold, Kept::nothing()), |(hold, kept): (_, Kept<M, Saved<M, K>>)| {
        abandon(hold, kept, line, |map, kept| restore::<M, K::Policy>(map, context, kept));
    });
    let (hold, kept) = &mut *scope;
    let result = f(hold.get_mut(), &mut kept.saved);
    let (hold, kept) = ScopeGuard::into_inner(scope);
    hold.wrote();
    hold.release();
    drop(kept);
    result
}

/// A cell, and what is known of a key in it.
pub(in crate::map) type Found<'c, M, K, S> = (&'c Guarded<M, K, S>, <M as Map>::Hint);

/// The order in which all calls take the parts of a map: that of their addresses, each once.
pub(in crate::map) fn in_one_order<M, K: Kind, S: Site>(
    mut cells: Vec<&Guarded<M, K, S>>,
) -> Vec<&Guarded<M, K, S>> {
    cells.sort_unstable_by_key(|cell| cell.address());
    cells.dedup_by_key(|cell| cell.address());
    cells
}

/// Parts of one map, all held.
#[track_caller]
pub(in crate::map) fn together<'c, M, K: Kind, S: Site>(
    cells: &[&'c Guarded<M, K, S>],
) -> Vec<WriteHold<'c, M, K, S>> {
    let mut holds = Vec::with_capacity(cells.len());
    for (place, cell) in cells.iter().enumerate() {
        holds.push(if place == 0 { cell.hold_write(Poisoned::Refuse) } else { cell.hold_write_beside() });
    }
    holds
}

/// Parts of one map, all held within `limit`; none, where one of them is not to be had.
#[track_caller]
pub(in crate::map) fn together_within<'c, M, K: Kind, S: Site>(
    cells: &[&'c Guarded<M, K, S>],
    limit: Duration,
) -> Result<Vec<WriteHold<'c, M, K, S>>, TryError> {
    if let Some(first) = cells.first() {
        not_inside(first)?;
    }
    let start = Instant::now();
    let mut holds = Vec::with_capacity(cells.len());
    for cell in cells {
        let left = Limit::For(limit.saturating_sub(start.elapsed()));
        holds.push(if holds.is_empty() {
            cell.try_hold_write(left, Poisoned::Refuse)?
        } else {
            cell.try_hold_write_beside(left)?
        });
    }
    Ok(holds)
}

/// The scope of several keys: their cells are locked together, in the order of their addresses, which is that of their places.
#[track_caller]
pub(in crate::map) fn many<'c, M: Map, K: Kind, S: Site, R>(
    keys: &[M::Key],
    found: &[Found<'c, M, K, S>],
    context: &'c M::Context,
    f: impl FnOnce(Many<'_, M>) -> R,
) -> R
where
    M::Key: Eq,
    K::Policy: ProtectsEntries<M::Key, M::Value>,
{
    let cells = in_one_order(found.iter().map(|(cell, _)| *cell).collect());
    let holds = together(&cells);
    within(keys, found, context, &cells, holds, f)
}

/// [`many`], if all locks are to be had within `limit`.
#[track_caller]
pub(in crate::map) fn try_many<'c, M: Map, K: Kind, S: Site, R>(
    keys: &[M::Key],
    found: &[Found<'c, M, K, S>],
    context: &'c M::Context,
    limit: Duration,
    f: impl FnOnce(Many<'_, M>) -> R,
) -> Result<R, TryError>
where
    M::Key: Eq,
    K::Policy: ProtectsEntries<M::Key, M::Value>,
{
    let cells = in_one_order(found.iter().map(|(cell, _)| *cell).collect());
    let holds = together_within(&cells, limit)?;
    Ok(within(keys, found, context, &cells, holds, f))
}

#[track_caller]
fn within<'c, M: Map, K: Kind, S: Site, R>(
    keys: &[M::Key],
    found: &[Found<'c, M, K, S>],
    context: &'c M::Context,
    cells: &[&'c Guarded<M, K, S>],
    holds: Vec<WriteHold<'c, M, K, S>>,
    f: impl FnOnce(Many<'_, M>) -> R,
) -> R
where
    M::Key: Eq,
    K::Policy: ProtectsEntries<M::Key, M::Value>,
{
    let line = Location::caller();
    let place_of = |cell: &Guarded<M, K, S>| {
        let found = cells.binary_search_by_key(&cell.address(), |cell| cell.address());
        found.unwrap_or_else(|_| unreachable!("the cells are those of the keys"))
    };
    let kept: Vec<Kept<M, Saved<M, K>>> = cells.iter().map(|_| Kept::nothing()).collect();
    let mut scope = scopeguard::guard((holds, kept), |(holds, kept)| {
        let failed: Vec<_> = holds
            .into_iter()
            .zip(kept)
            .map(|(hold, mut kept)| {
                let cell = hold.cell();
                let restore = |map: &mut M, kept: &mut _| restore::<M, K::Policy>(map, context, kept);
                (crate::cell::transact::fail(hold, &mut kept, line, restore), cell, kept)
            })
            .collect();
        for (failed, cell, kept) in failed {
            failed.tell(cell, kept, line);
        }
    });
    let (holds, kept) = &mut *scope;
    let mut places = Vec::with_capacity(keys.len());
    for (place, (key, (cell, hint))) in keys.iter().zip(found).enumerate() {
        let cell = place_of(cell);
        // Named twice: saved once.
        if !keys[..place].contains(key) {
            let map = holds[cell].get_mut();
            kept[cell].saved.push(save::<M, K::Policy>(map, *hint, key));
        }
        places.push((cell, *hint));
    }
    let maps = holds.iter_mut().map(WriteHold::get_mut).collect();
    let mut displaced = Vec::new();
    let result = f(Many::new(keys, &places, maps, context, &mut displaced));
    let (holds, kept) = ScopeGuard::into_inner(scope);
    for hold in holds {
        hold.wrote();
        hold.release();
    }
    drop((kept, displaced));
    result
}

fn save<M: Map, P: ProtectsEntries<M::Key, M::Value>>(map: &M, hint: M::Hint, key: &M::Key) -> P::Saved {
    P::save_entry(key, map.find_own(hint, key))
}
