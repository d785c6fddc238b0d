//! What must hold of a field or a group whenever nobody is inside: one impl for each that says so.

use super::cell::hash_literal;
use super::item::{group_cfg, group_type};
use super::paths::again;
use super::site::{deprecation, respanned};
use super::{Paths, ours};
use crate::model::{Cell, Guard, Model, unraw};
use crate::scan::shown;
use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::spanned::Spanned;

pub(super) fn emit_invariants(model: &Model, paths: &Paths<'_>) -> TokenStream {
    let fields = model.fields.iter().map(|field| match &field.guard {
        Guard::Cell(cell) => {
            let conditions = &field.conditions;
            let cfg = quote!(#(#[cfg(#conditions)])*);
            emit_one(model, cell, &field.syntax.ty, &field.name.label(), &cfg, paths)
        }
        Guard::Plain | Guard::Member(_) => TokenStream::new(),
    });
    let groups = model.groups.iter().map(|group| {
        let cfg = group_cfg(model, group).to_token_stream();
        emit_one(model, &group.cell, &group_type(group), &unraw(&group.name), &cfg, paths)
    });
    fields.chain(groups).collect()
}

fn emit_one(
    model: &Model,
    cell: &Cell,
    value: &dyn ToTokens,
    label: &str,
    cfg: &TokenStream,
    paths: &Paths<'_>,
) -> TokenStream {
    let Some(function) = &cell.invariant else { return TokenStream::new() };
    let span = ours(function.span());
    let value = again(value);
    let hash = hash_literal(label, span);
    // A closure has no name; the line of the scope says enough. A function is called, so that a `&Vec` may be its slice.
    let (path, function) = if syn::parse2::<syn::ExprPath>(function.clone()).is_ok() {
        let local = Ident::new("value", Span::mixed_site().located_at(span));
        (shown(function), quote_spanned!(span=> |#local| #function(#local)))
    } else {
        (String::new(), function.clone())
    };
    let [invariant, str, callable, option, string, judging] =
        ["Invariant", "str", "Fn", "Option", "String", "judging"].map(|name| paths.item(span, name));
    let (impl_generics, arguments, clause) = model.item.generics.split_for_impl();
    let (impl_generics, arguments, clause) = (again(impl_generics), again(arguments), again(clause));
    let ident = respanned(&model.item.ident);
    let deprecated = deprecation(model);
    quote_spanned! {span=>
        #cfg
        #deprecated
        const _: () = {
            impl #impl_generics #invariant<#hash, #value> for #ident #arguments #clause {
                const PATH: &'static #str = #path;
                fn broken() -> impl #callable(&#value) -> #option<#string> {
                    #judging::<#value, _, _>(#function)
                }
            }
        };
    }
}
