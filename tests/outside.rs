//! Proves what is done with nothing locked: work that scopes put off, and blocking calls that are told under a lock.

use guarded_state::{Guarded, afterwards};
use std::cell::RefCell;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// Notes its name when dropped, and may panic then.
struct Noted<'n>(&'n RefCell<Vec<&'static str>>, &'static str);

impl Drop for Noted<'_> {
    fn drop(&mut self) {
        self.0.borrow_mut().push(self.1);
        assert!(!self.1.starts_with("bad"), "a bad drop");
    }
}

#[test]
fn work_is_done_in_order_once_the_lock_is_released() {
    let cell = Guarded::rw(1);
    let seen = RefCell::new(Vec::new());
    let note = |what| seen.borrow_mut().push(what);
    let result = afterwards(|after| {
        cell.with_write(|n| {
            *n += 1;
            after.run(|| note(if cell.try_with_write(|n| *n).is_ok() { "unlocked" } else { "locked" }));
            after.drop(Noted(&seen, "dropped"));
            after.run(|| note("last"));
            note("inside");
            *n
        })
    });
    assert_eq!((result, seen.into_inner()), (2, vec!["inside", "unlocked", "dropped", "last"]));
}

#[test]
fn a_panic_in_one_does_not_lose_the_others() {
    let seen = RefCell::new(Vec::new());
    let panicked = catch_unwind(AssertUnwindSafe(|| {
        afterwards(|after| {
            after.drop(Noted(&seen, "bad drop"));
            after.run(|| panic!("the second"));
            after.run(|| seen.borrow_mut().push("third"));
        });
    }));
    assert_eq!(panicked.unwrap_err().downcast_ref::<&str>(), Some(&"a bad drop"));
    assert_eq!(seen.into_inner(), ["bad drop", "third"]);
}

#[test]
fn a_panic_in_the_scope_drops_all_and_runs_nothing() {
    let cell = Guarded::mutex(0);
    let seen = RefCell::new(Vec::new());
    let panicked = catch_unwind(AssertUnwindSafe(|| {
        afterwards(|after| {
            cell.with_write(|_| {
                let captured = Noted(&seen, "captured");
                after.run(|| {
                    let _captured = captured;
                    seen.borrow_mut().push("never run");
                });
                after.drop(Noted(&seen, "bad while unwinding"));
                after.drop(Noted(&seen, "dropped"));
                panic!("the scope");
            });
        });
    }));
    assert_eq!(panicked.unwrap_err().downcast_ref::<&str>(), Some(&"the scope"));
    assert_eq!(seen.into_inner(), ["captured", "bad while unwinding", "dropped"]);
    assert_eq!(cell.cloned(), 0);
}

#[test]
fn work_may_lock_hand_on_and_be_nested() {
    let a = Guarded::rw(0);
    afterwards(|after| {
        a.with_write(|n| {
            *n = 1;
            after.run(|| {
                afterwards(|inner| {
                    a.with_write(|n| {
                        *n += 1;
                        inner.run(|| a.set(10 * a.cloned()));
                    });
                });
            });
        });
    });
    assert_eq!(a.cloned(), 20);
}

#[cfg(feature = "order-check")]
mod told {
    use super::*;
    use guarded_state::{Action, Finding, blocking, set_action};
    use std::sync::mpsc::{channel, sync_channel};
    use std::time::Duration;

    fn message(f: impl FnOnce()) -> String {
        set_action(Finding::WaitWhileHolding, Action::Panic);
        match catch_unwind(AssertUnwindSafe(f)) {
            Ok(()) => String::new(),
            Err(panic) => *panic.downcast::<String>().unwrap(),
        }
    }

    #[test]
    fn a_blocking_call_under_a_lock_names_both_lines() {
        let jobs = Guarded::mutex(0);
        let line = line!() + 1;
        let said = message(|| jobs.with_write(|_| blocking("join worker", || unreachable!("it blocks"))));
        let here = format!("blocking call `join worker` at {}:{line}:", file!());
        assert!(
            said.starts_with(&here)
                && said.contains("is held for write since")
                && said.contains("end its scope first"),
            "{said}"
        );
        assert_eq!(blocking("nothing held", || 7), 7);
    }

    #[test]
    fn the_ready_made_ones_are_told_too() {
        let held = Guarded::rw(());
        let (send, receive) = channel::<u32>();
        let (full, room) = sync_channel::<u32>(1);
        let thread = std::thread::spawn(|| ());
        let under = |f: &mut dyn FnMut()| message(|| held.with_read(|()| f()));
        let mut thread = Some(thread);
        let calls: [(&str, &mut dyn FnMut()); 5] = [
            ("join", &mut || drop(blocking::join(thread.take().unwrap()))),
            ("sleep", &mut || blocking::sleep(Duration::ZERO)),
            ("recv", &mut || _ = blocking::recv(&receive)),
            ("recv_timeout", &mut || _ = blocking::recv_for(Duration::ZERO, &receive)),
            ("send", &mut || _ = blocking::send(&full, 1)),
        ];
        for (name, call) in calls {
            let said = under(call);
            assert!(said.starts_with(&format!("blocking call `{name}` at {}:", file!())), "{said}");
        }
        send.send(3).unwrap();
        assert_eq!(blocking::recv(&receive), Ok(3));
        blocking::send(&full, 4).unwrap();
        assert_eq!(blocking::recv(&room), Ok(4));
    }

    #[test]
    fn work_is_not_put_off_until_under_an_outer_lock() {
        let outer = Guarded::rw(());
        let said = message(|| outer.with_read(|()| afterwards(|_| unreachable!("it is told first"))));
        assert!(
            said.starts_with("work is put off until nothing is locked at")
                && said.contains("is held for read"),
            "{said}"
        );
    }
}
