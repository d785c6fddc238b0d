//! Proves in both directions who may send and share which cell, and that guards stay on their thread.

use guarded_state::{Guarded, Guards, Keep, Monitor, Mutex, Poison, ReadGuard, Rollback, Rw, WriteGuard};
use std::cell::{Cell, RefCell};
use std::marker::PhantomData;
use std::panic::{RefUnwindSafe, UnwindSafe};
use std::rc::Rc;

/// An inherent constant hides the trait's where its bound holds.
struct Is<T>(PhantomData<T>);
trait Not {
    const SEND: bool = false;
    const SYNC: bool = false;
    const UNPIN: bool = false;
    const UNWIND_SAFE: bool = false;
    const REF_UNWIND_SAFE: bool = false;
}
impl<T> Not for Is<T> {}
impl<T: Send> Is<T> {
    const SEND: bool = true;
}
impl<T: Sync> Is<T> {
    const SYNC: bool = true;
}
impl<T: Unpin> Is<T> {
    const UNPIN: bool = true;
}
impl<T: UnwindSafe> Is<T> {
    const UNWIND_SAFE: bool = true;
}
impl<T: RefUnwindSafe> Is<T> {
    const REF_UNWIND_SAFE: bool = true;
}

macro_rules! send_sync {
    ($($type:ty: $send:expr, $sync:expr;)*) => {$(
        const { assert!(<Is<$type>>::SEND == $send && <Is<$type>>::SYNC == $sync, stringify!($type)) };
    )*};
}

macro_rules! kinds {
    ($($kind:ty, $rw:expr;)*) => {$(
        send_sync! {
            Guarded<u32, $kind>: true, true;
            Guarded<Cell<u32>, $kind>: true, !$rw; // `Send`, not `Sync`
            Guarded<std::sync::MutexGuard<'static, u32>, $kind>: false, false; // `Sync`, not `Send`
            Guarded<Rc<u32>, $kind>: false, false;
            Guarded<*const u32, $kind>: false, false;
        }
        const {
            assert!(<Is<Guarded<RefCell<u32>, $kind>>>::UNWIND_SAFE);
            assert!(<Is<Guarded<RefCell<u32>, $kind>>>::REF_UNWIND_SAFE);
            assert!(<Is<Guarded<u32, $kind>>>::UNPIN);
            assert!(!<Is<Guarded<std::marker::PhantomPinned, $kind>>>::UNPIN);
        };
    )*};
}

#[test]
fn cells_are_as_shareable_as_their_locks() {
    kinds! {
        Rw<Keep>, true; Rw<Poison>, true; Rw<Rollback>, true; Rw<Keep, Guards>, true;
        Mutex<Keep>, false; Mutex<Poison>, false; Mutex<Rollback>, false; Mutex<Keep, Guards>, false;
        Monitor<Keep>, false; Monitor<Poison>, false; Monitor<Rollback>, false; Monitor<Keep, Guards>, false;
    }
}

#[test]
fn the_trick_tells() {
    const { assert!(!<Is<&RefCell<u32>>>::UNWIND_SAFE && !<Is<RefCell<u32>>>::REF_UNWIND_SAFE) };
}

#[test]
fn guards_stay_on_their_thread() {
    send_sync! {
        ReadGuard<'static, u32>: false, true;
        WriteGuard<'static, u32>: false, true;
        ReadGuard<'static, Cell<u32>>: false, false;
        WriteGuard<'static, Cell<u32>>: false, false;
    }
}
