//! What leads from the plain struct to its twin and back. Thin: the locking of a snapshot is one call into the library.

use super::paths::again;
use super::site::{deprecation, respanned};
use super::{Paths, ours};
use crate::model::{Field, Group, Guard, Model, Name};
use crate::scan::mentions;
use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, quote_spanned};
use syn::spanned::Spanned;
use syn::{GenericParam, Index, WhereClause, WherePredicate, parse_quote_spanned};

/// Everything that all three impls need.
struct Conversions<'m> {
    model: &'m Model,
    paths: &'m Paths<'m>,
    plain: TokenStream,
    twin: TokenStream,
    impl_generics: TokenStream,
    span: Span,
}

/// `From` both ways and `snapshot`.
pub(super) fn emit_conversions(model: &Model, plain: &Ident, paths: &Paths<'_>) -> TokenStream {
    let (impl_generics, arguments, clause) = model.item.generics.split_for_impl();
    let (plain, twin) = (respanned(plain), respanned(&model.item.ident));
    let arguments = again(arguments);
    let clause = again(clause);
    let span = ours(plain.span());
    let conversions = Conversions {
        model,
        paths,
        plain: quote_spanned!(span=> #plain #arguments),
        twin: quote_spanned!(span=> #twin #arguments),
        impl_generics: again(impl_generics),
        span,
    };
    let mut output = emit_into_twin(&conversions, &clause);
    output.extend(emit_into_plain(&conversions, &clause));
    output.extend(emit_snapshot(&conversions));
    output
}

/// A local of ours, which no name of the user's can meet.
fn local(name: &str, span: Span) -> Ident {
    Ident::new(name, Span::mixed_site().located_at(span))
}

/// The field as it is reached behind a dot and named in a literal.
fn member(name: &Name) -> TokenStream {
    match name {
        Name::Named(ident) => respanned(ident).into_token_stream(),
        Name::Position(position, span) => {
            let mut index = Index::from(*position);
            index.span = ours(*span);
            index.into_token_stream()
        }
    }
}

/// The fields of the twin: cells and plain fields one by one, groups where their first member stood.
enum Slot<'m> {
    Field(&'m Field),
    Group(&'m Group),
}

fn slots(model: &Model) -> impl Iterator<Item = Slot<'_>> {
    model.fields.iter().enumerate().filter_map(|(index, field)| match &field.guard {
        Guard::Member(group) => {
            let group = model.groups.get(*group)?;
            (group.members.first() == Some(&index)).then_some(Slot::Group(group))
        }
        Guard::Plain | Guard::Cell(_) => Some(Slot::Field(field)),
    })
}

fn members<'m>(model: &'m Model, group: &'m Group) -> impl Iterator<Item = &'m Field> {
    group.members.iter().filter_map(|member| model.fields.get(*member))
}

fn emit_into_twin(conversions: &Conversions<'_>, clause: &TokenStream) -> TokenStream {
    let Conversions { model, paths, plain, twin, impl_generics, span } = conversions;
    let from = paths.item(*span, "From");
    let value = local("plain", *span);
    let fields = slots(model).map(|slot| match slot {
        Slot::Field(field) => {
            let name = member(&field.name);
            if let Guard::Cell(_) = &field.guard {
                let guarded = paths.item(*span, "Guarded");
                quote_spanned!(*span=> #name: #guarded::new(#value.#name))
            } else {
                quote_spanned!(*span=> #name: #value.#name)
            }
        }
        Slot::Group(group) => {
            let guarded = paths.item(*span, "Guarded");
            let name = respanned(&group.name);
            let ident = &group.ident;
            let inner = members(model, group).map(|field| {
                let name = member(&field.name);
                quote_spanned!(*span=> #name: #value.#name)
            });
            quote_spanned!(*span=> #name: #guarded::new(#ident { #(#inner),* }))
        }
    });
    let deprecated = deprecation(model);
    quote_spanned! {*span=>
        #deprecated
        const _: () = {
            impl #impl_generics #from<#plain> for #twin #clause {
                fn from(#value: #plain) -> Self {
                    Self { #(#fields),* }
                }
            }
        };
    }
}

fn emit_into_plain(conversions: &Conversions<'_>, clause: &TokenStream) -> TokenStream {
    let Conversions { model, paths, plain, twin, impl_generics, span } = conversions;
    let from = paths.item(*span, "From");
    let guarded = paths.item(*span, "Guarded");
    let value = local("twin", *span);
    let open = model.groups.iter().enumerate().map(|(index, group)| {
        let (group_local, name) = (local(&format!("group_{index}"), *span), respanned(&group.name));
        quote_spanned!(*span=> let #group_local = #guarded::into_inner(#value.#name);)
    });
    let fields = model.fields.iter().map(|field| {
        let name = member(&field.name);
        match &field.guard {
            Guard::Plain => quote_spanned!(*span=> #name: #value.#name),
            Guard::Cell(_) => quote_spanned!(*span=> #name: #guarded::into_inner(#value.#name)),
            Guard::Member(group) => {
                let group_local = local(&format!("group_{group}"), *span);
                quote_spanned!(*span=> #name: #group_local.#name)
            }
        }
    });
    let deprecated = deprecation(model);
    quote_spanned! {*span=>
        #deprecated
        const _: () = {
            impl #impl_generics #from<#twin> for #plain #clause {
                fn from(#value: #twin) -> Self {
                    #(#open)*
                    Self { #(#fields),* }
                }
            }
        };
    }
}

/// Plain fields are cloned before the locks are taken, guarded ones while all of them are held.
fn emit_snapshot(conversions: &Conversions<'_>) -> TokenStream {
    let Conversions { model, paths, plain, twin, impl_generics, span } = conversions;
    let clone = |span: Span| paths.item(span, "Clone");
    let mut before = TokenStream::new();
    let read = paths.item(*span, "read");
    let mut cells = quote_spanned!(*span=> ());
    let mut pattern = quote_spanned!(*span=> ());
    // From the last to the first: the list is nested to the right.
    for (index, slot) in slots(model).enumerate().collect::<Vec<_>>().into_iter().rev() {
        let (name, bound) = match slot {
            Slot::Field(Field { guard: Guard::Plain, .. }) => continue,
            Slot::Field(field) => (member(&field.name), local(&format!("cell_{index}"), *span)),
            Slot::Group(group) => {
                (respanned(&group.name).into_token_stream(), local(&format!("cell_{index}"), *span))
            }
        };
        cells = quote_spanned!(*span=> (#read(&self.#name), #cells));
        pattern = quote_spanned!(*span=> (#bound, #pattern));
    }
    let mut fields = Vec::new();
    for (index, slot) in slots(model).enumerate() {
        let bound = local(&format!("cell_{index}"), *span);
        match slot {
            Slot::Field(field) => {
                let at = ours(field.syntax.ty.span());
                let (name, clone) = (member(&field.name), clone(at));
                let bound_here = local(&format!("cell_{index}"), at);
                if matches!(field.guard, Guard::Plain) {
                    before.extend(quote_spanned!(at=> let #bound_here = #clone::clone(&self.#name);));
                    fields.push(quote_spanned!(at=> #name: #bound_here));
                } else {
                    fields.push(quote_spanned!(at=> #name: #clone::clone(#bound_here)));
                }
            }
            Slot::Group(group) => fields.extend(members(model, group).map(|field| {
                let at = ours(field.syntax.ty.span());
                let (name, clone) = (member(&field.name), clone(at));
                quote_spanned!(at=> #name: #clone::clone(&#bound.#name))
            })),
        }
    }
    let with_all = paths.item(*span, "with_all");
    let name = literal_name(plain);
    let clause = cloning_clause(conversions);
    let vis = &model.item.vis;
    let about = format!(
        " All of it as it is at one moment, as a plain [`{name}`]: every lock is held for reading while the guarded fields are cloned."
    );
    let deprecated = deprecation(model);
    quote_spanned! {*span=>
        #deprecated
        const _: () = {
            impl #impl_generics #twin #clause {
                #[doc = #about]
                #[must_use]
                #vis fn snapshot(&self) -> #plain {
                    #before
                    #with_all(#cells, |#pattern| #name { #(#fields),* })
                }
            }
        };
    }
}

/// The struct's name without its arguments: they are inferred in a literal.
fn literal_name(plain: &TokenStream) -> TokenStream {
    plain.clone().into_iter().take(1).collect()
}

/// A clone for each generic field type is asked of the caller; a type that names no parameter is asked in the body, at its place.
fn cloning_clause(conversions: &Conversions<'_>) -> TokenStream {
    let Conversions { model, paths, .. } = conversions;
    let generics = &model.item.generics;
    let mut clause = generics.where_clause.clone().unwrap_or(WhereClause {
        where_token: syn::Token![where](conversions.span),
        predicates: syn::punctuated::Punctuated::new(),
    });
    for field in &model.fields {
        let ty = field.syntax.ty.to_token_stream();
        let named =
            |param: &GenericParam| !matches!(param, GenericParam::Lifetime(_)) && mentions(&ty, param);
        if generics.params.iter().any(named) {
            let span = ours(field.syntax.ty.span());
            let clone = paths.item(span, "Clone");
            let predicate: WherePredicate = parse_quote_spanned!(span=> #ty: #clone);
            clause.predicates.push(predicate);
        }
    }
    if clause.predicates.is_empty() { TokenStream::new() } else { again(clause) }
}
