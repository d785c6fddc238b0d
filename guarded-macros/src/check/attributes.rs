//! Rules about the attributes around ours.

use crate::diag::Diag;
use crate::parse::{Input, Macro, nested_metas, split_at_commas};
use crate::scan::shown;
use proc_macro2::TokenStream;
use quote::ToTokens;
use syn::{Attribute, Meta, Path};

const DUPLICATES: [&str; 2] = ["Clone", "Copy"];
const COMPARISONS: [&str; 5] = ["PartialEq", "Eq", "Hash", "PartialOrd", "Ord"];

/// The second one would run on a struct whose fields are guarded already.
pub(super) fn one_attribute(input: &Input, diag: &mut Diag) {
    let extra = match input.at_work {
        Macro::Attribute => 0,
        // The first carries the derive's options.
        Macro::Derive => 1,
    };
    for marking in input.on_struct.iter().skip(extra) {
        diag.error(&marking.path, "`#[guarded]` is given twice on this struct: join the two");
    }
    if input.at_work == Macro::Attribute {
        for path in derives(&input.item.attrs).iter().filter_map(as_path) {
            if last(&path) == "Guarded" {
                diag.error(
                    path,
                    "`#[derive(Guarded)]` leaves the struct plain and `#[guarded]` changes it: use one of them (for the derive's options, write the attribute below the derive)",
                );
            }
        }
    }
}

/// One lock a field, so one attribute; under `cfg_attr` the conditions must exclude each other.
pub(super) fn one_marking(input: &Input, diag: &mut Diag) {
    for markings in &input.markings {
        let Some(always) = markings.iter().position(|marking| marking.condition.is_none()) else {
            let mut seen: Vec<String> = Vec::new();
            for marking in markings {
                let condition = marking.condition.to_token_stream().to_string();
                if seen.contains(&condition) {
                    diag.error(&marking.path, "`#[guarded]` is given twice under the same condition");
                }
                seen.push(condition);
            }
            continue;
        };
        for (index, marking) in markings.iter().enumerate().filter(|(index, _)| *index != always) {
            match &marking.condition {
                None => diag.error(&marking.path, "`#[guarded]` is given twice on this field: join the two"),
                Some(condition) => diag.error(
                    &marking.path,
                    format_args!(
                        "this field is marked {} without a condition: write that one as `cfg_attr(not({}), guarded(..))`",
                        if index < always { "again below" } else { "already above" },
                        shown(condition),
                    ),
                ),
            }
        }
    }
}

/// A lock has one place in memory that others wait at. rustc's message would name the cell, not the way out.
pub(super) fn no_refused_derive(input: &Input, diag: &mut Diag) {
    if input.at_work == Macro::Derive {
        return;
    }
    for path in derives(&input.item.attrs).iter().filter_map(as_path).filter(is_refused_derive) {
        let name = last(&path);
        if DUPLICATES.contains(&name.as_str()) {
            diag.error(
                &path,
                format_args!(
                    "a struct with guarded fields cannot be `{name}`, for a copy would have locks of its own: share it in an `Arc`, or keep the struct plain with `#[derive(Guarded)]` and copy it by `snapshot()` of its twin"
                ),
            );
        } else {
            diag.error(
                &path,
                format_args!(
                    "a struct with guarded fields cannot derive `{name}`, for it may change while it is read: keep the struct plain with `#[derive(Guarded)]` and use what `snapshot()` of its twin returns"
                ),
            );
        }
    }
}

/// Is this a derive that guarded fields rule out?
pub(crate) fn is_refused_derive(path: &Path) -> bool {
    let name = last(path);
    let known = DUPLICATES.contains(&name.as_str()) || COMPARISONS.contains(&name.as_str());
    // Another crate's derive of the same name may skip fields.
    let from_std = match path.segments.first() {
        Some(first) if path.segments.len() > 1 => first.ident == "std" || first.ident == "core",
        _ => true,
    };
    known && from_std
}

/// A packed field may not be referred to, and locking needs a reference; a transparent struct promises the layout of the
/// value, and a cell has another. `C` and `align` keep their meaning.
pub(super) fn no_refused_repr(input: &Input, diag: &mut Diag) {
    if input.at_work == Macro::Derive {
        return;
    }
    for (word, part) in reprs(&input.item.attrs).iter().filter_map(|part| Some((refused_repr(part)?, part))) {
        let reason = match word {
            "packed" => "a lock inside it could not be referred to",
            _ => "a guarded field has not the layout of its value",
        };
        diag.error(part, format_args!("`repr({word})` cannot be guarded: {reason}"));
    }
}

/// Is this word of a `repr` one that guarded fields rule out?
pub(crate) fn is_refused_repr(part: &TokenStream) -> bool {
    refused_repr(part).is_some()
}

fn refused_repr(part: &TokenStream) -> Option<&'static str> {
    let meta = syn::parse2::<Meta>(part.clone()).ok()?;
    ["packed", "transparent"].into_iter().find(|word| meta.path().is_ident(word))
}

fn derives(attrs: &[Attribute]) -> Vec<TokenStream> {
    listed(attrs, "derive")
}

fn reprs(attrs: &[Attribute]) -> Vec<TokenStream> {
    listed(attrs, "repr")
}

/// The parts of all `name(part, ..)`, those under `cfg_attr` too: what cannot be right under one condition is wrong.
fn listed(attrs: &[Attribute], name: &str) -> Vec<TokenStream> {
    attrs
        .iter()
        .flat_map(|attr| nested_metas(&attr.meta))
        .filter_map(|meta| match meta {
            Meta::List(list) if list.path.is_ident(name) => Some(split_at_commas(list.tokens)),
            _ => None,
        })
        .flatten()
        .collect()
}

fn as_path(tokens: &TokenStream) -> Option<Path> {
    syn::parse2(tokens.clone()).ok()
}

fn last(path: &Path) -> String {
    path.segments.last().map(|last| last.ident.to_string()).unwrap_or_default()
}
