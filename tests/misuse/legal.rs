//! Programs in which nothing is wrong stay silent.

use guarded_state::{Guarded, Guards, Keep, Mutex, guarded, on_event};
use std::sync::Arc;
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

/// An order that was learned in a scope that panics is as good as any.
pub(crate) fn order_learned_in_a_panic() {
    let l = Legal::default();
    let half = || l.a.with_write(|_| l.b.with_write(|_| panic!("half way")));
    assert!(std::panic::catch_unwind(std::panic::AssertUnwindSafe(half)).is_err());
    silent(|| {
        for _ in 0..3 {
            l.a.with_write(|_| l.b.with_write(|_| ()));
        }
    });
}

#[guarded]
#[derive(Default)]
struct Of<T> {
    #[guarded(mutex)]
    value: T,
}

/// One generic type in two roles: each instantiation is a class of its own, and each field is.
pub(crate) fn one_type_in_two_roles() {
    #[guarded]
    #[derive(Default)]
    struct Roles {
        #[guarded(mutex)]
        one: Vec<u32>,
        #[guarded(mutex)]
        other: Vec<u32>,
    }
    let (parent, child, roles) = (Of::<u64>::default(), Of::<u8>::default(), Roles::default());
    silent(|| {
        for _ in 0..2 {
            parent.value.with_write(|_| child.value.with_write(|_| ()));
            roles.one.with_write(|_| roles.other.with_write(|_| ()));
            let other = Of::<u64>::default(); // a child in one place, a parent in another
            other.value.with_write(|_| parent.value.with_write(|_| ()));
        }
    });
}

/// Many instances of one field at once, always in one order, whatever order they were made in.
pub(crate) fn many_instances_at_once() {
    fn all(of: &[&Of<u32>]) {
        if let [first, rest @ ..] = of {
            first.value.with_write(|_| all(rest));
        }
    }
    let many: Vec<Of<u32>> = (0..30).map(|_| Of::default()).collect();
    let order: Vec<&Of<u32>> = (0..30).map(|n| &many[n * 7 % 30]).collect();
    silent(|| {
        for round in 0..4 {
            all(&order[round..20 + round]);
        }
    });
}

/// A tree, from parent to child; a walk that cancels on the way lets go of what it held.
pub(crate) fn a_tree_from_parent_to_child() {
    struct Node {
        value: Guarded<u32, Mutex>,
        children: Vec<Arc<Node>>,
    }
    fn tree(depth: u32) -> Arc<Node> {
        let children = (0..if depth > 0 { 3 } else { 0 }).map(|_| tree(depth - 1)).collect();
        Arc::new(Node { value: Guarded::new(depth), children })
    }
    /// `None`: cancelled.
    fn sum(node: &Node, cancel_at: u32) -> Option<u32> {
        node.value.with_read(|value| {
            let below: Option<Vec<u32>> = node.children.iter().map(|child| sum(child, cancel_at)).collect();
            (*value != cancel_at).then_some(value + below?.into_iter().sum::<u32>())
        })
    }
    let root = tree(3);
    silent(|| {
        assert_eq!((sum(&root, 9), sum(&root, 1)), (Some(3 + 3 * 2 + 9), None));
        std::thread::scope(|s| {
            for child in &root.children {
                s.spawn(|| assert_eq!(sum(child, 9), Some(2 + 3)));
            }
        });
        assert_eq!(sum(&root, 9), Some(18));
    });
}

/// A ring only ever under one gate, on two threads.
pub(crate) fn a_ring_under_one_gate() {
    let l = Legal::default();
    silent(|| {
        std::thread::scope(|s| {
            s.spawn(|| {
                for _ in 0..100 {
                    l.gate.with_write(|()| l.a.with_write(|_| l.b.with_read(|_| ())));
                }
            });
            for _ in 0..100 {
                l.gate.with_write(|()| l.b.with_write(|_| l.a.with_read(|_| ())));
            }
        });
    });
}
