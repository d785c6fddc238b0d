//! Attempts, in safe code that compiles, to get past the declared order and the calls for several locks: each ends in an
//! error, a located panic, or the right result. `tests/ui/adversarial` has those that do not compile.
#![cfg(feature = "order-check")]

use guarded_state::{
    ClaimError, Guarded, Guards, Keep, Key, Mutex, Rw, TryError, each, guarded, lock_order, read,
    transact_all, try_with_all, with_all, with_both, write,
};
use std::panic::{AssertUnwindSafe, catch_unwind};

#[guarded(ordered)]
#[derive(Default)]
struct Pair {
    #[guarded]
    first: Vec<u32>,
    #[guarded(mutex)]
    second: Vec<u32>,
}

fn panics<R>(f: impl FnOnce() -> R) -> String {
    let payload = catch_unwind(AssertUnwindSafe(f)).err().expect("must panic");
    payload.downcast_ref::<String>().cloned().unwrap_or_default()
}

/// A second root key, wherever it is asked for.
#[test]
fn two_root_keys() {
    let pair = Pair::default();
    let claimed = |key: Result<Key, ClaimError>| matches!(key, Err(ClaimError::Claimed { .. }));
    let mut key = Key::claim().unwrap();
    let callback: &(dyn Fn() -> bool + Sync) = &|| claimed(Key::claim());
    assert!(callback());
    pair.first.under(&mut key).with_write(|_, key| {
        assert!(callback(), "inside a scope");
        pair.second.under(key).with_read(|_, _| assert!(callback(), "inside two"));
    });
    let moved = key; // the same key under another name
    assert!(callback());
    std::thread::scope(|s| {
        s.spawn(|| assert!(!callback(), "each thread has its own"));
    });
    drop(moved);
    assert!(!callback());
}

/// A root key that is never given back.
#[test]
fn a_forgotten_root_key() {
    std::thread::spawn(|| {
        let line = line!() + 1;
        std::mem::forget(Key::claim().unwrap());
        let Err(ClaimError::Claimed { at }) = Key::claim() else { panic!("there are two") };
        assert_eq!(at.line(), line);
    })
    .join()
    .unwrap();
}

/// A root key inside a scope that the order does not know of.
#[test]
fn a_root_key_inside_a_scope() {
    let (pair, plain) = (Pair::default(), Guarded::rw(0));
    plain.with_read(|_| assert!(matches!(Key::claim(), Err(ClaimError::Holding { .. }))));
    pair.second.try_with_write(|_| assert!(Key::claim().is_err())).unwrap();
    with_all((read(&plain), write(&pair.first)), |_| assert!(Key::claim().is_err()));
    assert!(Key::claim().is_ok());
}

/// A panic with keys on the way.
#[test]
fn a_panic_under_two_keys() {
    let pair = Pair::default();
    let half = || {
        let mut key = Key::claim().unwrap();
        pair.first.under(&mut key).with_write(|_, key| {
            pair.second.under(key).with_write(|_, _| panic!("half way"));
        });
    };
    panics(half);
    assert!(Key::claim().is_ok());
    assert!(try_with_all((write(&pair.first), write(&pair.second)), |_| ()).is_ok());
}

mod apart {
    use guarded_state::guarded;

    #[guarded(ordered)]
    #[derive(Default)]
    pub(crate) struct Left {
        #[guarded]
        pub(crate) value: u32,
    }
    #[guarded(ordered)]
    #[derive(Default)]
    pub(crate) struct Right {
        #[guarded]
        pub(crate) value: u32,
    }
}
lock_order! { LeftFirst = [apart::Left::value, apart::Right::value]; }
lock_order! { RightFirst = [apart::Right::value, apart::Left::value]; }

/// Two orders of one program that contradict each other.
#[test]
fn two_declarations_that_contradict() {
    let (left, right) = (apart::Left::default(), apart::Right::default());
    guarded_state::set_action(guarded_state::Finding::Inversion, guarded_state::Action::Panic);
    let mut key = Key::<_, LeftFirst>::claim_in().unwrap();
    left.value.under(&mut key).with_read(|_, key| right.value.under(key).with_read(|_, _| ()));
    drop(key);
    let said = panics(|| {
        let mut key = Key::<_, RightFirst>::claim_in().unwrap();
        right.value.under(&mut key).with_read(|_, key| left.value.under(key).with_read(|_, _| ()));
    });
    assert!(said.contains("Left.value") && said.contains("Right.value"), "{said}");
}

