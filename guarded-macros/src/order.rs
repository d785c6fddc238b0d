//! `field!` and `lock_order!`: fields named outside of their structs.

use crate::diag::Diag;
use crate::emit::{Paths, again, hash_literal, ours, rank_of};
use crate::parse::place::{self, Place};
use crate::parse::{crate_path, split_at_commas};
use crate::scan::{shown, ungroup_tokens};
use proc_macro2::{Ident, Literal, TokenStream, TokenTree};
use quote::{ToTokens, quote, quote_spanned};
use syn::parse::{Parse, ParseStream};
use syn::{Attribute, Path, Token, Visibility, bracketed};

/// `field!(path::Type::name)`, `field!(crate = ::renamed, path::Type::name)`.
pub(crate) fn field(tokens: TokenStream) -> TokenStream {
    let mut diag = Diag::default();
    let (krate, rest) = take_crate(ungroup_tokens(tokens), &mut diag);
    let found = place::parse(rest.clone());
    if found.is_none() {
        let at = if rest.is_empty() { quote!(field) } else { rest.clone() };
        let message = format_args!(
            "`field!` takes a field with its struct, found `{}`: `field!(path::Type::name)`",
            shown(&rest)
        );
        diag.error(at, message);
    }
    match found.filter(|_| diag.is_empty()) {
        Some(place) => site(&place, &Paths::new(krate.as_ref())),
        None => diag.into_tokens(),
    }
}

/// The field's site as a type.
fn site(place: &Place, paths: &Paths<'_>) -> TokenStream {
    let span = ours(place.span);
    let ordered_at = paths.item(span, "OrderedAt");
    let hash = hash_literal(&place.label, span);
    let owner = &place.owner;
    quote_spanned!(span=> #ordered_at<#owner, #hash>)
}

/// `crate = path,` in front.
fn take_crate(tokens: TokenStream, diag: &mut Diag) -> (Option<Path>, TokenStream) {
    let mut trees = tokens.clone().into_iter();
    let (Some(TokenTree::Ident(key)), Some(TokenTree::Punct(eq))) = (trees.next(), trees.next()) else {
        return (None, tokens);
    };
    if key != "crate" || eq.as_char() != '=' {
        return (None, tokens);
    }
    let mut parts = split_at_commas(trees.collect()).into_iter();
    let krate = crate_path(&key, parts.next(), diag);
    let rest: Vec<_> = parts.collect();
    (krate, quote!(#(#rest),*))
}

/// `/// docs  pub Name = [path::Type::field, ..];`
struct Declaration {
    attrs: Vec<Attribute>,
    vis: Visibility,
    name: Ident,
    fields: TokenStream,
}

impl Parse for Declaration {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let attrs = input.call(Attribute::parse_outer)?;
        let vis = input.parse()?;
        let name = input.parse()?;
        input.parse::<Token![=]>()?;
        let fields;
        bracketed!(fields in input);
        let fields = fields.parse()?;
        input.parse::<Option<Token![;]>>()?;
        Ok(Self { attrs, vis, name, fields })
    }
}

/// `lock_order! { pub Name = [path::Type::field, ..]; }`
pub(crate) fn lock_order(tokens: TokenStream) -> TokenStream {
    let mut diag = Diag::default();
    let (krate, rest) = take_crate(ungroup_tokens(tokens), &mut diag);
    let declaration = match syn::parse2::<Declaration>(rest) {
        Ok(declaration) => declaration,
        Err(error) => {
            let help = "`lock_order!` is written `lock_order! { pub Name = [path::Type::field, ..]; }`";
            diag.error(quote_spanned!(error.span()=> order), format_args!("{error}: {help}"));
            return diag.into_tokens();
        }
    };
    let places = read_places(&declaration, &mut diag);
    let output = emit_order(&declaration, &places, &Paths::new(krate.as_ref()));
    [output, diag.into_tokens()].into_iter().collect()
}

fn read_places(declaration: &Declaration, diag: &mut Diag) -> Vec<Place> {
    let mut places: Vec<Place> = Vec::new();
    for part in split_at_commas(declaration.fields.clone()) {
        let Some(place) = place::parse(part.clone()) else {
            let message = format_args!(
                "expected a field with its struct, `path::Type::field`, found `{}`",
                shown(&part)
            );
            diag.error(&part, message);
            continue;
        };
        let same = |other: &Place| other.label == place.label && shown(&other.owner) == shown(&place.owner);
        if places.iter().any(same) {
            diag.error(&part, format_args!("`{}` has two places in one order", shown(&part)));
        } else {
            places.push(place);
        }
    }
    places
}

/// The order is a type; each of its fields has a rank in it. The fields are there, and those of one struct keep its order.
fn emit_order(declaration: &Declaration, places: &[Place], paths: &Paths<'_>) -> TokenStream {
    let Declaration { attrs, vis, name, .. } = declaration;
    let span = ours(name.span());
    let (ranks, nothing, bottom) =
        (paths.item(span, "Ranks"), paths.item(span, "Nothing"), paths.item(span, "Bottom"));
    let impls = places.iter().enumerate().map(|(index, place)| {
        let span = ours(place.span);
        let ranks = paths.item(span, "Ranks");
        let site = again(site(place, paths));
        let number = Literal::usize_unsuffixed(index + 1).into_token_stream();
        let rank = rank_of(&number, span, paths);
        quote_spanned!(span=> impl #ranks<#site> for #name { type Rank = #rank; })
    });
    let checks = places.iter().enumerate().map(|(index, place)| {
        let span = ours(place.span);
        let above = places.iter().take(index).rfind(|above| shown(&above.owner) == shown(&place.owner));
        let site = again(site(place, paths));
        if let Some(above) = above {
            let (precedes, above) = (paths.item(span, "assert_precedes"), again(self::site(above, paths)));
            quote_spanned!(span=> #precedes::<#above, #site>();)
        } else {
            let has_a_place = paths.item(span, "assert_has_a_place");
            quote_spanned!(span=> #has_a_place::<#site>();)
        }
    });
    quote_spanned! {span=>
        #(#attrs)*
        #[derive(::core::fmt::Debug)]
        #vis struct #name(());
        const _: () = {
            impl #ranks<#nothing> for #name { type Rank = #bottom; }
            #(#impls)*
            #(#checks)*
        };
    }
}
