//! Questions about tokens that need no syntax tree. They look into invisible groups and into macro calls, where a syntax tree ends.

use proc_macro2::{Delimiter, Group, Ident, Spacing, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::{GenericParam, Type};

/// The type inside the invisible groups that `macro_rules` leaves around `$t:ty`, and inside parentheses.
pub(crate) fn ungroup(mut ty: &Type) -> &Type {
    loop {
        ty = match ty {
            Type::Group(group) => &group.elem,
            Type::Paren(paren) => &paren.elem,
            _ => return ty,
        };
    }
}

/// The tokens inside the invisible group that `macro_rules` leaves around `$e:expr` and the like.
pub(crate) fn ungroup_tokens(tokens: TokenStream) -> TokenStream {
    let mut trees = tokens.clone().into_iter();
    match (trees.next(), trees.next()) {
        (Some(TokenTree::Group(group)), None) if group.delimiter() == Delimiter::None => {
            ungroup_tokens(group.stream())
        }
        _ => tokens,
    }
}

/// Is there an identifier that satisfies `test`? It is told whether a `'` stands before it.
fn any_ident(tokens: TokenStream, test: &mut impl FnMut(&Ident, bool) -> bool) -> bool {
    let mut quoted = false;
    for tree in tokens {
        let hit = match &tree {
            TokenTree::Ident(ident) => test(ident, quoted),
            TokenTree::Group(group) => any_ident(group.stream(), test),
            TokenTree::Punct(_) | TokenTree::Literal(_) => false,
        };
        if hit {
            return true;
        }
        quoted = matches!(&tree, TokenTree::Punct(punct) if punct.as_char() == '\'');
    }
    false
}

/// Does the generic parameter occur in the tokens?
pub(crate) fn mentions(tokens: &TokenStream, param: &GenericParam) -> bool {
    let (name, lifetime) = match param {
        GenericParam::Lifetime(param) => (&param.lifetime.ident, true),
        GenericParam::Type(param) => (&param.ident, false),
        GenericParam::Const(param) => (&param.ident, false),
    };
    any_ident(tokens.clone(), &mut |ident, quoted| quoted == lifetime && ident == name)
}

/// Is `word` an identifier in the tokens?
pub(crate) fn has_word(tokens: &TokenStream, word: &str) -> bool {
    any_ident(tokens.clone(), &mut |ident, quoted| !quoted && ident == word)
}

/// Is `word` written as a type, outside of braces, where a block may say anything?
pub(crate) fn has_keyword_in_type(tokens: &TokenStream, word: &str) -> Option<Ident> {
    tokens.clone().into_iter().find_map(|tree| match tree {
        TokenTree::Ident(ident) if ident == word => Some(ident),
        TokenTree::Group(group) if group.delimiter() != Delimiter::Brace => {
            has_keyword_in_type(&group.stream(), word)
        }
        _ => None,
    })
}

/// Is an item of `param` named, as in `T::Out`, `<T as Trait>::Out`?
pub(crate) fn projects(tokens: &TokenStream, param: &Ident) -> bool {
    let trees: Vec<_> = tokens.clone().into_iter().collect();
    let here = trees.windows(3).any(|window| match window {
        [TokenTree::Ident(ident), TokenTree::Ident(word), _] => ident == param && word == "as",
        [TokenTree::Ident(ident), TokenTree::Punct(a), TokenTree::Punct(b)] => {
            ident == param && a.as_char() == ':' && b.as_char() == ':'
        }
        _ => false,
    });
    here || trees.iter().any(|tree| match tree {
        TokenTree::Group(group) => projects(&group.stream(), param),
        _ => false,
    })
}

/// Tokens as a user would write them, for messages.
pub(crate) fn shown(tokens: &impl ToTokens) -> String {
    let mut text = tokens.to_token_stream().to_string();
    for (spaced, close) in
        [(" :: ", "::"), (":: ", "::"), (" < ", "<"), (" >", ">"), (" ,", ","), (" (", "("), ("& ", "&")]
    {
        text = text.replace(spaced, close);
    }
    text
}

/// `Self` means the struct it was written in, wherever the tokens are printed: each one becomes `outer`.
pub(crate) fn replace_self(tokens: TokenStream, outer: &TokenStream) -> TokenStream {
    if !has_word(&tokens, "Self") {
        return tokens;
    }
    let mut trees = tokens.into_iter().peekable();
    let mut replaced = TokenStream::new();
    while let Some(tree) = trees.next() {
        match tree {
            TokenTree::Ident(ident) if ident == "Self" => {
                // `Self::Item`, and not the bound `Self: Sized`.
                let path_follows = matches!(
                    trees.peek(),
                    Some(TokenTree::Punct(punct)) if punct.as_char() == ':' && punct.spacing() == Spacing::Joint
                );
                replaced.extend(if path_follows { quote!(<#outer>) } else { outer.clone() });
            }
            TokenTree::Group(group) => {
                let mut inner = Group::new(group.delimiter(), replace_self(group.stream(), outer));
                inner.set_span(group.span());
                inner.to_tokens(&mut replaced);
            }
            other => other.to_tokens(&mut replaced),
        }
    }
    replaced
}