/// A call that names, through an inner call, a guard or a set of sets, what is held already.
#[test]
fn calls_that_overlap() {
    let (a, b) = (Guarded::rw(1), Guarded::rw(2));
    let c: Guarded<u32, Rw<Keep, Guards>> = Guarded::new(3);
    let said = panics(|| with_all((write(&a), write(&b)), |_| with_all((read(&b), read(&c)), |_| ())));
    assert!(said.contains("locked twice"), "{said}");
    with_all((write(&a), write(&b)), |_| {
        let inner = try_with_all((read(&c), read(&b)), |_| ());
        assert!(matches!(inner, Err(TryError::Reentrant { .. })), "{inner:?}");
        assert!(c.try_with_write(|_| ()).is_ok(), "nothing is kept");
    });
    let open = c.read();
    let inner = try_with_all((write(&a), read(&c)), |_| ());
    assert!(matches!(inner, Err(TryError::Reentrant { .. })), "{inner:?}");
    drop(open);
    with_all((write(&a), write(&c)), |_| ());
}

/// The same lock twice, hidden in sets of sets, lists and both modes.
#[test]
fn the_same_lock_hidden() {
    let cells: Vec<Guarded<u32, Mutex>> = (0..20).map(Guarded::new).collect();
    let all = || each(cells.iter().map(write));
    assert!(matches!(try_with_all((all(), read(&cells[7])), |_| ()), Err(TryError::Duplicate { .. })));
    assert!(matches!(
        try_with_all(((write(&cells[0]), (write(&cells[1]), ())), [read(&cells[1])]), |_| ()),
        Err(TryError::Duplicate { members: [(1, "write"), (2, "read")], .. })
    ));
    assert!(panics(|| transact_all((all(), all()), |_| Ok::<_, ()>(()))).contains("twice"));
    with_both(write(&cells[3]), write(&cells[3]), |both| {
        assert!(matches!(both, guarded_state::Both::Same(3)));
    });
    assert!(try_with_all(all(), |all| all.len()) == Ok(20), "nothing is kept");
}

/// Values that change places are values: each cell keeps its lock and gets the other's.
#[test]
fn values_swapped() {
    let (a, b): (Guarded<Vec<u32>>, Guarded<Vec<u32>>) = (Guarded::new(vec![1]), Guarded::new(vec![2]));
    with_all((write(&a), write(&b)), |(a, b)| std::mem::swap(a, b));
    let refused = transact_all((write(&a), write(&b)), |(a, b)| {
        std::mem::swap(a, b);
        Err::<(), _>("back again")
    });
    assert_eq!((refused, a.cloned(), b.cloned()), (Err("back again"), vec![2], vec![1]));
}

/// Cells that leave their struct keep their place in the order.
#[test]
fn cells_moved_out_of_their_struct() {
    let Pair { first, second } = Pair::default();
    let (second, first) = (Box::new(second), Box::new(first));
    let mut key = Key::claim().unwrap();
    first.under(&mut key).with_write(|_, key| second.under(key).with_write(|_, _| ()));
    drop(key);
    guarded_state::set_action(guarded_state::Finding::Inversion, guarded_state::Action::Panic);
    let said = panics(|| second.try_with_write(|_| with_all((write(&*first),), |(first,)| first.clear())));
    assert!(said.contains("Pair.first") && said.contains("Pair.second"), "{said}");
}

/// A value whose `Drop` takes the locks of the call that drops it.
#[test]
fn a_drop_that_locks_the_same() {
    struct Locks<'c>(&'c Guarded<u32>, &'c Guarded<u32>, &'c std::cell::Cell<u32>);
    impl Drop for Locks<'_> {
        fn drop(&mut self) {
            let got_in = try_with_all((write(self.0), write(self.1)), |_| ()).is_ok();
            self.2.set(self.2.get() + if got_in { 100 } else { 1 });
        }
    }
    let (a, b, seen) = (Guarded::rw(1), Guarded::rw(2), std::cell::Cell::new(0));
    with_all((write(&a), write(&b)), |_| drop(Locks(&a, &b, &seen)));
    assert_eq!(seen.get(), 1, "inside");
    let left = with_all((write(&a), write(&b)), |_| Locks(&a, &b, &seen));
    drop(left);
    assert_eq!(seen.get(), 101, "outside");
    panics(|| {
        with_all((write(&a), write(&b)), |_| {
            let _locks = Locks(&a, &b, &seen);
            panic!("on the way out");
        })
    });
    assert_eq!(seen.get(), 102, "unwinding, inside");
}

/// A scope made ready, and used when others have come and gone.
#[test]
fn a_scope_made_ready_and_used_late() {
    let pair = Pair::default();
    let mut key = Key::claim().unwrap();
    let ready = pair.second.under(&mut key);
    std::thread::scope(|s| {
        s.spawn(|| pair.second.under(&mut Key::claim().unwrap()).set(vec![1]));
    });
    assert_eq!(ready.with_read(|second, _| second.len()), 1);
}
