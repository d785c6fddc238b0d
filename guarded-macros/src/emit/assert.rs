//! What a field's type must be able to do, asked where it is written and not at the first use.

use super::paths::again;
use super::site::{deprecation, respanned};
use super::{Paths, ours};
use crate::generics::self_type;
use crate::model::{Cell, Field, Guard, Model, Policy, Strategy, Word};
use crate::scan::{mentions, replace_self};
use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::spanned::Spanned;

/// One block a field. These name the field's type, so they stand under the field's `cfg`.
pub(super) fn emit_asserts(model: &Model, paths: &Paths<'_>) -> TokenStream {
    model
        .fields
        .iter()
        .filter_map(|field| {
            let cell = match &field.guard {
                Guard::Plain => return None,
                Guard::Cell(cell) => cell,
                Guard::Member(group) => &model.groups.get(*group)?.cell,
            };
            Some(emit_field(model, field, cell, paths))
        })
        .collect()
}

fn emit_field(model: &Model, field: &Field, cell: &Cell, paths: &Paths<'_>) -> TokenStream {
    let Strategy::Kind { word, policy, .. } = &cell.strategy else { return TokenStream::new() };
    let span = ours(field.syntax.ty.span());
    let outer = self_type(&respanned(&model.item.ident), &model.item.generics);
    let ty = replace_self(field.syntax.ty.to_token_stream(), &outer);
    let concrete = !model.item.generics.params.iter().any(|param| mentions(&ty, param));
    let mut body = TokenStream::new();
    if concrete {
        // Of a generic type only its user can know.
        body.extend(match word {
            Word::Rw => {
                let [shareable, sends] = ["assert_shareable_rw", "sends"].map(|name| paths.item(span, name));
                quote_spanned!(span=> #shareable::<#ty, { #sends::<#ty>() }>();)
            }
            Word::Mutex | Word::Monitor => {
                let shareable = paths.item(span, "assert_shareable_mutex");
                quote_spanned!(span=> #shareable::<#ty>();)
            }
        });
    }
    // A group is saved as a whole, by the `Clone` that is derived for it.
    if *policy == Policy::Rollback && !matches!(field.guard, Guard::Member(_)) {
        let restorable = paths.item(span, "assert_restorable");
        let statement = quote_spanned!(span=> #restorable::<#ty>(););
        body.extend(if concrete { statement } else { in_generic_fn(model, &statement, span) });
    }
    if body.is_empty() {
        return body;
    }
    let conditions = &field.conditions;
    let cfg = (!conditions.is_empty()).then(|| quote!(#(#[cfg(#conditions)])*));
    let deprecated = deprecation(model);
    quote_spanned!(span=> #cfg #deprecated const _: () = { #body };)
}

/// The struct's parameters for a statement. The argument brings along what the struct's fields imply, such as `T: 'a` of `&'a T`.
fn in_generic_fn(model: &Model, body: &TokenStream, span: proc_macro2::Span) -> TokenStream {
    let (impl_generics, arguments, clause) = model.item.generics.split_for_impl();
    let outer = respanned(&model.item.ident);
    let own = quote!(#outer #arguments);
    let clause = again(replace_self(clause.to_token_stream(), &own));
    let impl_generics = again(replace_self(impl_generics.to_token_stream(), &own));
    let arguments = again(arguments);
    let name = Ident::new("restorable", span);
    quote_spanned!(span=> const fn #name #impl_generics (_: &#outer #arguments) #clause { #body })
}
