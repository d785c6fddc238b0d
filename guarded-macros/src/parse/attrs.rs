//! Attributes of structs and fields: which are ours, and under which `cfg` they stand.
//!
//! An attribute macro sees the `cfg` and `cfg_attr` of fields un-evaluated (a derive sees them evaluated). So
//! `#[cfg_attr(p, guarded(mutex))]` is read as "a marking under the condition p", and what else the `cfg_attr` carries stays.

use crate::diag::Diag;
use crate::scan::ungroup_tokens;
use proc_macro2::{TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::{Attribute, MacroDelimiter, Meta, Path};

/// One `#[guarded(args)]`.
pub(crate) struct Marking {
    /// The name, for errors that concern it as a whole.
    pub(crate) path: Path,
    pub(crate) args: TokenStream,
    /// The predicate of the `cfg_attr` around it.
    pub(crate) condition: Option<TokenStream>,
}

/// `guarded` as the user may write it: alone or behind a path. On a field it is never resolved, so the last segment decides.
fn is_ours(path: &Path) -> bool {
    path.segments.last().is_some_and(|last| last.ident == "guarded" && last.arguments.is_none())
}

/// Takes our attributes out of `attrs`.
pub(crate) fn take_markings(attrs: &mut Vec<Attribute>, diag: &mut Diag) -> Vec<Marking> {
    let mut found = Vec::new();
    let kept = std::mem::take(attrs);
    for mut attr in kept {
        if let Some(meta) = take(attr.meta, &[], &mut found, diag) {
            attr.meta = meta;
            attrs.push(attr);
        }
    }
    found
}

/// What is left of `meta` without our attributes; they go to `found`.
fn take(meta: Meta, under: &[TokenStream], found: &mut Vec<Marking>, diag: &mut Diag) -> Option<Meta> {
    if is_ours(meta.path()) {
        let condition = match under {
            [] => None,
            [one] => Some(one.clone()),
            many => Some(quote!(all(#(#many),*))),
        };
        let args = read_args(&meta, diag);
        found.push(Marking { path: meta.path().clone(), args, condition });
        return None;
    }
    let Some((predicate, inner)) = cfg_attr_parts(&meta) else { return Some(meta) };
    if !inner.iter().any(carries_ours) {
        return Some(meta);
    }
    let mut under = under.to_vec();
    under.push(predicate.clone());
    let rest: Vec<_> = inner
        .into_iter()
        .filter_map(|part| match syn::parse2::<Meta>(part.clone()) {
            Ok(meta) => take(meta, &under, found, diag).map(ToTokens::into_token_stream),
            Err(_) => Some(part),
        })
        .collect();
    if rest.is_empty() {
        return None;
    }
    let Meta::List(mut list) = meta else { return Some(meta) };
    list.tokens = quote!(#predicate, #(#rest),*);
    Some(Meta::List(list))
}

fn carries_ours(part: &TokenStream) -> bool {
    let Ok(meta) = syn::parse2::<Meta>(part.clone()) else { return false };
    is_ours(meta.path()) || cfg_attr_parts(&meta).is_some_and(|(_, inner)| inner.iter().any(carries_ours))
}

/// Reads the form of the attribute; what stands between its parentheses is read later.
fn read_args(meta: &Meta, diag: &mut Diag) -> TokenStream {
    match meta {
        Meta::Path(_) => TokenStream::new(),
        Meta::List(list) => {
            if !matches!(list.delimiter, MacroDelimiter::Paren(_)) {
                diag.error(
                    &list.path,
                    "the options of `#[guarded(..)]` stand in parentheses: `#[guarded(mutex)]`",
                );
            }
            ungroup_tokens(list.tokens.clone())
        }
        Meta::NameValue(_) => {
            diag.error(
                meta,
                "`#[guarded = ..]` is not a form of this attribute: write its options in parentheses, `#[guarded(mutex)]`",
            );
            TokenStream::new()
        }
    }
}

/// `cfg_attr(predicate, inner, ..)`.
pub(crate) fn cfg_attr_parts(meta: &Meta) -> Option<(TokenStream, Vec<TokenStream>)> {
    let Meta::List(list) = meta else { return None };
    if !list.path.is_ident("cfg_attr") {
        return None;
    }
    let mut parts = split_at_commas(list.tokens.clone()).into_iter();
    let predicate = parts.next()?;
    Some((predicate, parts.collect()))
}

/// The attribute itself, or all that a `cfg_attr` carries, however deep.
pub(crate) fn nested_metas(meta: &Meta) -> Vec<Meta> {
    match cfg_attr_parts(meta) {
        None => vec![meta.clone()],
        Some((_, inner)) => inner
            .into_iter()
            .filter_map(|part| syn::parse2::<Meta>(part).ok())
            .flat_map(|meta| nested_metas(&meta))
            .collect(),
    }
}

/// The predicates under which a field with these attributes exists.
pub(crate) fn conditions(attrs: &[Attribute]) -> Vec<TokenStream> {
    attrs.iter().flat_map(|attr| conditions_of(&attr.meta)).collect()
}

fn conditions_of(meta: &Meta) -> Vec<TokenStream> {
    if let Meta::List(list) = meta
        && list.path.is_ident("cfg")
    {
        return vec![list.tokens.clone()];
    }
    let Some((predicate, inner)) = cfg_attr_parts(meta) else { return Vec::new() };
    inner
        .into_iter()
        .filter_map(|part| syn::parse2::<Meta>(part).ok())
        .flat_map(|meta| conditions_of(&meta))
        .map(|condition| quote!(any(not(#predicate), #condition)))
        .collect()
}

/// The parts between top-level commas; an empty last part does not count.
pub(crate) fn split_at_commas(tokens: TokenStream) -> Vec<TokenStream> {
    let mut parts = Vec::new();
    let mut part = TokenStream::new();
    let mut open = false;
    for tree in tokens {
        if matches!(&tree, TokenTree::Punct(punct) if punct.as_char() == ',') {
            parts.push(std::mem::take(&mut part));
            open = false;
        } else {
            part.extend([tree]);
            open = true;
        }
    }
    if open {
        parts.push(part);
    }
    parts
}

/// Takes our attributes out of tokens that are no struct we can read, at every depth.
pub(crate) fn strip_markings(tokens: TokenStream) -> TokenStream {
    let mut trees = tokens.into_iter().peekable();
    let mut kept = TokenStream::new();
    while let Some(tree) = trees.next() {
        match (&tree, trees.peek()) {
            (TokenTree::Punct(punct), Some(TokenTree::Group(group)))
                if punct.as_char() == '#' && is_ours_in_brackets(&group.stream()) =>
            {
                trees.next();
            }
            (TokenTree::Group(group), _) => {
                let mut inner = proc_macro2::Group::new(group.delimiter(), strip_markings(group.stream()));
                inner.set_span(group.span());
                inner.to_tokens(&mut kept);
            }
            _ => tree.to_tokens(&mut kept),
        }
    }
    kept
}

fn is_ours_in_brackets(tokens: &TokenStream) -> bool {
    syn::parse2::<Meta>(tokens.clone()).is_ok_and(|meta| is_ours(meta.path()))
}
