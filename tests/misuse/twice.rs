//! One thread, one cell, two times.

use crate::{message, told};
use guarded_state::{Finding, TryError, guarded, on_event};
use std::sync::mpsc::channel;
use std::thread;
use std::time::Duration;

const FILE: &str = file!();

#[guarded]
#[derive(Default)]
struct Twice {
    #[guarded(guards)]
    open: Option<u32>,
    #[guarded]
    shared: Vec<u32>,
    #[guarded(mutex)]
    alone: Vec<u32>,
    #[guarded(monitor)]
    watched: Vec<u32>,
}

pub(crate) fn through_match_and_if_let_heads() {
    let t = Twice::default();
    let outer = line!() + 1;
    told(FILE, "Twice.open", &[outer, outer + 2], || match *t.open.read() {
        Some(_) => {}
        None => *t.open.write() = Some(1),
    });
    let outer = line!() + 2;
    told(FILE, "Twice.open", &[outer, outer + 1], || {
        if let Some(1) | None = *t.open.write() {
            let _inside = t.open.read();
        }
    });
    assert_eq!(*t.open.read(), None, "the locks were given back");
}

/// Up to edition 2021 the head's guard lives through the `else`; since 2024 it is gone by then.
pub(crate) fn through_an_if_let_else() {
    let t = Twice::default();
    let outer = line!() + 2;
    let run = || {
        if let Some(1) = *t.open.write() {
        } else {
            let _inside = t.open.read();
        }
    };
    if env!("CARGO_PKG_NAME").ends_with("2021") {
        told(FILE, "Twice.open", &[outer, outer + 2], run);
    } else {
        run();
    }
    assert_eq!(t.open.try_with_write(|_| ()), Ok(()), "the locks were given back");
}

pub(crate) fn nested_closures_of_every_pair_of_modes() {
    let t = Twice::default();
    macro_rules! pairs {
        ($($field:ident)*) => {$(
            let name = concat!("Twice.", stringify!($field));
            let here = [line!()];
            told(FILE, name, &here[..0], || t.$field.with_read(|_| t.$field.with_read(|_| ())));
            told(FILE, name, &here[..0], || t.$field.with_read(|_| t.$field.with_write(|_| ())));
            told(FILE, name, &here[..0], || t.$field.with_write(|_| t.$field.with_read(|_| ())));
            told(FILE, name, &here[..0], || t.$field.with_write(|_| t.$field.with_write(|_| ())));
            told(FILE, name, &here[..0], || t.$field.with_write(|_| t.$field.set(Vec::new())));
            told(FILE, name, &here[..0], || t.$field.with_read(|_| drop(t.$field.cloned())));
            t.$field.with_write(|v| v.push(1));
        )*};
    }
    pairs!(shared alone watched);
    let outer = line!() + 2;
    told(FILE, "Twice.shared", &[outer, outer + 1], || {
        t.shared.with_read(|_| {
            t.shared.with_write(|_| ());
        });
    });
}

fn len(t: &Twice) -> usize {
    t.shared.with_read(Vec::len)
}
const LEN: u32 = line!() - 2;

fn descend(t: &Twice, depth: u32) {
    t.alone.with_write(|_| {
        if depth > 0 {
            descend(t, depth - 1);
        }
    });
}
const DESCEND: u32 = line!() - 6;

pub(crate) fn calls_and_recursion() {
    let t = Twice::default();
    let outer = line!() + 1;
    told(FILE, "Twice.shared", &[outer, LEN], || t.shared.with_write(|v| v.resize(len(&t), 0)));
    told(FILE, "Twice.alone", &[DESCEND], || descend(&t, 3));
    descend(&t, 0);
}

trait Visit {
    fn visit(&self, t: &Twice);
}
struct Reads;
impl Visit for Reads {
    fn visit(&self, t: &Twice) {
        t.watched.with_read(|_| ());
    }
}
const VISIT: u32 = line!() - 3;

