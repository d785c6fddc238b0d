//! Tokens to spanned syntax. Nothing is judged here beyond "this cannot be read".

mod attrs;
mod entries;
mod options;
pub(crate) mod place;
mod special;
mod suggest;

pub(crate) use attrs::{Marking, conditions, nested_metas, split_at_commas, strip_markings};
pub(crate) use options::{FieldOptions, StructOptions, crate_path};

use crate::diag::Diag;
use crate::scan::ungroup_tokens;
use proc_macro2::TokenStream;
use quote::ToTokens;
use syn::spanned::Spanned;
use syn::{Fields, Item, ItemStruct};

/// Which of the two macros is at work.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Macro {
    Attribute,
    Derive,
}

impl Macro {
    /// As the user wrote it.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Attribute => "#[guarded]",
            Self::Derive => "#[derive(Guarded)]",
        }
    }
}

/// The struct as written, our attributes taken off and read.
pub(crate) struct Input {
    pub(crate) at_work: Macro,
    /// Without our attributes.
    pub(crate) item: ItemStruct,
    pub(crate) options: StructOptions,
    /// Our attributes that stood on the struct itself below the one at work; read for the derive, a mistake for the attribute.
    pub(crate) on_struct: Vec<Marking>,
    /// For each field of `item`, in order, its markings.
    pub(crate) markings: Vec<Vec<Marking>>,
}

/// `#[guarded(args)] item`.
pub(crate) fn parse_attribute(args: TokenStream, item: TokenStream, diag: &mut Diag) -> Option<Input> {
    let mut item = parse_struct(item, Macro::Attribute, diag)?;
    let options = StructOptions::parse(ungroup_tokens(args), diag);
    let on_struct = attrs::take_markings(&mut item.attrs, diag);
    Some(Input {
        at_work: Macro::Attribute,
        markings: take_field_markings(&mut item, diag),
        on_struct,
        options,
        item,
    })
}

/// `#[derive(Guarded)] #[guarded(args)] item`.
pub(crate) fn parse_derive(item: TokenStream, diag: &mut Diag) -> Option<Input> {
    let mut item = parse_struct(item, Macro::Derive, diag)?;
    let on_struct = attrs::take_markings(&mut item.attrs, diag);
    let args = on_struct.first().map(|marking| marking.args.clone()).unwrap_or_default();
    let options = StructOptions::parse(args, diag);
    Some(Input {
        at_work: Macro::Derive,
        markings: take_field_markings(&mut item, diag),
        on_struct,
        options,
        item,
    })
}

fn take_field_markings(item: &mut ItemStruct, diag: &mut Diag) -> Vec<Vec<Marking>> {
    item.fields.iter_mut().map(|field| attrs::take_markings(&mut field.attrs, diag)).collect()
}

fn parse_struct(tokens: TokenStream, at_work: Macro, diag: &mut Diag) -> Option<ItemStruct> {
    let item = match syn::parse2::<Item>(ungroup_tokens(tokens)) {
        Ok(item) => item,
        Err(error) => {
            diag.push(error);
            return None;
        }
    };
    let item = match item {
        Item::Struct(item) => item,
        other => {
            let (found, at) = describe(&other);
            diag.error(
                at,
                format_args!("`{}` belongs on a struct with fields, and this is {found}", at_work.as_str()),
            );
            return None;
        }
    };
    let shape = match &item.fields {
        Fields::Unit => "a unit struct",
        Fields::Named(fields) if fields.named.is_empty() => "a struct without fields",
        Fields::Unnamed(fields) if fields.unnamed.is_empty() => "a struct without fields",
        _ => return Some(item),
    };
    diag.error(
        &item.ident,
        format_args!("`{}` belongs on a struct with fields, and this is {shape}", at_work.as_str()),
    );
    None
}

/// What the user put the attribute on, and the token that says so.
fn describe(item: &Item) -> (&'static str, TokenStream) {
    match item {
        Item::Enum(item) => {
            ("an enum: put it on a struct that holds the enum", item.enum_token.to_token_stream())
        }
        Item::Union(item) => ("a union", item.union_token.to_token_stream()),
        Item::Fn(item) => ("a function", item.sig.fn_token.to_token_stream()),
        Item::Impl(item) => ("an impl block", item.impl_token.to_token_stream()),
        Item::Mod(item) => ("a module", item.mod_token.to_token_stream()),
        Item::Trait(item) => ("a trait", item.trait_token.to_token_stream()),
        Item::Type(item) => ("a type alias", item.type_token.to_token_stream()),
        Item::Static(item) => {
            ("a static: write `Guarded<T>` as its type", item.static_token.to_token_stream())
        }
        Item::Const(item) => ("a constant", item.const_token.to_token_stream()),
        Item::Use(item) => ("a `use`", item.use_token.to_token_stream()),
        Item::Macro(item) => ("a macro call", item.mac.path.to_token_stream()),
        other => ("no struct", first_token(other)),
    }
}

fn first_token(item: &Item) -> TokenStream {
    let span = item.span();
    item.to_token_stream()
        .into_iter()
        .next()
        .map_or_else(|| quote::quote_spanned!(span=> item), TokenStream::from)
}
