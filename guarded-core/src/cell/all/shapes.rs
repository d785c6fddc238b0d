//! Sets of sets: tuples, arrays, slices and `Vec`s.

use super::set::sealed::Sealed;
use super::set::{Act, LockAll, LockSet, Member, Policies, Refused};
use crate::error::Line;
use crate::site::SiteInfo;

/// Calls `$do` with a list of tuples: their members, forwards and backwards.
macro_rules! for_tuples {
    ($do:ident) => {
        $do! {
            (;)
            (A 0; A)
            (A 0 B 1; B A)
            (A 0 B 1 C 2; C B A)
            (A 0 B 1 C 2 D 3; D C B A)
            (A 0 B 1 C 2 D 3 E 4; E D C B A)
            (A 0 B 1 C 2 D 3 E 4 F 5; F E D C B A)
            (A 0 B 1 C 2 D 3 E 4 F 5 G 6; G F E D C B A)
            (A 0 B 1 C 2 D 3 E 4 F 5 G 6 H 7; H G F E D C B A)
            (A 0 B 1 C 2 D 3 E 4 F 5 G 6 H 7 I 8; I H G F E D C B A)
            (A 0 B 1 C 2 D 3 E 4 F 5 G 6 H 7 I 8 J 9; J I H G F E D C B A)
            (A 0 B 1 C 2 D 3 E 4 F 5 G 6 H 7 I 8 J 9 K 10; K J I H G F E D C B A)
            (A 0 B 1 C 2 D 3 E 4 F 5 G 6 H 7 I 8 J 9 K 10 M 11; M K J I H G F E D C B A)
        }
    };
}
const fn sum(counts: &[Option<usize>]) -> Option<usize> {
    let (mut sum, mut at) = (0, 0);
    while at < counts.len() {
        match counts[at] {
            Some(count) => sum += count,
            None => return None,
        }
        at += 1;
    }
    Some(sum)
}

/// Members are numbered from 0 through all sets of a set.
#[cold]
fn no_member(number: usize, count: usize) -> ! {
    unreachable!("lock {number} of {count}")
}

macro_rules! tuples {
    ($(($($set:ident $at:tt)*; $($back:ident)*))*) => {$(
        impl<$($set: Sealed),*> Sealed for ($($set,)*) {}

        impl<'a, $($set: LockSet<'a>),*> LockSet<'a> for ($($set,)*) {
            type Out = ($($set::Out,)*);
        }

        #[allow(non_snake_case, unused_variables, clippy::unused_unit)] // a member is called by its type; `()` has none
        impl<Q: Policies, $($set: LockAll<Q>),*> LockAll<Q> for ($($set,)*) {
            const COUNT: Option<usize> = sum(&[$($set::COUNT),*]);
            type Scopes = ($($set::Scopes,)*);
            type Partly = ($($set::Partly,)*);
            type Leftover = ($($set::Leftover,)*);

            #[inline(always)]
            fn count(&self) -> usize {
                0 $(+ self.$at.count())*
            }
            #[inline(always)]
            fn member(&self, number: usize) -> Member {
                let before = 0;
                $(
                    let count = self.$at.count();
                    if number - before < count {
                        return self.$at.member(number - before);
                    }
                    let before = before + count;
                )*
                no_member(number, before)
            }
            #[inline(always)]
            #[track_caller]
            fn try_take(&self, before: usize) -> Result<Self::Scopes, usize> {
                $(
                    let $set = self.$at.try_take(before)?;
                    let before = before + self.$at.count();
                )*
                let _ = before;
                Ok(($($set,)*))
            }
            fn none(&self) -> Self::Partly {
                ($(self.$at.none(),)*)
            }
            #[track_caller]
            fn act(&self, partly: &mut Self::Partly, number: usize, act: Act) -> Result<(), Refused> {
                let before = 0;
                $(
                    let count = self.$at.count();
                    if number - before < count {
                        return self.$at.act(&mut partly.$at, number - before, act);
                    }
                    let before = before + count;
                )*
                no_member(number, before)
            }
            fn complete(partly: Self::Partly) -> Option<Self::Scopes> {
                let ($($set,)*) = partly;
                Some(($($set::complete($set)?,)*))
            }
            #[inline(always)]
            fn poisoned(scopes: &Self::Scopes) -> Option<(&'static SiteInfo, Line)> {
                let ($($set,)*) = scopes;
                None $(.or_else(|| $set::poisoned($set)))*
            }
            #[inline(always)]
            fn save(scopes: &mut Self::Scopes) {
                let ($($set,)*) = scopes;
                $($set::save($set);)*
            }
            #[inline(always)]
            fn values(scopes: &mut Self::Scopes) -> <Self as LockSet<'_>>::Out {
                let ($($set,)*) = scopes;
                ($($set::values($set),)*)
            }
            #[inline(always)]
            fn verify(scopes: &Self::Scopes, line: Line) {
                let ($($set,)*) = scopes;
                $($set::verify($set, line);)*
            }
            #[inline(always)]
            fn keep(scopes: &mut Self::Scopes) {
                let ($($set,)*) = scopes;
                $($set::keep($set);)*
            }
            fn restore(scopes: &mut Self::Scopes) {
                let ($($set,)*) = scopes;
                $($set::restore($set);)*
            }
            #[inline(always)]
            fn release(scopes: Self::Scopes) -> Self::Leftover {
                let ($($set,)*) = scopes;
                $(let $back = $back::release($back);)*
                ($($set,)*)
            }
            fn fail(scopes: Self::Scopes, line: Line) -> Self::Leftover {
                let ($($set,)*) = scopes;
                $(let $back = $back::fail($back, line);)*
                ($($set,)*)
            }
            fn tell(leftover: Self::Leftover, line: Line) {
                let ($($set,)*) = leftover;
                $($set::tell($set, line);)*
            }
        }
    )*};
}
for_tuples!(tuples);

