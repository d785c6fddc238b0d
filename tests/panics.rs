//! Proves what each panic policy leaves behind, and that a panic in any piece of user code hangs nobody.

use guarded_state::{Guarded, Guards, Keep, Monitor, Mutex, Poison, Rollback, Rw, TryError, Undo};
use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind};

fn panics<R>(f: impl FnOnce() -> R) -> String {
    let payload = catch_unwind(AssertUnwindSafe(f)).err().expect("must panic");
    match payload.downcast::<String>() {
        Ok(message) => *message,
        Err(payload) => (*payload.downcast::<&str>().unwrap()).to_owned(),
    }
}

macro_rules! every {
    ($check:ident: $($name:ident $kind:ty;)*) => {$(
        #[test]
        fn $name() {
            $check!($kind);
        }
    )*};
}

macro_rules! keep {
    ($kind:ty) => {{
        let cell: Guarded<Vec<u32>, $kind> = Guarded::new(vec![]);
        let line = line!(); // of the macro's call, as all lines in it
        assert_eq!(
            panics(|| cell.with_write(|v| {
                v.push(1);
                panic!("half")
            })),
            "half"
        );
        assert_eq!(cell.cloned(), [1]);
        panics(|| cell.with_read(|_| panic!("read")));
        if cfg!(feature = "observe") {
            let left = cell.left_by_panic().unwrap();
            assert_eq!((left.scope.line(), left.times), (line, 1));
        }
        panics(|| {
            cell.transact(|v| -> Result<(), ()> {
                v.push(2);
                panic!("half")
            })
        });
        assert_eq!(cell.cloned(), [1]);
        cell.recover(|v| v.clear());
        assert_eq!(cell.left_by_panic(), None);
    }};
}
every!(keep: rw_keeps Rw<Keep>; mutex_keeps Mutex<Keep>; monitor_keeps Monitor<Keep>;);

/// Calls its closure as it is dropped, if need be while its thread unwinds.
struct AtEnd<F: Fn()>(F);
impl<F: Fn()> Drop for AtEnd<F> {
    fn drop(&mut self) {
        (self.0)();
    }
}

macro_rules! poison {
    ($kind:ty) => {{
        let cell: Guarded<Vec<u32>, $kind> = Guarded::new(vec![]);
        panics(|| cell.with_read(|_| panic!("read")));
        panics(|| cell.transact(|v| -> Result<(), ()> { v.push(2); panic!("half") }));
        panics(|| cell.update(|_| panic!("before")));
        assert!(!cell.is_poisoned());
        let first = line!(); // of the macro's call, as all lines in it
        panics(|| cell.with_write(|v| { v.push(1); panic!("half") }));
        let place = format!("{}:{first}:", file!());
        for refused in [
            panics(|| cell.with_read(|_| ())), panics(|| cell.with_write(|_| ())), panics(|| cell.cloned()),
            panics(|| cell.set(vec![])), panics(|| cell.take()), panics(|| cell.update(|v| v.clone())),
            panics(|| cell.transact(|_| Ok::<_, ()>(()))),
        ] {
            assert!(refused.contains(&place), "{refused}");
        }
        assert!(matches!(cell.try_with_read(|_| ()), Err(TryError::Poisoned { first: line, .. }) if line.line() == first));
        assert_eq!(format!("{cell:?}"), "<poisoned>");
        let seen = Cell::new(0);
        panics(|| { let _looks = AtEnd(|| seen.set(cell.with_read(Vec::len))); panic!("unwinding") });
        assert_eq!(seen.get(), 1, "admitted while unwinding");
        panics(|| cell.recover(|_| panic!("not recovered")));
        assert!(cell.is_poisoned());
        cell.recover(|v| v.clear());
        assert!(!cell.is_poisoned() && cell.with_read(Vec::is_empty));
        panics(|| cell.with_write(|_| panic!("half")));
        cell.clear_poison();
        cell.with_write(|v| v.push(1));
        panics(|| { let _writes = AtEnd(|| cell.with_write(|v| v.push(2))); panic!("unrelated") });
        assert_eq!((cell.is_poisoned(), cell.cloned()), (false, vec![1, 2]));
    }};
}
every!(poison: rw_poisons Rw<Poison>; mutex_poisons Mutex<Poison>; monitor_poisons Monitor<Poison>;);

macro_rules! rollback {
    ($kind:ty) => {{
        let cell: Guarded<Vec<u32>, $kind> = Guarded::new(vec![1]);
        panics(|| {
            cell.with_write(|v| {
                v.push(2);
                panic!("half")
            })
        });
        assert_eq!((cell.cloned(), cell.left_by_panic()), (vec![1], None));
        cell.with_write(|v| v.push(3));
        assert_eq!(cell.cloned(), [1, 3]);
    }};
}
every!(rollback: rw_rolls_back Rw<Rollback>; mutex_rolls_back Mutex<Rollback>; monitor_rolls_back Monitor<Rollback>;);

