//! Nothing that we print depends on what the user has in scope.

use super::cases::RIGHT;
use super::expand;
use proc_macro2::{Spacing, TokenStream, TokenTree};
use std::collections::BTreeSet;

/// All that is named through the hidden module. Core re-exports exactly these.
pub(super) const PRIVATE: &[&str] = &[
    "At",
    "Checked",
    "Class",
    "Clone",
    "FieldSite",
    "Fn",
    "Invariant",
    "Option",
    "String",
    "str",
    "judging",
    "From",
    "Guarded",
    "Guards",
    "Keep",
    "Monitor",
    "Mutex",
    "OrderedAt",
    "OrderedSite",
    "Place",
    "Poison",
    "ReadMostly",
    "Rollback",
    "Rw",
    "Sharded",
    "SiteInfo",
    "Striped",
    "SingleFlight",
    "Lazy",
    "Versioned",
    "Flight",
    "Plain",
    "Propagate",
    "Handover",
    "Top",
    "assert_restorable",
    "assert_shareable_mutex",
    "assert_shareable_rw",
    "bit",
    "file",
    "line",
    "nothing_after_a_leaf",
    "position",
    "read",
    "sends",
    "type_name",
    "u16",
    "with_all",
];

/// Keywords, attributes and members of the types above: none of them is looked up in the user's scope.
const FREE: &[&str] = &[
    "CLASS",
    "INFO",
    "Name",
    "PATH",
    "POSITION",
    "broken",
    "Rank",
    "Self",
    "_",
    "after",
    "all",
    "allow",
    "any",
    "cfg",
    "clone",
    "const",
    "deprecated",
    "derive",
    "doc",
    "enum",
    "false",
    "fn",
    "for",
    "from",
    "guarded_state",
    "impl",
    "info",
    "instantiation",
    "into_inner",
    "leaf",
    "let",
    "must_use",
    "new",
    "not",
    "pub",
    "restorable",
    "self",
    "static",
    "struct",
    "type",
    "unobserved",
    "where",
    // Locals, of a hygiene that no user's name can meet.
    "plain",
    "twin",
    "value",
    "__private",
];

/// Flattened to words, with `::` kept as one.
fn words(tokens: TokenStream, found: &mut Vec<String>) {
    for tree in tokens {
        match tree {
            TokenTree::Group(group) => {
                found.push("(".to_owned());
                words(group.stream(), found);
                found.push(")".to_owned());
            }
            other => {
                let text = other.to_string();
                let joint = matches!(&other, TokenTree::Punct(punct) if punct.spacing() == Spacing::Joint);
                match found.last_mut() {
                    // `a: ::b` is not `a:: :b`.
                    Some(last) if text == ":" && last == ": joint" => *last = "::".to_owned(),
                    _ if text == ":" && joint => found.push(": joint".to_owned()),
                    _ => found.push(text),
                }
            }
        }
    }
}

fn words_of(tokens: TokenStream) -> Vec<String> {
    let mut found = Vec::new();
    words(tokens, &mut found);
    found
}

fn is_local(word: &str) -> bool {
    ["cell_", "group_"].iter().any(|stem| {
        word.strip_prefix(stem).is_some_and(|rest| rest.chars().all(|digit| digit.is_ascii_digit()))
    })
}

#[test]
fn r72_every_path_of_ours_is_absolute() {
    for (name, source) in RIGHT {
        let users: BTreeSet<_> = words_of(source.parse().unwrap()).into_iter().collect();
        let output = words_of(expand(source));
        for (place, word) in output.iter().enumerate() {
            let is_ident = word.chars().next().is_some_and(|first| first.is_alphabetic() || first == '_');
            if !is_ident || users.contains(word) || FREE.contains(&word.as_str()) || is_local(word) {
                continue;
            }
            let before = |steps: usize| place.checked_sub(steps).map(|place| output[place].as_str());
            let behind_private = before(1) == Some("::") && before(2) == Some("__private");
            if before(1) == Some("fn") {
                // The one method, `snapshot`, is defined here.
                continue;
            }
            let generated = word.starts_with("Shared")
                || users.iter().any(|user| {
                    let user = user.trim_start_matches("r#");
                    user.len() > 1 && word.starts_with(user)
                        || word.starts_with(user) && word.len() > user.len()
                });
            assert!(
                behind_private && PRIVATE.contains(&word.as_str())
                    || generated && !PRIVATE.contains(&word.as_str()),
                "{name}: `{word}` is looked up in the user's scope: {output:?}"
            );
        }
    }
}

#[test]
fn r72_the_hidden_module_is_reached_from_the_root() {
    for (name, source) in RIGHT {
        let users: BTreeSet<_> = words_of(source.parse().unwrap()).into_iter().collect();
        let output = words_of(expand(source));
        let private = output.iter().enumerate().filter(|(_, word)| *word == "__private");
        for (place, _) in private {
            let krate = &output[place - 2];
            let absolute = krate == "guarded_state" && output[place - 3] == "::" || users.contains(krate);
            assert!(absolute, "{name}: {krate}");
        }
        if !source.contains("Self") {
            assert!(!output.windows(2).any(|pair| pair == ["Self", "::"]), "{name}: a `Self::`");
        }
    }
}

#[test]
fn no_private_name_is_listed_in_vain() {
    let mut seen = BTreeSet::new();
    for (_, source) in RIGHT {
        let output = words_of(expand(source));
        for window in output.windows(3) {
            if window[0] == "__private" {
                seen.insert(window[2].clone());
            }
        }
    }
    assert_eq!(seen, PRIVATE.iter().map(|name| (*name).to_owned()).collect());
}

#[test]
fn r73_same_input_same_tokens() {
    for (name, source) in RIGHT {
        assert_eq!(expand(source).to_string(), expand(source).to_string(), "{name}");
    }
}

#[test]
fn no_allow_but_for_deprecated() {
    for (name, source) in RIGHT {
        let ours = expand(source).to_string().matches("allow").count() - source.matches("allow").count();
        assert!(ours == 0 || source.contains("deprecated"), "{name}");
    }
}
