//! The strategies of a whole-value cell, as types.

use super::monitor::RawMonitor;
use super::policy::{Keep, Policy};
use crate::sync::{Internal, InternalRw, Mode, RawLock, RawMutex, RawRw};
use std::marker::PhantomData;

/// A reader-writer lock: many readers or one writer. The default.
#[derive(Debug)]
pub struct Rw<P = Keep, A = Scoped>(PhantomData<(P, A)>);

/// A mutex: one at a time, reader or writer. Smaller and a little faster than [`Rw`]; its value need not be `Sync`.
#[derive(Debug)]
pub struct Mutex<P = Keep, A = Scoped>(PhantomData<(P, A)>);

/// A mutex whose callers can wait for a condition of the value.
#[derive(Debug)]
pub struct Monitor<P = Keep, A = Scoped>(PhantomData<(P, A)>);

/// Access through closures only. The default.
#[derive(Debug)]
pub struct Scoped(());

/// Access through guards as well: `#[guarded(guards)]`.
#[derive(Debug)]
pub struct Guards(());

/// A strategy with its panic policy: [`Rw`], [`Mutex`], [`Monitor`]. Sealed.
pub trait Kind: sealed::Sealed {
    /// What happens when a panic leaves a write scope.
    type Policy: Policy;
    /// The word of the attribute, as the report prints it.
    const STRATEGY: &'static str;
    /// The lock.
    #[doc(hidden)]
    type Raw: RawLock;
    /// Who may share a cell of `T`.
    #[doc(hidden)]
    type Shape<T>;
    /// How the lock is held by a reader.
    #[doc(hidden)]
    const READ: Mode = if Self::Raw::SHARES { Mode::Read } else { Mode::SoleRead };
}

impl<P: Policy, A> Kind for Rw<P, A> {
    type Policy = P;
    const STRATEGY: &'static str = "rw";
    type Raw = RawRw;
    type Shape<T> = InternalRw<T>;
}

impl<P: Policy, A> Kind for Mutex<P, A> {
    type Policy = P;
    const STRATEGY: &'static str = "mutex";
    type Raw = RawMutex;
    type Shape<T> = Internal<T>;
}

impl<P: Policy, A> Kind for Monitor<P, A> {
    type Policy = P;
    const STRATEGY: &'static str = "monitor";
    type Raw = RawMonitor;
    type Shape<T> = Internal<T>;
}

/// A strategy whose field says `guards`.
#[diagnostic::on_unimplemented(
    message = "this field hands out no guards",
    label = "`read()` and `write()` need `#[guarded(guards)]` on the field",
    note = "a closure needs no guard: `with_read(|v| ..)`, `with_write(|v| ..)`",
    note = "guards and `on_panic = rollback` exclude each other: a guard may be leaked"
)]
pub trait HandsOutGuards: Kind {}

#[diagnostic::do_not_recommend]
impl<P: super::policy::Guardable> HandsOutGuards for Rw<P, Guards> {}
#[diagnostic::do_not_recommend]
impl<P: super::policy::Guardable> HandsOutGuards for Mutex<P, Guards> {}
#[diagnostic::do_not_recommend]
impl<P: super::policy::Guardable> HandsOutGuards for Monitor<P, Guards> {}

mod sealed {
    pub trait Sealed {}
    impl<P, A> Sealed for super::Rw<P, A> {}
    impl<P, A> Sealed for super::Mutex<P, A> {}
    impl<P, A> Sealed for super::Monitor<P, A> {}
}

/// A value that readers on several threads may see at once.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be shared by the readers of a reader-writer lock",
    label = "not both `Send` and `Sync`",
    note = "`#[guarded(mutex)]` asks for `Send` only: it lets in one thread at a time",
    note = "what is bound to one thread (`Rc`, raw pointers) cannot be guarded: use `Arc`, or keep the field plain"
)]
pub trait ShareableRw {}
impl<T: Send + Sync> ShareableRw for T {}

/// A value that one thread after another may have.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot go from thread to thread",
    label = "not `Send`",
    note = "what is bound to one thread (`Rc`, raw pointers) cannot be guarded: use `Arc`, or keep the field plain"
)]
pub trait ShareableMutex {}
impl<T: Send> ShareableMutex for T {}

/// Written by the attribute at a field's type.
pub const fn assert_shareable_rw<T: ShareableRw>() {}
/// Written by the attribute at a field's type.
pub const fn assert_shareable_mutex<T: ShareableMutex>() {}
