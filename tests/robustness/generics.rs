//! Parameters of every sort, and types that mention them.

use guarded_state::{Guarded, guarded};
use std::collections::HashMap;
use std::fmt::Debug;
use std::hash::Hash;

#[guarded]
#[derive(Debug, Default)]
struct Index<K: Hash + Eq + Debug, V: Clone + Debug = u32> {
    #[guarded]
    map: HashMap<K, V>,
    #[guarded(mutex, on_panic = rollback)]
    last: Vec<V>,
}

#[test]
fn r13_type_parameter_with_bounds_and_defaults() {
    let index: Index<&str> = Index::default();
    index.map.with_write(|map| map.insert("a", 1));
    index.last.with_write(|last| last.push(1));
    assert_eq!(index.map.with_read(|map| map["a"]), 1);
}

#[guarded]
struct Borrowed<'a, 'b: 'a, '__a> {
    #[guarded]
    short: &'a str,
    #[guarded(mutex)]
    long: Vec<&'b str>,
    #[guarded(monitor, on_panic = rollback)]
    odd: &'__a u8,
    #[guarded]
    r#static: &'static str,
}

#[test]
fn r14_lifetimes() {
    let text = "long".to_owned();
    let number = 3;
    let borrowed = Borrowed {
        short: Guarded::new(&text[..1]),
        long: Guarded::new(vec![&text]),
        odd: Guarded::new(&number),
        r#static: Guarded::new("static"),
    };
    borrowed.short.set("x");
    assert_eq!(borrowed.long.with_read(|long| long[0].len()), 4);
    assert_eq!(borrowed.odd.with_read(|odd| **odd), 3);
    assert_eq!(borrowed.r#static.cloned(), "static");
}

#[guarded]
struct Block<const N: usize = { 1 + 1 }, const UP: bool = true> {
    #[guarded(mutex)]
    bytes: [u8; N],
}

#[test]
fn r15_const_generics() {
    let block: Block = Block { bytes: Guarded::new([0; 2]) };
    block.bytes.with_write(|bytes| bytes[1] = 7);
    assert_eq!(block.bytes.cloned(), [0, 7]);
    let wide = Block::<5, false> { bytes: Guarded::new([1; 5]) };
    assert_eq!(wide.bytes.with_read(|bytes| bytes.len()), 5);
}

#[guarded]
struct Clauses<T, F>
where
    for<'x> &'x T: IntoIterator<Item = &'x u32>,
    T: Send + Sync,
    F: for<'x> Fn(&'x T) -> Option<&'x u32>,
    Self: Sized,
{
    #[guarded]
    list: T,
    #[guarded(mutex)]
    pick: F,
}
trait Source {
    type Out: Clone;
}
impl Source for u8 {
    type Out = String;
}
#[guarded]
struct Projected<T: Source> {
    #[guarded(on_panic = rollback)]
    one: T::Out,
    #[guarded]
    many: Vec<<T as Source>::Out>,
    #[guarded]
    own: Option<Box<Self>>,
}

#[test]
fn r16_where_clauses_associated_types_and_self() {
    type Pick = for<'x> fn(&'x Vec<u32>) -> Option<&'x u32>;
    let pick: Pick = |list| list.last();
    let clauses = Clauses { list: Guarded::new(vec![1, 2]), pick: Guarded::new(pick) };
    let picked = clauses.pick.with_read(|pick| clauses.list.with_read(|list| pick(list).copied()));
    assert_eq!(picked, Some(2));
    let projected = Projected::<u8> {
        one: Guarded::new("a".to_owned()),
        many: Guarded::new(vec![]),
        own: Guarded::new(None),
    };
    projected.many.with_write(|many| many.push(projected.one.cloned()));
    assert!(projected.own.with_read(Option::is_none));
}

#[test]
fn r17_unsized_behind_a_box() {
    #[guarded]
    struct Boxed<T: ?Sized> {
        #[guarded]
        value: Box<T>,
    }
    let boxed: Boxed<[u8]> = Boxed { value: Guarded::new(Box::new([1, 2])) };
    assert_eq!(boxed.value.with_read(|value| value.len()), 2);
}

#[test]
fn r18_parameter_only_in_a_guarded_field() {
    #[guarded]
    struct Only<T> {
        #[guarded]
        value: T,
    }
    let only = Only { value: Guarded::new(1) };
    assert_eq!(only.value.replace(2), 1);
}

mod r19_no_inferred_outlives_leak {
    use guarded_state::{Guarded, guarded};

    /// `T: 'a` follows from the first field alone; the attribute adds nothing and needs nothing.
    #[guarded]
    pub(super) struct Refers<'a, T> {
        #[guarded]
        pub(super) value: &'a T,
        #[guarded(mutex, on_panic = rollback)]
        pub(super) also: Option<&'a T>,
    }

    #[test]
    fn compiles_without_a_bound() {
        fn shorten<'short, 'long: 'short, T>(refers: &'short Refers<'long, T>) -> &'short Refers<'long, T> {
            refers
        }
        let refers = Refers { value: Guarded::new(&1), also: Guarded::new(None) };
        assert_eq!(shorten(&refers).value.with_read(|value| **value), 1);
        assert!(refers.also.with_read(Option::is_none));
    }
}

trait Speak {
    fn speak(&self) -> String;
}
impl Speak for &str {
    fn speak(&self) -> String {
        (*self).to_owned()
    }
}
#[guarded]
struct Pointers<'a> {
    #[guarded]
    function: fn(&u32) -> u32,
    #[guarded(mutex)]
    object: Box<dyn Speak + Send + 'a>,
    #[guarded]
    call: Box<dyn Fn(&str) -> usize + Send + Sync>,
}

#[test]
fn r20_function_pointers_and_trait_objects() {
    let text = "hello".to_owned();
    let pointers = Pointers {
        function: Guarded::new(|n| n + 1),
        object: Guarded::new(Box::new(text.as_str())),
        call: Guarded::new(Box::new(str::len)),
    };
    assert_eq!(pointers.function.with_read(|function| function(&1)), 2);
    assert_eq!(pointers.object.with_read(|object| object.speak()), "hello");
    assert_eq!(pointers.call.with_read(|call| call("abc")), 3);
}
