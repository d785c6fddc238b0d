//! Programs in which nothing is wrong stay silent.

use guarded_state::{Guarded, Guards, Keep, Mutex, guarded, on_event};
use std::sync::atomic::{AtomicUsize, Ordering};

#[guarded]
#[derive(Default)]
struct Legal {
    #[guarded(mutex)]
    gate: (),
    #[guarded(mutex)]
    a: u32,
    #[guarded(guards)]
    b: u32,
}

#[guarded]
#[derive(Default)]
struct Other {
    #[guarded]
    a: u32,
}

/// Runs `f`, during which no event comes.
fn silent(f: impl FnOnce()) {
    static EVENTS: AtomicUsize = AtomicUsize::new(0);
    on_event(|event| {
        eprintln!("{event}");
        EVENTS.fetch_add(1, Ordering::SeqCst);
    });
    f();
    assert_eq!(EVENTS.load(Ordering::SeqCst), 0);
}

pub(crate) fn try_against_the_order() {
    let l = Legal::default();
    silent(|| {
        l.a.with_write(|_| l.b.with_write(|_| ()));
        l.b.with_write(|_| l.a.try_with_write(|_| ()).unwrap());
    });
}

pub(crate) fn gate_lock() {
    let l = Legal::default();
    silent(|| {
        l.gate.with_write(|()| l.a.with_write(|_| l.b.with_write(|_| ())));
        l.gate.with_write(|()| l.b.with_write(|_| l.a.with_write(|_| ())));
    });
}

pub(crate) fn released_before_the_other() {
    let l = Legal::default();
    silent(|| {
        l.a.with_write(|_| ());
        l.b.with_write(|_| ());
        l.b.with_write(|_| ());
        l.a.with_write(|_| ());
    });
}

pub(crate) fn hand_over_hand() {
    let nodes: Vec<Guarded<u32, Mutex<Keep, Guards>>> = (0..40).map(Guarded::new).collect();
    silent(|| {
        for _ in 0..3 {
            let mut last = nodes[0].write();
            for node in &nodes[1..] {
                let next = node.write();
                drop(last);
                last = next;
            }
            drop(last);
        }
    });
}

pub(crate) fn instances_in_an_acyclic_order() {
    let [x, y, z] = [(); 3].map(|()| Legal::default());
    silent(|| {
        z.a.with_write(|_| x.a.with_write(|_| ()));
        x.a.with_write(|_| y.a.with_write(|_| ()));
        z.a.with_write(|_| y.a.with_write(|_| ()));
    });
}

pub(crate) fn fields_of_different_structs() {
    let (l, o) = (Legal::default(), Other::default());
    silent(|| {
        for _ in 0..2 {
            l.a.with_write(|_| o.a.with_write(|_| l.b.with_write(|_| ())));
            o.a.with_write(|_| l.b.with_write(|_| ()));
        }
    });
}
