//! The keyed calls' needs of imbl's maps.

use crate::map::entry::Slot;
use crate::map::table::{Displaced, Lookup, Map, Sealed, compare_all};
use imbl::ordmap::DiffItem;
use imbl::shared_ptr::SharedPointerKind;
use imbl::{GenericHashMap, GenericOrdMap};
use std::borrow::Borrow;
use std::hash::{BuildHasher, Hash};

/// A key's place in one of imbl's maps, whose entries would not give back a value and stay.
#[doc(hidden)]
#[allow(missing_debug_implementations)] // named by a sealed trait's hidden type only
pub struct PersistentSlot<'m, M, K> {
    map: &'m mut M,
    key: K,
}

macro_rules! persistent_map {
    ($map:ident<$k:ident, $v:ident, [$($h:ident: $hasher:ident + $clone:ident)?], $p:ident>, $key:ident $(+ $more:ident)?, $differing:ident) => {
        impl<$k, $v, $($h,)? $p: SharedPointerKind> Sealed for $map<$k, $v, $($h,)? $p> {}

        #[diagnostic::do_not_recommend] // the same words with the feature as without
        impl<$k: $key $(+ $more)? + Clone, $v: Clone, $($h: $hasher + $clone,)? $p: SharedPointerKind> Map
            for $map<$k, $v, $($h,)? $p>
        {
            type Key = $k;
            type Value = $v;
            type Context = ();
            type Hint = ();
            type Slot<'m> = PersistentSlot<'m, Self, $k>
            where
                Self: 'm;

            fn hint_of_own((): &(), _: &$k) {}
            fn slot(&mut self, (): &(), (): (), key: $k) -> Self::Slot<'_> {
                PersistentSlot { map: self, key }
            }
            fn spare<'m>(slot: Self::Slot<'m>) -> Option<$k>
            where
                Self: 'm,
            {
                Some(slot.key)
            }
            fn put(&mut self, (): &(), (): (), key: $k, value: $v) -> Displaced<Self> {
                (None, self.insert(key, value))
            }
            fn pair(&self, (): (), key: &$k) -> Option<(&$k, &$v)> {
                self.get_key_value(key)
            }
            fn cut(&mut self, (): (), key: &$k) -> Option<($k, $v)> {
                self.remove_with_key(key)
            }
            fn count(&self) -> usize {
                self.len()
            }
            fn each(&self, mut f: impl FnMut(&$k, &$v)) {
                for (key, value) in self.iter() {
                    f(key, value);
                }
            }
            fn each_mut(&mut self, mut f: impl FnMut(&$k, &mut $v)) {
                let old = self.clone();
                for key in old.keys() {
                    if let Some(value) = self.get_mut(key) {
                        f(key, value);
                    }
                }
            }
            fn sift(&mut self, mut f: impl FnMut(&$k, &mut $v) -> bool) -> Vec<($k, $v)> {
                let mut out = Vec::new();
                let old = self.clone();
                for key in old.keys() {
                    if !self.get_mut(key).is_none_or(|value| f(key, value)) {
                        out.extend(self.remove_with_key(key));
                    }
                }
                out
            }
            fn differing(&self, to: &Self, hint: impl Fn(&$k), f: impl FnMut(&$k))
            where
                $v: PartialEq,
            {
                $differing(self, to, hint, f);
            }
        }

        impl<$k: $key $(+ $more)? + Clone, $v: Clone, $($h: $hasher + $clone,)? $p: SharedPointerKind> Slot<$k, $v>
            for PersistentSlot<'_, $map<$k, $v, $($h,)? $p>, $k>
        {
            fn key(&self) -> &$k {
                &self.key
            }
            fn get(&self) -> Option<&$v> {
                self.map.get(&self.key)
            }
            fn get_mut(&mut self) -> Option<&mut $v> {
                self.map.get_mut(&self.key)
            }
            fn insert(&mut self, value: $v) {
                drop(self.map.insert(self.key.clone(), value));
            }
            fn remove(&mut self) -> Option<$v> {
                self.map.remove(&self.key)
            }
        }

        impl<
            $k: $key $(+ $more)? + Clone + Borrow<Q>,
            $v: Clone,
            $($h: $hasher + $clone,)?
            $p: SharedPointerKind,
            Q: ?Sized + $key $(+ $more)?,
        > Lookup<Q> for $map<$k, $v, $($h,)? $p>
        {
            fn hint((): &(), _: &Q) {}
            fn find(&self, (): (), key: &Q) -> Option<&$v> {
                self.get(key)
            }
            fn find_mut(&mut self, (): (), key: &Q) -> Option<&mut $v> {
                self.get_mut(key)
            }
            fn find_pair(&self, (): (), key: &Q) -> Option<(&$k, &$v)> {
                self.get_key_value(key)
            }
            fn take(&mut self, (): (), key: &Q) -> Option<($k, $v)> {
                self.remove_with_key(key)
            }
        }
    };
}
persistent_map!(GenericHashMap<K, V, [H: BuildHasher + Clone], P>, Hash + Eq, differing_hashed);
persistent_map!(GenericOrdMap<K, V, [], P>, Ord, differing_ordered);

fn differing_hashed<K, V, H, P>(
    one: &GenericHashMap<K, V, H, P>,
    two: &GenericHashMap<K, V, H, P>,
    hint: impl Fn(&K),
    f: impl FnMut(&K),
) where
    K: Hash + Eq + Clone,
    V: Clone + PartialEq,
    H: BuildHasher + Clone,
    P: SharedPointerKind,
{
    if !one.ptr_eq(two) {
        compare_all(one, two, hint, f);
    }
}

/// Parts that both share are passed over.
fn differing_ordered<K: Ord, V: PartialEq, P: SharedPointerKind>(
    one: &GenericOrdMap<K, V, P>,
    two: &GenericOrdMap<K, V, P>,
    _hint: impl Fn(&K),
    mut f: impl FnMut(&K),
) {
    for item in one.diff(two) {
        match item {
            DiffItem::Add(key, _) | DiffItem::Remove(key, _) | DiffItem::Update { new: (key, _), .. } => {
                f(key);
            }
        }
    }
}
