//! What structs can look like, and where they can stand.

use guarded_state::{Guarded, guarded};

#[test]
fn r01_named_struct() {
    #[guarded]
    #[derive(Debug, Default)]
    struct Inventory {
        #[guarded]
        stock: Vec<u32>,
        name: String,
    }
    let inventory = Inventory::default();
    inventory.stock.with_write(|stock| stock.push(1));
    assert_eq!(inventory.stock.with_read(Vec::len), 1);
    assert!(inventory.name.is_empty());
}

#[test]
fn r02_tuple_struct() {
    #[guarded]
    struct Pair(#[guarded] u8, String, #[guarded(mutex)] Vec<u8>);
    let pair = Pair(Guarded::new(1), "plain".to_owned(), Guarded::new(vec![2]));
    pair.0.with_write(|first| *first += 1);
    assert_eq!(pair.0.cloned(), 2);
    assert_eq!(pair.2.with_read(|third| third[0]), 2);
    assert_eq!(pair.1, "plain");
}

#[test]
fn r06_all_fields_guarded() {
    #[guarded]
    #[derive(Default)]
    struct All {
        #[guarded(rw)]
        a: u8,
        #[guarded(mutex)]
        b: u8,
        #[guarded(monitor)]
        c: u8,
    }
    let all = All::default();
    all.a.set(1);
    all.b.set(2);
    all.c.set(3);
    assert_eq!((all.a.cloned(), all.b.cloned(), all.c.cloned()), (1, 2, 3));
}

#[test]
fn r07_struct_inside_a_function() {
    fn count() -> u32 {
        #[guarded]
        struct Local {
            #[guarded]
            count: u32,
        }
        let local = Local { count: Guarded::new(0) };
        local.count.with_write(|count| *count += 1);
        local.count.into_inner()
    }
    assert_eq!(count(), 1);
}

#[test]
fn r08_inside_a_function_of_a_trait_impl() {
    trait Count {
        fn count(&self) -> u32;
    }
    impl Count for u32 {
        fn count(&self) -> u32 {
            #[guarded]
            struct Local {
                #[guarded]
                count: u32,
                #[guarded(group = both)]
                a: u32,
                #[guarded(group = both)]
                b: u32,
            }
            let both = LocalBoth { a: 1, b: 2 };
            let local = Local { count: Guarded::new(*self), both: Guarded::new(both) };
            local.count.cloned() + local.both.with_read(|both| both.a + both.b)
        }
    }
    assert_eq!(7.count(), 10);
}

mod left {
    #[guarded_state::guarded]
    #[derive(Default)]
    pub(super) struct Same {
        #[guarded]
        pub(super) value: u32,
    }
}
mod right {
    #[guarded_state::guarded]
    #[derive(Default)]
    pub(super) struct Same {
        #[guarded]
        pub(super) value: u32,
    }
}

#[test]
fn r09_two_structs_of_one_name() {
    let (left, right) = (left::Same::default(), right::Same::default());
    left.value.set(1);
    right.value.set(2);
    assert_eq!(left.value.cloned() + right.value.cloned(), 3);
}

/// The type and its 60 fields.
macro_rules! wide {
    ($($field:ident)*) => {
        #[guarded]
        #[derive(Debug, Default)]
        struct Wide { $(#[guarded] $field: Vec<u32>,)* }
        impl Wide {
            fn sum(&self) -> usize { 0 $(+ self.$field.with_read(Vec::len))* }
            fn fill(&self) { $(self.$field.with_write(|list| list.push(1));)* }
        }
    };
}
wide! {
    a0 a1 a2 a3 a4 a5 a6 a7 a8 a9 b0 b1 b2 b3 b4 b5 b6 b7 b8 b9 c0 c1 c2 c3 c4 c5 c6 c7 c8 c9
    d0 d1 d2 d3 d4 d5 d6 d7 d8 d9 e0 e1 e2 e3 e4 e5 e6 e7 e8 e9 f0 f1 f2 f3 f4 f5 f6 f7 f8 f9
}

#[test]
fn r10_sixty_fields() {
    let wide = Wide::default();
    wide.fill();
    assert_eq!(wide.sum(), 60);
}

#[guarded]
struct Shared {
    #[guarded]
    hits: u64,
    #[guarded(mutex, on_panic = poison)]
    log: Vec<&'static str>,
    #[guarded(monitor, on_panic = rollback)]
    queue: Vec<u8>,
    #[guarded(group = totals)]
    sent: u32,
    #[guarded(group = totals)]
    kept: u32,
}
impl Shared {
    const fn new() -> Self {
        Self {
            hits: Guarded::new(0),
            log: Guarded::new(Vec::new()),
            queue: Guarded::new(Vec::new()),
            totals: Guarded::new(SharedTotals { sent: 0, kept: 0 }),
        }
    }
}
static SHARED: Shared = Shared::new();

#[test]
fn r11_static_and_const_construction() {
    #[expect(
        clippy::declare_interior_mutable_const,
        reason = "each use is a cell of its own, which is the test"
    )]
    const EMPTY: Shared = Shared::new();
    SHARED.hits.with_write(|hits| *hits += 1);
    SHARED.log.with_write(|log| log.push("hit"));
    SHARED.queue.with_write(|queue| queue.push(1));
    SHARED.totals.with_write(|totals| (totals.sent, totals.kept) = (1, 2));
    assert_eq!(SHARED.hits.cloned(), 1);
    assert_eq!(SHARED.totals.with_read(|totals| totals.sent + totals.kept), 3);
    let empty = EMPTY;
    assert_eq!(empty.hits.into_inner(), 0);
}

#[guarded]
#[derive(Default)]
struct Parent {
    #[guarded]
    children: Vec<Child>,
}
#[guarded]
#[derive(Default)]
struct Child {
    #[guarded(mutex)]
    parent: Option<Box<Parent>>,
    #[guarded]
    next: Option<Box<Self>>,
}

#[test]
fn r12_mutually_recursive_structs() {
    let parent = Parent::default();
    parent.children.with_write(|children| {
        let child = Child::default();
        child.parent.set(Some(Box::default()));
        child.next.set(Some(Box::default()));
        children.push(child);
    });
    assert!(parent.children.with_read(|children| {
        children[0].parent.with_read(Option::is_some) && children[0].next.with_read(Option::is_some)
    }));
}
