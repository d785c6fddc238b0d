//! What is printed when something failed: the struct, so that the rest of the program still finds it, with our attributes
//! stripped and without what could not be guarded, so that no second error follows from the first.

use crate::check::{clashing_groups, is_refused_derive, is_refused_repr, is_unsized};
use crate::lower::alone;
use crate::model::{Cell, Guard, Model, Policy, Strategy};
use crate::parse::{Input, Macro, split_at_commas, strip_markings};
use crate::scan::has_keyword_in_type;
use proc_macro2::{TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::{Attribute, Meta, Path};

/// For an item that is no struct we can read. In an enum or a union our field attributes go; a function or a module may
/// hold guarded structs of its own, and stays as it is.
pub(crate) fn recover_tokens(item: TokenStream) -> TokenStream {
    let is_data = item.clone().into_iter().any(|tree| match tree {
        TokenTree::Ident(word) => ["struct", "enum", "union"].iter().any(|data| word == data),
        _ => false,
    });
    if is_data { strip_markings(item) } else { item }
}

/// Takes out of the model what would not compile.
pub(crate) fn recover_model(input: &Input, model: &mut Model) {
    if input.at_work == Macro::Attribute {
        model.item.attrs =
            std::mem::take(&mut model.item.attrs).into_iter().filter_map(strip_refused).collect();
    }
    for clash in clashing_groups(model) {
        dissolve(model, clash);
    }
    for group in &mut model.groups {
        hand_out_guards(&mut group.cell);
    }
    let generics = &model.item.generics;
    for field in &mut model.fields {
        let faulty = is_unsized(&field.syntax, generics)
            || has_keyword_in_type(&field.syntax.ty.to_token_stream(), "impl").is_some();
        if faulty {
            field.guard = Guard::Plain;
        }
        if let Guard::Cell(cell) = &mut field.guard {
            hand_out_guards(cell);
        }
    }
}

/// A group that cannot be printed: its members get locks of their own.
fn dissolve(model: &mut Model, group: usize) {
    for field in &mut model.fields {
        if matches!(field.guard, Guard::Member(of) if of == group) {
            field.guard = Guard::Cell(alone());
        }
    }
    if let Some(group) = model.groups.get_mut(group) {
        group.members.clear();
    }
}

/// `guards` with `on_panic = rollback`: the guards stay, or each use of one would be a second error.
fn hand_out_guards(cell: &mut Cell) {
    if let Strategy::Kind { guards: true, policy, .. } = &mut cell.strategy
        && *policy == Policy::Rollback
    {
        *policy = Policy::Keep;
    }
}

/// `#[derive(Clone, Debug)]` to `#[derive(Debug)]`.
fn strip_refused(mut attr: Attribute) -> Option<Attribute> {
    attr.meta = strip_meta(attr.meta)?;
    Some(attr)
}

fn strip_meta(meta: Meta) -> Option<Meta> {
    let Meta::List(mut list) = meta else { return Some(meta) };
    let keep: fn(&TokenStream) -> Option<TokenStream> = if list.path.is_ident("derive") {
        |part| {
            let refused = syn::parse2::<Path>(part.clone()).is_ok_and(|path| {
                is_refused_derive(&path) || path.segments.last().is_some_and(|last| last.ident == "Guarded")
            });
            (!refused).then(|| part.clone())
        }
    } else if list.path.is_ident("repr") {
        |part| (!is_refused_repr(part)).then(|| part.clone())
    } else if list.path.is_ident("cfg_attr") {
        |part| match syn::parse2::<Meta>(part.clone()) {
            Ok(meta) => strip_meta(meta).map(ToTokens::into_token_stream),
            Err(_) => Some(part.clone()),
        }
    } else {
        return Some(Meta::List(list));
    };
    let parts: Vec<_> = split_at_commas(list.tokens).iter().filter_map(keep).collect();
    if parts.is_empty() {
        return None;
    }
    list.tokens = quote!(#(#parts),*);
    Some(Meta::List(list))
}
