//! The twin as a struct of its own: from here on it is treated as if the user had written it.

use crate::emit::{again_vis, ours};
use crate::generics::self_type;
use crate::scan::{has_word, replace_self};
use proc_macro2::{Ident, TokenStream};
use quote::ToTokens;
use syn::token::{Brace, Paren};
use syn::{Attribute, Fields, Generics, ItemStruct, Type, WhereClause, parse_quote};

/// `plain` under another name: its documentation, visibility, generics and fields, without what belongs to its derives.
pub(super) fn twin(plain: &ItemStruct, name: Ident) -> ItemStruct {
    let outer = self_type(&plain.ident, &plain.generics);
    let mut twin = plain.clone();
    twin.attrs.retain(goes_along);
    let about =
        format!(" The guarded twin of [`{}`]: made from it by `From`, read back by `snapshot`.", plain.ident);
    if twin.attrs.iter().any(|attr| attr.path().is_ident("doc")) {
        twin.attrs.push(parse_quote!(#[doc = ""]));
    }
    twin.attrs.push(parse_quote!(#[doc = #about]));
    twin.ident = name;
    respan(&mut twin);
    replace_in_generics(&mut twin.generics, &outer);
    for field in &mut twin.fields {
        field.attrs.retain(goes_along);
        field.default = None;
        if has_word(&field.ty.to_token_stream(), "Self") {
            field.ty = Type::Verbatim(replace_self(field.ty.to_token_stream(), &outer));
        }
    }
    twin
}

/// The twin is not the user's writing: no lint of the user's looks at an item that begins and ends with our spans.
fn respan(twin: &mut ItemStruct) {
    twin.vis = again_vis(&twin.vis, ours(twin.struct_token.span));
    twin.struct_token.span = ours(twin.struct_token.span);
    match &mut twin.fields {
        Fields::Named(fields) => fields.brace_token = Brace(ours(fields.brace_token.span.join())),
        Fields::Unnamed(fields) => fields.paren_token = Paren(ours(fields.paren_token.span.join())),
        Fields::Unit => {}
    }
    if let Some(semi) = &mut twin.semi_token {
        semi.spans = [ours(twin.struct_token.span)];
    }
}

/// Attributes that say the same about the twin. The others belong to derives and attributes of the plain struct.
fn goes_along(attr: &Attribute) -> bool {
    ["doc", "cfg", "deprecated", "must_use", "non_exhaustive", "allow", "warn", "deny", "forbid"]
        .into_iter()
        .any(|name| attr.path().is_ident(name))
}

/// A bound over `Self` is about the plain struct.
fn replace_in_generics(generics: &mut Generics, outer: &TokenStream) {
    let Some(clause) = &generics.where_clause else { return };
    let tokens = clause.to_token_stream();
    if has_word(&tokens, "Self")
        && let Ok(replaced) = syn::parse2::<WhereClause>(replace_self(tokens, outer))
    {
        generics.where_clause = Some(replaced);
    }
}