pub(crate) fn trait_objects_and_callbacks() {
    let t = Twice::default();
    let visitors: Vec<Box<dyn Visit>> = vec![Box::new(Reads)];
    let outer = line!() + 1;
    told(FILE, "Twice.watched", &[outer, VISIT], || t.watched.with_write(|_| visitors[0].visit(&t)));
    let callback: &dyn Fn() -> usize = &|| len(&t);
    let outer = line!() + 1;
    told(FILE, "Twice.shared", &[outer, LEN], || t.shared.with_read(|_| assert_eq!(callback(), 0)));
}

struct Locks<'t>(&'t Twice);
impl Drop for Locks<'_> {
    fn drop(&mut self) {
        self.0.alone.with_read(|_| ());
    }
}
const DROP: u32 = line!() - 3;

pub(crate) fn drop_of_a_value() {
    let t = Twice::default();
    let outer = line!() + 1;
    told(FILE, "Twice.alone", &[outer, DROP], || t.alone.with_write(|_| drop(Locks(&t))));
    t.alone.with_write(|_| ());
}

pub(crate) fn iterators() {
    let t = Twice::default();
    t.shared.set(vec![1, 2]);
    let outer = line!() + 2;
    told(FILE, "Twice.shared", &[outer, LEN], || {
        t.shared.with_write(|v| v.retain(|_| len(&t) > 1));
    });
}

pub(crate) fn two_reads_with_a_writer_queued_between() {
    let t = Twice::default();
    let (send, told_stall) = channel();
    on_event(move |event| {
        if event.finding == Finding::Stall {
            send.send(()).unwrap_or_default();
        }
    });
    thread::scope(|s| {
        t.shared.with_read(|_| {
            s.spawn(|| t.shared.with_write(|v| v.push(1)));
            told_stall.recv().unwrap(); // the writer is in the queue
            assert!(message(|| drop(t.shared.cloned())).contains("Twice.shared"));
        });
    });
    assert_eq!(t.shared.cloned(), [1], "the writer got in");
}

pub(crate) fn upgradable_misuse() {
    let t = Twice::default();
    let outer = line!() + 1;
    told(FILE, "Twice.shared", &[outer, outer], || t.shared.with_upgradable(|_| t.shared.with_write(|_| ())));
    told(FILE, "Twice.shared", &[], || t.shared.with_upgradable(|_| t.shared.with_read(|_| ())));
    told(FILE, "Twice.shared", &[], || t.shared.with_read(|_| t.shared.with_upgradable(|_| ())));
    told(FILE, "Twice.shared", &[], || t.shared.with_upgradable(|_| t.shared.with_upgradable(|_| ())));
    let inside = || t.shared.with_upgradable(|u| u.upgrade(|_| t.shared.with_read(|_| ())));
    told(FILE, "Twice.shared", &[], inside);
    t.shared.with_upgradable(|u| u.upgrade(|v| v.push(1)));
    assert_eq!(t.shared.cloned(), [1]);
}

pub(crate) fn leaked_guard() {
    let t = Twice::default();
    let leak = line!() + 1;
    std::mem::forget(t.open.write());
    told(FILE, "Twice.open", &[leak, line!() + 1], || {
        let _again = t.open.read();
    });
    let other = thread::scope(|s| {
        s.spawn(|| t.open.try_with_read_for(Duration::from_millis(20), |_| ())).join().unwrap()
    });
    assert!(matches!(other, Err(TryError::TimedOut { .. })), "{other:?}");
}

pub(crate) fn try_forms_are_told() {
    let t = Twice::default();
    let long = Duration::from_hours(1);
    macro_rules! all {
        ($($field:ident)*) => {$(
            t.$field.with_read(|_| {
                for told in [
                    t.$field.try_with_read(|_| ()),
                    t.$field.try_with_write(|_| ()),
                    t.$field.try_with_read_for(long, |_| ()),
                    t.$field.try_with_write_for(long, |_| ()),
                ] {
                    assert!(matches!(told, Err(TryError::Reentrant { .. })), "{told:?}");
                }
            });
        )*};
    }
    all!(shared alone watched open);
}