impl<L: Sealed, const N: usize> Sealed for [L; N] {}

impl<'a, L: LockSet<'a>, const N: usize> LockSet<'a> for [L; N] {
    type Out = [L::Out; N];
}

impl<Q: Policies, L: LockAll<Q>, const N: usize> LockAll<Q> for [L; N] {
    const COUNT: Option<usize> = match L::COUNT {
        Some(count) => Some(N * count),
        None => None,
    };
    type Scopes = [L::Scopes; N];
    type Partly = [L::Partly; N];
    type Leftover = [L::Leftover; N];

    fn count(&self) -> usize {
        list::count(self)
    }
    fn member(&self, number: usize) -> Member {
        let (set, number) = list::find(self, number);
        self[set].member(number)
    }
    #[track_caller]
    fn try_take(&self, mut number: usize) -> Result<Self::Scopes, usize> {
        let mut taken = [const { None }; N];
        for (set, taken) in self.iter().zip(&mut taken) {
            *taken = Some(set.try_take(number)?);
            number += set.count();
        }
        Ok(taken.map(|scopes| scopes.unwrap_or_else(|| no_member(number, N))))
    }
    fn none(&self) -> Self::Partly {
        self.each_ref().map(L::none)
    }
    #[track_caller]
    fn act(&self, partly: &mut Self::Partly, number: usize, act: Act) -> Result<(), Refused> {
        let (set, number) = list::find(self, number);
        self[set].act(&mut partly[set], number, act)
    }
    fn complete(partly: Self::Partly) -> Option<Self::Scopes> {
        let scopes = partly.map(L::complete);
        scopes
            .iter()
            .all(Option::is_some)
            .then(|| scopes.map(|scopes| scopes.unwrap_or_else(|| no_member(0, N))))
    }
    fn poisoned(scopes: &Self::Scopes) -> Option<(&'static SiteInfo, Line)> {
        scopes.iter().find_map(L::poisoned)
    }
    fn save(scopes: &mut Self::Scopes) {
        scopes.iter_mut().for_each(L::save);
    }
    fn values(scopes: &mut Self::Scopes) -> <Self as LockSet<'_>>::Out {
        scopes.each_mut().map(L::values)
    }
    fn verify(scopes: &Self::Scopes, line: Line) {
        for scopes in scopes {
            L::verify(scopes, line);
        }
    }
    fn keep(scopes: &mut Self::Scopes) {
        scopes.iter_mut().for_each(L::keep);
    }
    fn restore(scopes: &mut Self::Scopes) {
        scopes.iter_mut().for_each(L::restore);
    }
    fn release(scopes: Self::Scopes) -> Self::Leftover {
        scopes.map(L::release)
    }
    fn fail(scopes: Self::Scopes, line: Line) -> Self::Leftover {
        scopes.map(|scopes| L::fail(scopes, line))
    }
    fn tell(leftover: Self::Leftover, line: Line) {
        for leftover in leftover {
            L::tell(leftover, line);
        }
    }
}

