//! Attributes that hand their item on: as it is, or with invisible groups and new spans, as careless macros do.
#![forbid(unsafe_code)]

use proc_macro::{Delimiter, Group, Span, TokenStream, TokenTree};

/// The item as it is.
#[proc_macro_attribute]
pub fn identity(_: TokenStream, item: TokenStream) -> TokenStream {
    item
}

/// Every literal and every identifier between parentheses in an invisible group, every span that of the attribute.
#[proc_macro_attribute]
pub fn regroup(_: TokenStream, item: TokenStream) -> TokenStream {
    moved(item, false)
}

fn moved(tokens: TokenStream, inside: bool) -> TokenStream {
    tokens.into_iter().map(|tree| one(tree, inside)).collect()
}

fn one(mut tree: TokenTree, inside: bool) -> TokenTree {
    if let TokenTree::Group(group) = &tree {
        let parentheses = group.delimiter() == Delimiter::Parenthesis;
        return TokenTree::Group(Group::new(group.delimiter(), moved(group.stream(), parentheses)));
    }
    tree.set_span(tree.span().resolved_at(Span::call_site()));
    match tree {
        TokenTree::Literal(_) => TokenTree::Group(Group::new(Delimiter::None, tree.into())),
        TokenTree::Ident(_) if inside => TokenTree::Group(Group::new(Delimiter::None, tree.into())),
        other => other,
    }
}
