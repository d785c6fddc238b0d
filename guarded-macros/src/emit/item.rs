//! The struct with its guarded field types, and the structs of its lock groups.

use super::cell::cell_type;
use super::{Paths, again_vis, ours};
use crate::model::{Field, Group, Guard, Model};
use proc_macro2::TokenStream;
use quote::{ToTokens, quote, quote_spanned};
use syn::punctuated::Punctuated;
use syn::spanned::Spanned;
use syn::{Fields, FieldsNamed, ItemStruct, Token, Type, parse_quote_spanned};

/// The struct itself.
pub(super) fn emit_struct(model: &Model, paths: &Paths<'_>) -> TokenStream {
    let fields: Punctuated<syn::Field, Token![,]> = model
        .fields
        .iter()
        .enumerate()
        .filter_map(|(index, field)| emit_field(model, index, field, paths))
        .collect();
    let mut item = model.item.clone();
    match &mut item.fields {
        Fields::Named(named) => named.named = fields,
        Fields::Unnamed(unnamed) => unnamed.unnamed = fields,
        Fields::Unit => {}
    }
    item.into_token_stream()
}

/// `None` for a member of a group that an earlier member has placed.
fn emit_field(model: &Model, index: usize, field: &Field, paths: &Paths<'_>) -> Option<syn::Field> {
    match &field.guard {
        Guard::Plain => Some(field.syntax.clone()),
        Guard::Cell(cell) => {
            let mut printed = field.syntax.clone();
            let ty = &field.syntax.ty;
            printed.ty =
                Type::Verbatim(cell_type(paths, model.ordered, cell, ty, &field.name.label(), ty.span()));
            printed.default = None;
            Some(printed)
        }
        Guard::Member(group) => {
            let group = model.groups.get(*group)?;
            (group.members.first() == Some(&index)).then(|| emit_group_field(model, group, paths))
        }
    }
}

/// The field that holds a group, where its first member stood.
fn emit_group_field(model: &Model, group: &Group, paths: &Paths<'_>) -> syn::Field {
    let span = ours(group.name.span());
    let name = &group.name;
    let vis = &group.vis;
    let value = group_type(group);
    let ty = cell_type(paths, model.ordered, &group.cell, &value, &crate::model::unraw(name), name.span());
    let about = about_members(model, group);
    let cfg = group_cfg(model, group);
    syn::Field {
        attrs: parse_attrs(&quote_spanned!(span=> #cfg #[doc = #about])),
        vis: vis.clone(),
        modifiers: syn::FieldModifiers::default(),
        ident: Some(name.clone()),
        colon_token: Some(Token![:](span)),
        ty: Type::Verbatim(ty),
        default: None,
    }
}

/// The generated struct with its parameters.
pub(super) fn group_type(group: &Group) -> TokenStream {
    let span = ours(group.name.span());
    let (_, arguments, _) = group.generics.split_for_impl();
    let arguments = super::paths::again(arguments);
    let ident = &group.ident;
    quote_spanned!(span=> #ident #arguments)
}

fn parse_attrs(tokens: &TokenStream) -> Vec<syn::Attribute> {
    // Written above, so it parses; and if it did not, a field without documentation would be printed.
    syn::parse::Parser::parse2(syn::Attribute::parse_outer, tokens.clone()).unwrap_or_default()
}

fn about_members(model: &Model, group: &Group) -> String {
    let names: Vec<_> = members(model, group).map(|field| format!("`{}`", field.name.label())).collect();
    let mut unique = names;
    unique.dedup();
    format!(" Behind one lock: {}.", unique.join(", "))
}

fn members<'m>(model: &'m Model, group: &'m Group) -> impl Iterator<Item = &'m Field> {
    group.members.iter().filter_map(|member| model.fields.get(*member))
}

/// A group whose members all stand under `cfg` goes when the last of them goes.
pub(super) fn group_cfg(model: &Model, group: &Group) -> TokenStream {
    let mut alternatives = Vec::new();
    for field in members(model, group) {
        match field.conditions.as_slice() {
            [] => return TokenStream::new(),
            [one] => alternatives.push(one.clone()),
            many => alternatives.push(quote!(all(#(#many),*))),
        }
    }
    let span = ours(group.name.span());
    quote_spanned!(span=> #[cfg(any(#(#alternatives),*))])
}

/// One struct a group.
pub(super) fn emit_groups(model: &Model, paths: &Paths<'_>) -> TokenStream {
    model
        .groups
        .iter()
        .filter(|group| !group.members.is_empty())
        .map(|group| emit_group(model, group, paths))
        .collect()
}

fn emit_group(model: &Model, group: &Group, paths: &Paths<'_>) -> TokenStream {
    let span = ours(group.name.span());
    let cfg = group_cfg(model, group);
    let attrs = &group.attrs;
    // `rollback` saves the whole group.
    let clone = group.cell.rolls_back().then(|| {
        let clone = paths.item(span, "Clone");
        quote_spanned!(span=> #[derive(#clone)])
    });
    let about = format!(
        " The fields of [`{}`] behind its lock `{}`.",
        model.item.ident,
        crate::model::unraw(&group.name)
    );
    let fields = FieldsNamed {
        brace_token: syn::token::Brace(span),
        named: members(model, group)
            .map(|field| syn::Field { default: None, ..field.syntax.clone() })
            .collect(),
    };
    let ident = &group.ident;
    let mut item: ItemStruct = parse_quote_spanned!(span=> struct #ident;);
    item.vis = again_vis(&model.item.vis, span);
    item.generics = group.generics.clone();
    if !item.generics.params.is_empty() {
        item.generics.lt_token = Some(Token![<](span));
        item.generics.gt_token = Some(Token![>](span));
    }
    item.fields = Fields::Named(fields);
    item.semi_token = None;
    quote_spanned! {span=>
        #cfg
        #[doc = #about]
        #(#attrs)*
        #clone
        #item
    }
}
