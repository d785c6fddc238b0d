//! `path::Type::field`: how a field of any struct is named, here or in another crate.

use super::split_at_commas;
use crate::scan::ungroup_tokens;
use proc_macro2::{Delimiter, Ident, Span, TokenStream, TokenTree};
use quote::ToTokens;
use syn::Type;

/// A field, by its struct and its name.
#[derive(Clone)]
pub(crate) struct Place {
    /// The struct's type.
    pub(crate) owner: TokenStream,
    /// The field's name as its site knows it: without `r#`, or the position in a tuple.
    pub(crate) label: String,
    /// The last token: an error about the field is shown there.
    pub(crate) span: Span,
}

/// Reads one; `None` where it is none.
pub(crate) fn parse(tokens: TokenStream) -> Option<Place> {
    let mut trees: Vec<TokenTree> = ungroup_tokens(tokens).into_iter().collect();
    let last = trees.pop()?;
    let label = match &last {
        TokenTree::Ident(name) => crate::model::unraw(name),
        TokenTree::Literal(position) => position.to_string().parse::<usize>().ok()?.to_string(),
        _ => return None,
    };
    for _ in 0..2 {
        trees.pop().filter(|tree| matches!(tree, TokenTree::Punct(colon) if colon.as_char() == ':'))?;
    }
    let owner: TokenStream = trees.into_iter().collect();
    match syn::parse2::<Type>(owner.clone()).ok()? {
        Type::Path(_) => Some(Place { owner, label, span: last.span() }),
        _ => None,
    }
}

/// One, or several in parentheses; the tokens of the first that is none.
pub(crate) fn parse_all(tokens: TokenStream) -> Result<Vec<Place>, TokenStream> {
    let parts = match only_group(&tokens) {
        Some(inner) => split_at_commas(inner),
        None => vec![tokens],
    };
    parts.into_iter().map(|part| parse(part.clone()).ok_or(part)).collect()
}

fn only_group(tokens: &TokenStream) -> Option<TokenStream> {
    let mut trees = tokens.clone().into_iter();
    match (trees.next(), trees.next()) {
        (Some(TokenTree::Group(group)), None) if group.delimiter() == Delimiter::Parenthesis => {
            Some(group.stream())
        }
        _ => None,
    }
}

impl Place {
    /// The struct is `Self`, or has the name of the struct at hand.
    pub(crate) fn is_of(&self, item: &Ident) -> bool {
        let mut trees = self.owner.clone().into_token_stream().into_iter();
        matches!((trees.next(), trees.next()), (Some(TokenTree::Ident(first)), None) if first == "Self" || first == *item)
    }
}
