//! A struct as a type, and the part of its generics that a lock group needs.

use crate::scan::{has_word, mentions, projects};
use proc_macro2::{Ident, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::{GenericParam, Generics, TypeParamBound};

/// The struct as a type, `Inventory<'a, T, N>`: what `Self` means inside it.
pub(crate) fn self_type(ident: &Ident, generics: &Generics) -> TokenStream {
    let (_, arguments, _) = generics.split_for_impl();
    quote!(#ident #arguments)
}

/// The generics of a group whose members are written with `tokens`.
pub(crate) struct Selection {
    pub(crate) generics: Generics,
    /// Bounds that were dropped because they name a parameter the members do not: the bounded parameter, the missing one.
    pub(crate) dropped: Vec<(Ident, GenericParam)>,
}

/// Keeps the parameters that occur in `tokens`, and the bounds and predicates over those alone. A parameter kept only for
/// a bound would be "never used" in the group's struct (`E0392`), so such a bound has to go; `check` says so where it is missed.
pub(crate) fn select(outer: &Generics, tokens: &TokenStream) -> Selection {
    let (kept, missing): (Vec<_>, Vec<_>) =
        outer.params.iter().cloned().partition(|param| mentions(tokens, param));
    let first_missing = |tokens: &TokenStream| missing.iter().find(|param| mentions(tokens, param)).cloned();
    let mut dropped = Vec::new();
    let mut generics = Generics { params: kept.into_iter().collect(), ..Generics::default() };
    for param in &mut generics.params {
        keep_bounds(param, &first_missing, &mut dropped);
    }
    drop_defaults_that_miss(&mut generics, &first_missing);
    for predicate in outer.where_clause.iter().flat_map(|clause| &clause.predicates) {
        let tokens = predicate.to_token_stream();
        if has_word(&tokens, "Self") {
            // It is about the outer struct.
            continue;
        }
        let Some(param) = first_missing(&tokens) else {
            generics.make_where_clause().predicates.push(predicate.clone());
            continue;
        };
        let bounded = generics.type_params().find(|kept| is_about(&tokens, &kept.ident));
        dropped.extend(bounded.map(|bounded| (bounded.ident.clone(), param)));
    }
    dropped.retain(|(bounded, _)| projects(tokens, bounded));
    Selection { generics, dropped }
}

/// Is the predicate one over `param`, `T: ..` or `<T as ..>::Out: ..`?
fn is_about(predicate: &TokenStream, param: &Ident) -> bool {
    let first = predicate.clone().into_iter().find_map(|tree| match tree {
        TokenTree::Ident(ident) => Some(ident),
        _ => None,
    });
    first.is_some_and(|first| first == *param)
}

fn keep_bounds(
    param: &mut GenericParam,
    first_missing: &impl Fn(&TokenStream) -> Option<GenericParam>,
    dropped: &mut Vec<(Ident, GenericParam)>,
) {
    match param {
        GenericParam::Type(param) => {
            let mut kept: Vec<TypeParamBound> = Vec::new();
            for bound in std::mem::take(&mut param.bounds) {
                let tokens = bound.to_token_stream();
                match first_missing(&tokens) {
                    Some(missing) => dropped.push((param.ident.clone(), missing)),
                    None if has_word(&tokens, "Self") => {}
                    None => kept.push(bound),
                }
            }
            param.bounds = kept.into_iter().collect();
        }
        GenericParam::Lifetime(param) => {
            param.bounds = std::mem::take(&mut param.bounds)
                .into_iter()
                .filter(|bound| first_missing(&bound.to_token_stream()).is_none())
                .collect();
        }
        GenericParam::Const(_) => {}
    }
}

/// Defaults must stay at the end of the list: one that names a missing parameter takes all of them along.
fn drop_defaults_that_miss(
    generics: &mut Generics,
    first_missing: &impl Fn(&TokenStream) -> Option<GenericParam>,
) {
    let misses = generics.params.iter().any(|param| match param {
        GenericParam::Type(param) => param
            .default
            .as_ref()
            .is_some_and(|(_, default)| first_missing(&default.to_token_stream()).is_some()),
        _ => false,
    });
    if !misses {
        return;
    }
    for param in &mut generics.params {
        match param {
            GenericParam::Type(param) => param.default = None,
            GenericParam::Const(param) => param.default = None,
            GenericParam::Lifetime(_) => {}
        }
    }
}
