//! `cfg` and `cfg_attr`, which an attribute sees un-evaluated.

use guarded_state::{Guarded, guarded};

#[guarded]
#[derive(Debug, Default)]
struct Gone {
    #[cfg(any())]
    #[guarded(on_panic = rollback)]
    missing: no_such_crate::Type,
    #[guarded]
    #[cfg(any())]
    also: NoSuchType,
    #[cfg(not(any()))]
    #[guarded]
    here: u32,
}

#[test]
fn r31_cfgd_out_field_of_a_missing_type() {
    let gone = Gone::default();
    gone.here.set(1);
    assert_eq!(gone.here.cloned(), 1);
}

#[guarded]
#[derive(Debug, Default)]
struct Exclusive {
    #[cfg(any())]
    #[guarded(mutex)]
    value: String,
    #[cfg(not(any()))]
    #[guarded]
    value: u32,
}
#[guarded]
#[derive(Default)]
struct Positions(
    #[cfg(any())]
    #[guarded]
    String,
    #[guarded(mutex)] u32,
);

#[test]
fn r32_cfg_exclusive_fields_of_one_name() {
    let exclusive = Exclusive::default();
    exclusive.value.set(1);
    assert_eq!(exclusive.value.cloned(), 1);
    let positions = Positions::default();
    positions.0.set(2);
    assert_eq!(positions.0.cloned(), 2);
}

#[guarded]
#[derive(Default)]
struct Marked {
    #[cfg_attr(all(), guarded(mutex))]
    yes: Vec<u32>,
    #[cfg_attr(any(), guarded(mutex))]
    no: Vec<u32>,
    #[cfg_attr(all(), guarded(monitor))]
    #[cfg_attr(not(all()), guarded(rw))]
    either: u32,
}

#[test]
fn r33_cfg_attr_with_our_field_attribute() {
    let mut marked = Marked::default();
    marked.yes.with_write(|yes| yes.push(1));
    marked.no.push(1);
    marked.either.set(1);
    assert!(marked.either.with_write_when(|either| *either == 1, |_| true));
}

#[cfg_attr(all(), guarded)]
#[derive(Default)]
struct MarkedAbove {
    #[cfg_attr(all(), guarded)]
    value: u32,
}
#[cfg_attr(any(), guarded)]
#[derive(Default)]
struct Unmarked {
    #[cfg_attr(any(), guarded)]
    value: u32,
}

#[test]
fn r34_cfg_attr_with_the_attribute_itself() {
    let marked = MarkedAbove::default();
    marked.value.set(1);
    assert_eq!(marked.value.cloned(), Unmarked::default().value + 1);
}

#[guarded]
#[derive(Default)]
struct Nested {
    #[cfg_attr(all(), cfg_attr(all(), guarded(mutex), doc = "docs stay"))]
    deep: u32,
    #[cfg_attr(all(), cfg_attr(any(), guarded(mutex)))]
    plain: u32,
    #[cfg_attr(all(), cfg(any()))]
    #[guarded]
    gone: NoSuchType,
}

#[test]
fn r35_nested_cfg_attr() {
    let nested = Nested::default();
    nested.deep.set(nested.plain + 1);
    assert_eq!(nested.deep.cloned(), 1);
}

#[cfg(any())]
#[guarded]
struct OnTheStruct {
    #[guarded]
    value: NoSuchType,
}
#[guarded]
#[cfg(not(any()))]
struct OnTheStruct {
    #[guarded]
    value: u32,
}
#[guarded]
#[cfg(any())]
struct Below {
    #[guarded]
    value: NoSuchType,
}

#[test]
fn r36_cfg_on_the_struct() {
    let on = OnTheStruct { value: Guarded::new(1) };
    assert_eq!(on.value.cloned(), 1);
}
