//! What is printed for what. Compiled behaviour is tested through the facade.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

mod cases;
mod errors;
mod hygiene;
mod recover;
mod snapshots;

use proc_macro2::{Delimiter, TokenStream, TokenTree};
use quote::ToTokens;
use syn::parse::Parser;
use syn::{Attribute, Meta};

/// Expands a source text as rustc would: the first `#[guarded]` of the item is the attribute at work, or else
/// `#[derive(Guarded)]` is.
fn expand(source: &str) -> TokenStream {
    let tokens: TokenStream = source.parse().expect("the case is made of tokens");
    let parse = |input: syn::parse::ParseStream<'_>| {
        Ok((input.call(Attribute::parse_outer)?, input.parse::<TokenStream>()?))
    };
    let (mut attrs, rest) = parse.parse2(tokens).expect("the case begins with attributes");
    let derive = attrs.iter().position(|attr| {
        attr.path().is_ident("derive") && attr.meta.to_token_stream().to_string() == "derive (Guarded)"
    });
    if let Some(derive) = derive {
        attrs.remove(derive);
        return crate::expand::derive(item(&attrs, &rest));
    }
    let ours = attrs
        .iter()
        .position(|attr| attr.path().segments.last().is_some_and(|last| last.ident == "guarded"))
        .expect("the case is marked");
    let args = match attrs.remove(ours).meta {
        Meta::List(list) => list.tokens,
        _ => TokenStream::new(),
    };
    crate::expand::attribute(args, item(&attrs, &rest))
}

fn item(attrs: &[Attribute], rest: &TokenStream) -> TokenStream {
    let mut item: TokenStream = attrs.iter().map(ToTokens::to_token_stream).collect();
    item.extend(rest.clone());
    item
}

/// The output as a formatted file.
fn pretty(tokens: &TokenStream) -> String {
    match syn::parse2(tokens.clone()) {
        Ok(file) => prettyplease::unparse(&file),
        Err(error) => panic!("the output is no file: {error}\n{tokens}"),
    }
}

/// The texts of all `compile_error!` calls that stand under no `cfg`, in order.
fn messages(tokens: &TokenStream) -> Vec<String> {
    let mut messages = Vec::new();
    let (mut named, mut conditional) = (false, false);
    for tree in tokens.clone() {
        match tree {
            TokenTree::Ident(ident) => named = ident == "compile_error",
            TokenTree::Group(group) if group.delimiter() == Delimiter::Bracket => conditional = true,
            TokenTree::Group(group) => {
                if named && !conditional {
                    let text: syn::LitStr = syn::parse2(group.stream()).expect("a message is a string");
                    messages.push(text.value());
                }
                (named, conditional) = (false, false);
            }
            _ => {}
        }
    }
    messages
}
