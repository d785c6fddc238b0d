//! Fields that name the same group become members of one cell.

use super::kind;
use crate::generics::{select, self_type};
use crate::model::{Cell, Group, Guard, Model, Policy, Strategy, unraw};
use crate::parse::{FieldOptions, split_at_commas};
use crate::scan::replace_self;
use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, quote};
use syn::{Attribute, Generics, ItemStruct, Meta, Path, Type, Visibility, parse_quote};

/// Moves every field with `group = name` into its group.
pub(crate) fn gather(model: &mut Model, options: &[Option<FieldOptions>]) {
    let outer = self_type(&model.item.ident, &model.item.generics);
    for (index, (field, options)) in model.fields.iter_mut().zip(options).enumerate() {
        let Some(options) = options else { continue };
        let Some((_, name)) = &options.group else { continue };
        let known = model.groups.iter().position(|group| group.name == *name);
        let place = known.unwrap_or(model.groups.len());
        if known.is_none() {
            model.groups.push(empty(&model.item, name, field.syntax.vis.clone()));
        }
        field.guard = Guard::Member(place);
        // In the group's struct `Self` would silently be another type.
        let ty = &field.syntax.ty;
        field.syntax.ty = Type::Verbatim(replace_self(quote!(#ty), &outer));
        if let Some(group) = model.groups.get_mut(place) {
            join(group, index, options);
        }
    }
    for group in &mut model.groups {
        let tokens: TokenStream = group
            .members
            .iter()
            .filter_map(|member| model.fields.get(*member))
            .map(|member| member.syntax.ty.to_token_stream())
            .collect();
        group.generics = select(&model.item.generics, &tokens).generics;
    }
}

fn empty(item: &ItemStruct, name: &Ident, vis: Visibility) -> Group {
    let ident = format!("{}{}", unraw(&item.ident), upper_camel(&unraw(name)));
    Group {
        name: name.clone(),
        ident: Ident::new(&ident, crate::emit::ours(name.span())),
        cell: Cell {
            strategy: kind(&FieldOptions::default(), Policy::Poison),
            leaf: false,
            unobserved: false,
            invariant: None,
            after: Vec::new(),
        },
        vis,
        generics: Generics::default(),
        attrs: repeated_attributes(&item.attrs),
        members: Vec::new(),
    }
}

/// Any member may say what the lock is; `check` sees to it that no two differ.
fn join(group: &mut Group, index: usize, options: &FieldOptions) {
    if let Strategy::Kind { word, policy, guards } = &mut group.cell.strategy {
        if let Some((_, given)) = options.words.first() {
            *word = *given;
        }
        if let Some((_, given)) = &options.on_panic {
            *policy = *given;
        }
        *guards |= options.guards.is_some();
    }
    group.cell.leaf |= options.leaf.is_some();
    if let Some((_, function)) = &options.invariant {
        group.cell.invariant.get_or_insert_with(|| function.clone());
    }
    group.cell.unobserved |= options.unobserved.is_some();
    group.cell.after.extend(options.after.iter().flat_map(|(_, places)| places).cloned());
    group.members.push(index);
}

/// `in_transit` to `InTransit`.
fn upper_camel(name: &str) -> String {
    name.split('_')
        .flat_map(|word| {
            let mut chars = word.chars();
            chars.next().into_iter().flat_map(char::to_uppercase).chain(chars)
        })
        .collect()
}

/// The derives without which the outer struct's own would not compile, and the serde options that shape nested values.
/// Not every derive: a foreign one with container attributes of its own would break.
fn repeated_attributes(attrs: &[Attribute]) -> Vec<Attribute> {
    attrs
        .iter()
        .filter_map(|attr| {
            let meta = repeated(&attr.meta)?;
            Some(parse_quote!(#[#meta]))
        })
        .collect()
}

fn repeated(meta: &Meta) -> Option<TokenStream> {
    let Meta::List(list) = meta else { return None };
    let path = &list.path;
    let kept: Vec<TokenStream> = if path.is_ident("derive") {
        split_at_commas(list.tokens.clone()).into_iter().filter(is_repeated_derive).collect()
    } else if path.is_ident("serde") {
        split_at_commas(list.tokens.clone()).into_iter().filter(is_repeated_serde_option).collect()
    } else if path.is_ident("cfg_attr") {
        let mut parts = split_at_commas(list.tokens.clone()).into_iter();
        let predicate = parts.next()?;
        let inner: Vec<_> = parts
            .filter_map(|part| syn::parse2::<Meta>(part).ok())
            .filter_map(|meta| repeated(&meta))
            .collect();
        return (!inner.is_empty()).then(|| quote!(#path(#predicate, #(#inner),*)));
    } else {
        return None;
    };
    (!kept.is_empty()).then(|| quote!(#path(#(#kept),*)))
}

fn last_segment(tokens: &TokenStream) -> Option<String> {
    let path = syn::parse2::<Path>(tokens.clone()).ok()?;
    path.segments.last().map(|last| last.ident.to_string())
}

fn is_repeated_derive(path: &TokenStream) -> bool {
    let repeated = ["Debug", "Default", "Serialize", "Deserialize"];
    last_segment(path).is_some_and(|name| repeated.contains(&name.as_str()))
}

fn is_repeated_serde_option(option: &TokenStream) -> bool {
    let repeated = ["crate", "rename_all", "deny_unknown_fields"];
    match option.clone().into_iter().next() {
        Some(proc_macro2::TokenTree::Ident(key)) => repeated.contains(&key.to_string().as_str()),
        _ => false,
    }
}
