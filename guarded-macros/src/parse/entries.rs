//! A list of options, `key, key = value`, read by hand: a slip in one must not hide the others.

use super::options::{takes_a_value, takes_options};
use super::split_at_commas;
use crate::diag::Diag;
use crate::scan::{shown, ungroup_tokens};
use proc_macro2::{Delimiter, Ident, Spacing, TokenStream, TokenTree};

/// `key`, `key = value`, or `key(options)`.
pub(crate) struct Entry {
    pub(crate) key: Ident,
    /// What stands behind `=`; or in the parentheses, for a key that has options of its own.
    pub(crate) value: Option<TokenStream>,
}

/// Reads the list, reports what is no option and what is there twice, and keeps the rest.
pub(crate) fn parse(tokens: TokenStream, diag: &mut Diag) -> Vec<Entry> {
    let mut found = Vec::new();
    if let Some(comma) = idle_comma(tokens.clone()) {
        diag.error(comma, "expected an option before this comma");
    }
    for part in split_at_commas(tokens) {
        parse_part(part, &mut found, diag);
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

/// The first comma with nothing before it.
fn idle_comma(tokens: TokenStream) -> Option<TokenTree> {
    let mut idle = true;
    tokens.into_iter().find(|tree| {
        let comma = matches!(tree, TokenTree::Punct(comma) if comma.as_char() == ',');
        std::mem::replace(&mut idle, comma) && comma
    })
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
            let text = other.to_string();
            let hint = match text.trim_matches('"') {
                word if word != text => format!(": write `{word}` without quotes"),
                _ => String::new(),
            };
            diag.error(&other, format_args!("expected the name of an option, found `{text}`{hint}"));
            return;
        }
    };
    match trees.next() {
        None => found.push(Entry { key, value: None }),
        Some(TokenTree::Punct(eq)) if eq.as_char() == '=' && takes_options(&key) => {
            let value: TokenStream = trees.collect();
            diag.error(
                eq,
                format_args!(
                    "`{key}` takes no value: its options stand in parentheses, `{key}({})`",
                    shown(&value)
                ),
            );
            found.push(Entry { key, value: None });
        }
        Some(TokenTree::Punct(eq)) if eq.as_char() == '=' => {
            let value: TokenStream = trees.collect();
            if value.is_empty() {
                diag.error(eq, format_args!("expected a value: `{key} = ..`"));
            } else {
                found.push(Entry { key, value: Some(ungroup_tokens(value)) });
            }
        }
        Some(TokenTree::Group(group))
            if takes_options(&key) && group.delimiter() == Delimiter::Parenthesis =>
        {
            found.push(Entry { key, value: Some(group.stream()) });
            if let Some(other) = trees.next() {
                diag.error(&other, format_args!("expected `,` after these options, found `{other}`"));
            }
        }
        Some(TokenTree::Group(group)) => {
            let value = (takes_a_value(&key) && !group.stream().is_empty()).then(|| group.stream());
            let form = value.as_ref().map_or_else(|| key.to_string(), |value| form(&key, value));
            diag.error(group, format_args!("`{key}` takes no parentheses: write `{form}`"));
            found.push(Entry { key, value });
        }
        Some(TokenTree::Punct(colon)) if colon.as_char() == ':' && colon.spacing() == Spacing::Alone => {
            let value: TokenStream = trees.collect();
            diag.error(
                colon,
                format_args!("expected `=` after `{key}`, found `:`: write `{}`", form(&key, &value)),
            );
            found.push(Entry { key, value: (!value.is_empty()).then_some(value) });
        }
        Some(other) => {
            let missing = matches!(other, TokenTree::Ident(_));
            let form = if missing { "" } else { ": an option is a word, or `word = value`" };
            diag.error(&other, format_args!("expected `,` or `=` after `{key}`, found `{other}`{form}"));
            if missing {
                found.push(Entry { key, value: None });
                parse_part([other].into_iter().chain(trees).collect(), found, diag);
            }
        }
    }
}

/// The option as it is to be written.
pub(crate) fn form(key: &Ident, value: &TokenStream) -> String {
    format!("{key} = {}", shown(value))
}
