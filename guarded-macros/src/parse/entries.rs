//! A list of options, `key, key = value`, read by hand: a slip in one must not hide the others.

use super::split_at_commas;
use crate::diag::Diag;
use crate::scan::ungroup_tokens;
use proc_macro2::{Delimiter, Ident, TokenStream, TokenTree};

/// `key` or `key = value`.
pub(crate) struct Entry {
    pub(crate) key: Ident,
    /// What stands behind `=`.
    pub(crate) value: Option<TokenStream>,
}

/// Reads the list, reports what is no option and what is there twice, and keeps the rest.
pub(crate) fn parse(tokens: TokenStream, diag: &mut Diag) -> Vec<Entry> {
    let mut found = Vec::new();
    let mut extra_comma = false;
    for part in split_at_commas(tokens.clone()) {
        extra_comma |= part.is_empty();
        parse_part(part, &mut found, diag);
    }
    if extra_comma {
        diag.error(tokens, "expected an option between the commas");
    }
    let mut entries: Vec<Entry> = Vec::new();
    for entry in found {
        if entries.iter().any(|earlier| earlier.key == entry.key) {
            diag.error(&entry.key, format_args!("`{}` is given twice", entry.key));
        } else {
            entries.push(entry);
        }
    }
    entries
}

/// One option, or several where a comma is missing.
fn parse_part(part: TokenStream, found: &mut Vec<Entry>, diag: &mut Diag) {
    let mut trees = part.into_iter();
    let Some(first) = trees.next() else { return };
    let key = match first {
        TokenTree::Ident(key) => key,
        // A group of `macro_rules`, `$option:meta`, may hold a whole option.
        TokenTree::Group(group) if group.delimiter() == Delimiter::None => {
            return parse_part(group.stream().into_iter().chain(trees).collect(), found, diag);
        }
        other => {
            diag.error(&other, format_args!("expected the name of an option, found `{other}`"));
            return;
        }
    };
    match trees.next() {
        None => found.push(Entry { key, value: None }),
        Some(TokenTree::Punct(eq)) if eq.as_char() == '=' => {
            let value: TokenStream = trees.collect();
            if value.is_empty() {
                diag.error(eq, format_args!("expected a value: `{key} = ..`"));
            } else {
                found.push(Entry { key, value: Some(ungroup_tokens(value)) });
            }
        }
        Some(TokenTree::Group(group)) => {
            diag.error(
                group,
                format_args!("`{key}` takes no parentheses: an option is a word, or `word = value`"),
            );
            found.push(Entry { key, value: None });
        }
        Some(other) => {
            diag.error(&other, format_args!("expected `,` or `=` after `{key}`, found `{other}`"));
            found.push(Entry { key, value: None });
            parse_part([other].into_iter().chain(trees).collect(), found, diag);
        }
    }
}
