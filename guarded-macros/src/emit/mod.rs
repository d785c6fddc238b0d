//! Model to tokens. Nothing here can fail, and nothing here decides: types, impls with constants, conversions.

mod assert;
mod cell;
mod invariant;
mod item;
mod paths;
mod site;
mod twin;

pub(crate) use cell::hash_literal;
pub(crate) use paths::{Paths, again, again_vis, ours};
pub(crate) use site::rank_of;

use crate::model::{Form, Model};
use proc_macro2::TokenStream;
use quote::quote_spanned;

/// All that is printed for one struct.
pub(crate) fn emit(model: &Model) -> TokenStream {
    let paths = Paths::new(model.krate.as_ref());
    let mut output = item::emit_struct(model, &paths);
    output.extend(item::emit_groups(model, &paths));
    output.extend(site::emit_sites(model, &paths));
    output.extend(assert::emit_asserts(model, &paths));
    output.extend(invariant::emit_invariants(model, &paths));
    if let Form::Twin { plain } = &model.form {
        output.extend(twin::emit_conversions(model, plain, &paths));
    }
    output.extend(emit_overlaps(model));
    output
}

/// Only `cfg` knows whether two conditions hold at once, so it is asked.
fn emit_overlaps(model: &Model) -> TokenStream {
    model
        .overlaps
        .iter()
        .map(|overlap| {
            let condition = &overlap.condition;
            let message = &overlap.message;
            quote_spanned!(overlap.span=> #[cfg(#condition)] ::core::compile_error! { #message })
        })
        .collect()
}