macro_rules! lists {
    ($($list:ty;)*) => {$(
        impl<L: Sealed> Sealed for $list {}

        impl<'a, L: LockSet<'a>> LockSet<'a> for $list {
            type Out = Vec<L::Out>;
        }

        impl<Q: Policies, L: LockAll<Q>> LockAll<Q> for $list {
            const COUNT: Option<usize> = None;
            type Scopes = Vec<L::Scopes>;
            type Partly = Vec<L::Partly>;
            type Leftover = Vec<L::Leftover>;

            fn count(&self) -> usize {
                list::count(self)
            }
            fn member(&self, number: usize) -> Member {
                let (set, number) = list::find(self, number);
                self[set].member(number)
            }
            #[track_caller]
            fn try_take(&self, mut number: usize) -> Result<Self::Scopes, usize> {
                let mut taken = Vec::with_capacity(self.len());
                for set in self.iter() {
                    taken.push(set.try_take(number)?);
                    number += set.count();
                }
                Ok(taken)
            }
            fn none(&self) -> Self::Partly {
                self.iter().map(L::none).collect()
            }
            #[track_caller]
            fn act(&self, partly: &mut Self::Partly, number: usize, act: Act) -> Result<(), Refused> {
                let (set, number) = list::find(self, number);
                self[set].act(&mut partly[set], number, act)
            }
            fn complete(partly: Self::Partly) -> Option<Self::Scopes> {
                partly.into_iter().map(L::complete).collect()
            }
            fn poisoned(scopes: &Self::Scopes) -> Option<(&'static SiteInfo, Line)> {
                scopes.iter().find_map(L::poisoned)
            }
            fn save(scopes: &mut Self::Scopes) {
                scopes.iter_mut().for_each(L::save);
            }
            fn values(scopes: &mut Self::Scopes) -> <Self as LockSet<'_>>::Out {
                scopes.iter_mut().map(L::values).collect()
            }
            fn verify(scopes: &Self::Scopes, line: Line) {
                for scopes in scopes {
                    L::verify(scopes, line);
                }
            }
            fn keep(scopes: &mut Self::Scopes) {
                scopes.iter_mut().for_each(L::keep);
            }
            fn restore(scopes: &mut Self::Scopes) {
                scopes.iter_mut().for_each(L::restore);
            }
            fn release(scopes: Self::Scopes) -> Self::Leftover {
                scopes.into_iter().rev().map(L::release).collect()
            }
            fn fail(scopes: Self::Scopes, line: Line) -> Self::Leftover {
                scopes.into_iter().rev().map(|scopes| L::fail(scopes, line)).collect()
            }
            fn tell(leftover: Self::Leftover, line: Line) {
                for leftover in leftover {
            L::tell(leftover, line);
        }
            }
        }
    )*};
}
lists! { Vec<L>; &[L]; }

/// Where a lock stands in a list of sets.
mod list {
    use super::{LockAll, Policies, no_member};

    pub(super) fn count<P: Policies, L: LockAll<P>>(list: &[L]) -> usize {
        L::COUNT.map_or_else(|| list.iter().map(L::count).sum(), |count| list.len() * count)
    }

    pub(super) fn find<P: Policies, L: LockAll<P>>(list: &[L], number: usize) -> (usize, usize) {
        if let Some(count @ 1..) = L::COUNT {
            return (number / count, number % count);
        }
        let mut before = 0;
        for (at, set) in list.iter().enumerate() {
            let count = set.count();
            if number - before < count {
                return (at, number - before);
            }
            before += count;
        }
        no_member(number, before)
    }
}
