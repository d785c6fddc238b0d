//! Where our names come from, and at which place of the source they are shown.

use proc_macro2::{Group, Ident, Span, TokenStream, TokenTree};
use quote::{ToTokens, quote_spanned};
use syn::{Path, Visibility};

/// The span of a token that we write: an error in it is shown at the user's token, and no lint of the user's looks at it.
pub(crate) fn ours(user: Span) -> Span {
    Span::call_site().located_at(user)
}

/// The hidden module through which everything generated is named.
pub(crate) struct Paths<'m> {
    krate: Option<&'m Path>,
}

impl<'m> Paths<'m> {
    pub(crate) fn new(krate: Option<&'m Path>) -> Self {
        Self { krate }
    }

    /// `::guarded_state::__private::name`, every token with `span`.
    pub(crate) fn item(&self, span: Span, name: &str) -> TokenStream {
        let name = Ident::new(name, span);
        match self.krate {
            None => quote_spanned!(span=> ::guarded_state::__private::#name),
            Some(krate) => {
                let krate = at(krate.to_token_stream(), &|_| span);
                quote_spanned!(span=> #krate::__private::#name)
            }
        }
    }
}

/// User tokens that we print a second time, as our own: no lint is to fire twice.
pub(crate) fn again(tokens: impl ToTokens) -> TokenStream {
    at(tokens.into_token_stream(), &ours)
}

/// A visibility as our own, shown at `span`.
pub(crate) fn again_vis(vis: &Visibility, span: Span) -> Visibility {
    // What parsed once parses again.
    syn::parse2(at(vis.to_token_stream(), &|_| span)).unwrap_or_else(|_| vis.clone())
}

/// Moves tokens to another span. `$crate` only means something in its own context: it is shown there and resolved as before.
fn at(tokens: TokenStream, span: &dyn Fn(Span) -> Span) -> TokenStream {
    tokens
        .into_iter()
        .map(|mut tree| {
            let target = span(tree.span());
            match &mut tree {
                TokenTree::Group(group) => {
                    let mut inner = Group::new(group.delimiter(), at(group.stream(), span));
                    inner.set_span(target);
                    return TokenTree::Group(inner);
                }
                TokenTree::Ident(ident) if ident == "$crate" => {
                    ident.set_span(ident.span().located_at(target));
                }
                other => other.set_span(target),
            }
            tree
        })
        .collect()
}
