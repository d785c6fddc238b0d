//! The robustness cases of the attribute, by number: each compiles and is run. `tests/ui` has those that must not compile,
//! `tests/crates` those that need a crate of their own, `guarded-macros/src/tests` the expansions.

#![allow(
    clippy::doc_markdown,
    clippy::if_same_then_else,
    clippy::inline_always,
    clippy::match_bool,
    clippy::match_same_arms,
    clippy::non_minimal_cfg,
    clippy::struct_field_names,
    clippy::struct_excessive_bools,
    clippy::upper_case_acronyms,
    reason = "the odd forms are what is tested"
)]

#[path = "robustness/attributes.rs"]
mod attributes;
#[path = "robustness/cfgs.rs"]
mod cfgs;
#[path = "robustness/expansion.rs"]
mod expansion;
#[path = "robustness/generics.rs"]
mod generics;
#[path = "robustness/names.rs"]
mod names;
#[path = "robustness/numbers.rs"]
mod numbers;
#[path = "robustness/shapes.rs"]
mod shapes;
#[path = "robustness/tokens.rs"]
mod tokens;