macro_rules! guard_policies {
    ($($name:ident $kind:ident;)*) => {$(
        #[test]
        fn $name() {
            let kept: Guarded<u32, $kind<Keep, Guards>> = Guarded::new(0);
            panics(|| { *kept.write() += 1; let _open = kept.write(); panic!("half") });
            assert_eq!(kept.cloned(), 1);
            let poisoned: Guarded<u32, $kind<Poison, Guards>> = Guarded::new(0);
            panics(|| { let _open = poisoned.read(); panic!("half") });
            assert!(!poisoned.is_poisoned());
            panics(|| { let _open = poisoned.write(); panic!("half") });
            assert!(poisoned.is_poisoned());
        }
    )*};
}
guard_policies!(guards_of_rw Rw; guards_of_mutex Mutex; guards_of_monitor Monitor;);

/// Panics wherever it is told to.
#[derive(Debug, PartialEq)]
struct Bomb(u32, Place);
#[derive(Clone, Copy, Debug, PartialEq)]
enum Place {
    Nowhere,
    Save,
    Restore,
    Keep,
    DropSaved,
}
struct Saved(u32, Place);
impl Drop for Saved {
    fn drop(&mut self) {
        assert!(self.1 != Place::DropSaved, "drop");
    }
}
impl Undo for Bomb {
    type Saved = Saved;
    fn save(&mut self) -> Saved {
        assert!(self.1 != Place::Save, "save");
        Saved(self.0, self.1)
    }
    fn restore(&mut self, saved: &mut Saved) {
        assert!(self.1 != Place::Restore, "restore");
        self.0 = saved.0;
    }
    fn keep(&mut self, _: &mut Saved) {
        assert!(self.1 != Place::Keep, "keep");
    }
}

#[test]
fn user_code_that_panics_leaves_the_cell_usable() {
    fn run<K: guarded_state::Kind>(new: impl Fn(Bomb) -> Guarded<Bomb, K>)
    where
        K::Policy: guarded_state::Protects<Bomb>,
    {
        for place in [Place::Nowhere, Place::Save, Place::Restore, Place::Keep, Place::DropSaved] {
            let cell = new(Bomb(1, place));
            for round in 0..2 {
                drop(catch_unwind(AssertUnwindSafe(|| cell.with_write(|bomb| bomb.0 += 1))));
                drop(catch_unwind(AssertUnwindSafe(|| cell.with_write(|_| panic!("{round}")))));
                drop(catch_unwind(AssertUnwindSafe(|| cell.transact(|_| Err::<(), _>(())))));
                drop(catch_unwind(AssertUnwindSafe(|| cell.transact(|_| Ok::<_, ()>(())))));
                drop(catch_unwind(AssertUnwindSafe(|| cell.transact(|_| -> Result<(), ()> { panic!() }))));
                cell.recover(|_| ());
                assert!(cell.try_with_read(|_| ()).is_ok(), "{place:?}");
            }
        }
    }
    run(|bomb| -> Guarded<_, Rw<Rollback>> { Guarded::new(bomb) });
    run(|bomb| -> Guarded<_, Mutex<Rollback>> { Guarded::new(bomb) });
    run(|bomb| -> Guarded<_, Monitor<Rollback>> { Guarded::new(bomb) });
    run(|bomb| -> Guarded<_, Rw<Keep>> { Guarded::new(bomb) });
    run(|bomb| -> Guarded<_, Mutex<Poison>> { Guarded::new(bomb) });
}

/// A value whose half-written state looks at its cell as it is dropped.
struct Half(u32);
static HALF: Guarded<Half, Mutex<Rollback>> = Guarded::new(Half(0));
static SEEN: Guarded<Vec<u32>> = Guarded::new(Vec::new());
impl Clone for Half {
    fn clone(&self) -> Self {
        Self(self.0)
    }
}
impl Drop for Half {
    fn drop(&mut self) {
        if self.0 == 7 {
            let inside = HALF.try_with_read(|half| half.0).unwrap();
            SEEN.with_write(|seen| seen.push(inside));
        }
    }
}

#[test]
fn what_a_rollback_throws_away_is_dropped_outside_the_lock() {
    panics(|| {
        HALF.with_write(|half| {
            half.0 = 7;
            panic!("half");
        });
    });
    assert_eq!(SEEN.cloned(), [0]);
}
