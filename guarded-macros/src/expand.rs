//! The pipeline: parse, lower, check, emit.

use crate::check::check;
use crate::diag::Diag;
use crate::emit::emit;
use crate::lower::lower;
use crate::parse::{Input, parse_attribute, parse_derive};
use crate::recover::{recover_model, recover_tokens};
use proc_macro2::TokenStream;

/// `#[guarded(args)] item`.
pub(crate) fn attribute(args: TokenStream, item: TokenStream) -> TokenStream {
    let mut diag = Diag::default();
    match parse_attribute(args, item.clone(), &mut diag) {
        Some(input) => expand(&input, diag),
        None => [recover_tokens(item), diag.into_tokens()].into_iter().collect(),
    }
}

/// `#[derive(Guarded)] item`. The item itself stays where it is.
pub(crate) fn derive(item: TokenStream) -> TokenStream {
    let mut diag = Diag::default();
    match parse_derive(item, &mut diag) {
        Some(input) => expand(&input, diag),
        None => diag.into_tokens(),
    }
}

fn expand(input: &Input, mut diag: Diag) -> TokenStream {
    let (mut model, forms) = lower(input, &mut diag);
    check(input, &model, &forms, &mut diag);
    if !diag.is_empty() {
        recover_model(input, &mut model);
    }
    [emit(&model), diag.into_tokens()].into_iter().collect()
}
