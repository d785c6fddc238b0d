//! After an error the item is still there, without our attributes.

use super::{expand, messages, pretty};
use syn::{Item, ItemStruct};

fn with_errors(source: &str) -> (Vec<String>, String) {
    let output = expand(source);
    let messages = messages(&output);
    assert!(!messages.is_empty(), "no error: {output}");
    let output = pretty(&output);
    assert!(
        !output.replace("`#[guarded", "").contains("#[guarded"),
        "an attribute of ours is left: {output}"
    );
    (messages, output)
}

fn structs(output: &str) -> Vec<ItemStruct> {
    let file = syn::parse_file(output).unwrap();
    file.items
        .into_iter()
        .filter_map(|item| match item {
            Item::Struct(item) => Some(item),
            _ => None,
        })
        .collect()
}

#[test]
fn r66_fields_stay_guarded_after_an_error() {
    let (messages, output) =
        with_errors("#[guarded] struct S { #[guarded(mutx)] a: u8, #[guarded(mutex, rw)] b: u8, c: u8 }");
    assert_eq!(messages.len(), 2);
    let fields: Vec<_> =
        structs(&output)[0].fields.iter().map(|field| quote::quote!(#field).to_string()).collect();
    assert!(fields[0].contains("Guarded < u8 , :: guarded_state :: __private :: Rw ,"), "{}", fields[0]);
    assert!(fields[1].contains(":: Mutex"), "{}", fields[1]);
    assert_eq!(fields[2], "c : u8");
    assert_eq!(output.matches("impl ::guarded_state").count(), 2);
}

#[test]
fn r67_unreadable_struct_is_echoed() {
    let (_, output) = with_errors("#[guarded] struct S { }");
    assert!(output.contains("struct S {}"));
    let source = "#[guarded] struct S { #[guarded(mutex)] a: u8, b }";
    let echoed = expand(source).to_string();
    assert!(echoed.starts_with("struct S { a : u8 , b }"), "{echoed}");
}

#[test]
fn r04_enum_is_echoed_without_our_attributes() {
    let (_, output) =
        with_errors("#[guarded] enum E { A { #[guarded] #[serde(skip)] a: u8 }, B(#[guarded(rw)] u8) }");
    assert!(output.contains("#[serde(skip)] a: u8"), "{output}");
}

#[test]
fn r04_a_guarded_struct_inside_a_function_is_left_to_itself() {
    let output = expand("#[guarded] fn f() { #[guarded] struct S { #[guarded] a: u8 } }").to_string();
    assert_eq!(output.matches("# [guarded]").count(), 2);
}

#[test]
fn r05_zero_marked_fields_leave_the_struct() {
    let (_, output) = with_errors("#[guarded] pub struct S<T> { /// d\n a: T }");
    assert_eq!(structs(&output).len(), 1);
    assert!(output.contains("pub struct S<T>"));
}

#[test]
fn r39_refused_derives_are_taken_off() {
    let (messages, output) = with_errors(
        "#[guarded] #[derive(Clone, Debug)] #[derive(PartialEq)] #[cfg_attr(x, derive(Hash, Default), y)] struct S { #[guarded] a: u8 }",
    );
    assert_eq!(messages.len(), 3);
    assert!(output.contains("#[derive(Debug)]\n#[cfg_attr(x, derive(Default), y)]\nstruct S"), "{output}");
}

#[test]
fn r41_refused_repr_is_taken_off() {
    let (_, output) = with_errors("#[guarded] #[repr(C, packed(2))] struct S { #[guarded] a: u8 }");
    assert!(output.contains("#[repr(C)]"), "{output}");
}

#[test]
fn r17_unsized_field_stays_plain() {
    let (_, output) = with_errors("#[guarded] struct S { #[guarded] a: u8, #[guarded] b: [u8] }");
    assert!(output.contains("    b: [u8],"), "{output}");
}

#[test]
fn a_clashing_group_is_dissolved() {
    let (_, output) = with_errors("#[guarded] struct S { #[guarded(group = b)] a: u8, b: u8 }");
    assert_eq!(structs(&output).len(), 1);
    assert!(output.contains("a: ::guarded_state::__private::Guarded<"), "{output}");
}

#[test]
fn r46_second_attribute_is_taken_off() {
    with_errors("#[guarded] #[guarded] struct S { #[guarded] a: u8 }");
    with_errors("#[guarded] #[cfg_attr(unix, guarded, must_use)] struct S { #[guarded] #[guarded] a: u8 }");
}

#[test]
fn the_twin_stays_after_an_error() {
    let (_, output) =
        with_errors("#[derive(Guarded)] #[guarded(twin = S)] struct S { #[guarded(mutx)] a: u8 }");
    assert!(output.contains("struct SharedS"), "{output}");
}
