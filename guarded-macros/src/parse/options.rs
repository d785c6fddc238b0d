//! The options of the struct's and of the fields' attribute: every key, its value, and where it is allowed.

use super::entries::{self, Entry};
use super::place::{self, Place};
use super::special;
use super::suggest;
use crate::diag::Diag;
use crate::model::{Policy, Special, Word};
use crate::scan::shown;
use proc_macro2::{Ident, TokenStream};
use quote::ToTokens;
use syn::Path;
use syn::ext::IdentExt;
use syn::parse::Parser;

const STRUCT_KEYS: [&str; 3] = ["crate", "twin", "ordered"];
const FIELD_KEYS: [&str; 16] = [
    "rw",
    "mutex",
    "monitor",
    "sharded",
    "striped",
    "versioned",
    "single_flight",
    "lazy",
    "with",
    "group",
    "on_panic",
    "invariant",
    "guards",
    "leaf",
    "after",
    "unobserved",
];
const POLICIES: [(&str, Policy); 3] =
    [("keep", Policy::Keep), ("poison", Policy::Poison), ("rollback", Policy::Rollback)];

/// `key = value`, here or at the other place.
pub(super) fn takes_a_value(key: &Ident) -> bool {
    ["crate", "twin", "with", "group", "on_panic", "invariant", "after", "ttl", "negative_ttl"]
        .iter()
        .any(|word| key == word)
}

/// `key(options)`.
pub(super) fn takes_options(key: &Ident) -> bool {
    ["sharded", "striped", "versioned", "single_flight"].iter().any(|word| key == word)
}

/// What stands in the parentheses at the struct.
#[derive(Default)]
pub(crate) struct StructOptions {
    /// `crate = path`.
    pub(crate) krate: Option<Path>,
    /// `twin = Name`: the key and the name.
    pub(crate) twin: Option<(Ident, Ident)>,
    pub(crate) ordered: Option<Ident>,
    /// Options of fields stand here, which is reported: no more is said of fields without any.
    pub(crate) has_field_options: bool,
}

/// What stands in the parentheses at a field. Each option keeps its key, for messages.
#[derive(Default)]
pub(crate) struct FieldOptions {
    /// `rw`, `mutex`, `monitor`: more than one is a contradiction.
    pub(crate) words: Vec<(Ident, Word)>,
    /// `sharded`, `striped`, `versioned`, `single_flight`, with their own options, and `lazy`.
    pub(crate) special: Vec<(Ident, Special)>,
    pub(crate) with: Option<(Ident, Path)>,
    pub(crate) group: Option<(Ident, Ident)>,
    pub(crate) on_panic: Option<(Ident, Policy)>,
    /// `invariant = path`, or a closure: the key and the function.
    pub(crate) invariant: Option<(Ident, TokenStream)>,
    pub(crate) guards: Option<Ident>,
    pub(crate) leaf: Option<Ident>,
    /// `after = path::Type::field`, or several in parentheses.
    pub(crate) after: Option<(Ident, Vec<Place>)>,
    pub(crate) unobserved: Option<Ident>,
}

impl StructOptions {
    pub(crate) fn parse(tokens: TokenStream, diag: &mut Diag) -> Self {
        let mut options = Self::default();
        for Entry { key, value } in entries::parse(tokens, diag) {
            let name = key.to_string();
            match name.as_str() {
                "crate" => options.krate = crate_path(&key, value, diag).or(options.krate),
                "twin" => {
                    options.twin = name_value(&key, value, "SharedInventory", diag).map(|twin| (key, twin));
                }
                "ordered" => options.ordered = flag(key, value, diag),
                key_of_field if FIELD_KEYS.contains(&key_of_field) => {
                    let form = value.map_or(name.clone(), |value| entries::form(&key, &value));
                    diag.error(
                        &key,
                        format_args!(
                            "`{name}` is an option of a field: write `#[guarded({form})]` on each field that it is for"
                        ),
                    );
                    options.has_field_options = true;
                }
                _ => diag.error(&key, suggest::unknown_option(&name, &STRUCT_KEYS)),
            }
        }
        options
    }
}

impl FieldOptions {
    pub(crate) fn parse(tokens: TokenStream, diag: &mut Diag) -> Self {
        let mut options = Self::default();
        for Entry { key, value } in entries::parse(tokens, diag) {
            options.take(key, value, diag);
        }
        options
    }

    fn take(&mut self, key: Ident, value: Option<TokenStream>, diag: &mut Diag) {
        let name = key.to_string();
        match name.as_str() {
            "rw" => self.take_word(key, value, Word::Rw, diag),
            "mutex" => self.take_word(key, value, Word::Mutex, diag),
            "monitor" => self.take_word(key, value, Word::Monitor, diag),
            "sharded" => {
                let (count, read_mostly) = special::shards(value, diag);
                self.special.push((key, Special::Sharded(count, read_mostly)));
            }
            "striped" => {
                let count = special::stripes(value, diag);
                self.special.push((key, Special::Striped(count)));
            }
            "versioned" => {
                let history = special::history(value, diag);
                self.special.push((key, Special::Versioned(history)));
            }
            "single_flight" => {
                let flight = special::flight(value, diag);
                self.special.push((key, Special::SingleFlight(flight)));
            }
            "lazy" => self.special.extend(flag(key, value, diag).map(|key| (key, Special::Lazy))),
            "with" => self.with = with_path(&key, value, diag).map(|path| (key, path)),
            "group" => self.group = name_value(&key, value, "totals", diag).map(|group| (key, group)),
            "on_panic" => self.on_panic = policy(&key, value, diag).map(|policy| (key, policy)),
            "invariant" => {
                self.invariant = function(&key, value, diag).map(|function| (key, function));
            }
            "guards" => self.guards = flag(key, value, diag),
            "leaf" => self.leaf = flag(key, value, diag),
            "after" => self.after = places(&key, value, diag).map(|places| (key, places)),
            "unobserved" => self.unobserved = flag(key, value, diag),
            "keep" | "poison" | "rollback" => {
                diag.error(&key, format_args!("`{name}` is a panic policy: write `on_panic = {name}`"));
            }
            key_of_struct if STRUCT_KEYS.contains(&key_of_struct) => diag.error(
                &key,
                format_args!(
                    "`{name}` is an option of the struct: write it in the attribute above the struct"
                ),
            ),
            _ => diag.error(&key, suggest::unknown_option(&name, &FIELD_KEYS)),
        }
    }

    fn take_word(&mut self, key: Ident, value: Option<TokenStream>, word: Word, diag: &mut Diag) {
        self.words.extend(flag(key, value, diag).map(|key| (key, word)));
    }
}

/// A key without a value. With one, it is reported and still counts.
#[expect(clippy::unnecessary_wraps, reason = "the caller stores an option")]
pub(super) fn flag(key: Ident, value: Option<TokenStream>, diag: &mut Diag) -> Option<Ident> {
    if let Some(value) = value {
        diag.error(value, format_args!("`{key}` takes no value"));
    }
    Some(key)
}

/// `key = an_identifier`.
fn name_value(key: &Ident, value: Option<TokenStream>, example: &str, diag: &mut Diag) -> Option<Ident> {
    let Some(value) = value else {
        diag.error(key, format_args!("`{key}` needs a name: `{key} = {example}`"));
        return None;
    };
    let name = Ident::parse_any.parse2(value.clone()).ok().filter(|name| {
        // A keyword or `_` cannot name a field; `r#type` can.
        syn::parse2::<Ident>(name.to_token_stream()).is_ok()
    });
    if name.is_none() {
        diag.error(
            &value,
            format_args!("`{key}` takes a plain name, found `{}`: `{key} = {example}`", shown(&value)),
        );
    }
    name
}

fn policy(key: &Ident, value: Option<TokenStream>, diag: &mut Diag) -> Option<Policy> {
    let Some(value) = value else {
        diag.error(key, "`on_panic` needs a policy: `on_panic = keep`, `poison` or `rollback`");
        return None;
    };
    let found = shown(&value);
    let policy = POLICIES.iter().find(|(word, _)| *word == found).map(|(_, policy)| *policy);
    if policy.is_none() {
        let words = POLICIES.map(|(word, _)| word);
        let hint = suggest::nearest(&found, &words)
            .map(|word| format!(", did you mean `{word}`?"))
            .unwrap_or_default();
        diag.error(
            value,
            format_args!("`on_panic` is `keep`, `poison` or `rollback`, found `{found}`{hint}"),
        );
    }
    policy
}

/// `key = path`, or a closure.
fn function(key: &Ident, value: Option<TokenStream>, diag: &mut Diag) -> Option<TokenStream> {
    let Some(value) = value else {
        diag.error(key, "`invariant` needs a function of `&value`: `invariant = path::is_sound`");
        return None;
    };
    if let Ok(syn::Expr::Path(_) | syn::Expr::Closure(_)) = syn::parse2(value.clone()) {
        return Some(value);
    }
    diag.error(
        &value,
        format_args!(
            "`invariant` takes the path of a function or a closure, found `{}`: `invariant = path::is_sound`, `invariant = |value| ..`",
            shown(&value)
        ),
    );
    None
}

/// `key = path::Type::field`, or several in parentheses.
fn places(key: &Ident, value: Option<TokenStream>, diag: &mut Diag) -> Option<Vec<Place>> {
    let Some(value) = value else {
        diag.error(key, "`after` needs a field: `after = path::Type::field`");
        return None;
    };
    match place::parse_all(value) {
        Ok(places) => Some(places),
        Err(found) => {
            diag.error(
                &found,
                format_args!(
                    "`after` takes fields with their structs, found `{}`: `after = path::Type::field`, or several in parentheses",
                    shown(&found)
                ),
            );
            None
        }
    }
}

/// The path of a cell type. Its arguments are ours to give: the field's type and its site.
fn with_path(key: &Ident, value: Option<TokenStream>, diag: &mut Diag) -> Option<Path> {
    let Some(value) = value else {
        diag.error(key, "`with` needs the path of a cell type: `with = path::MyCell`");
        return None;
    };
    let path = Path::parse_mod_style.parse2(value.clone()).ok();
    if path.is_none() {
        diag.error(
            &value,
            format_args!(
                "`with` takes the path of a cell type without arguments, found `{}`: `with = path::MyCell`",
                shown(&value)
            ),
        );
    }
    path
}

/// The path to this library. It is printed inside other items and other modules' macros, so only an absolute one is right everywhere.
pub(crate) fn crate_path(key: &Ident, value: Option<TokenStream>, diag: &mut Diag) -> Option<Path> {
    let Some(value) = value else {
        diag.error(key, "`crate` needs the path of this library: `crate = ::renamed`");
        return None;
    };
    let Ok(path) = Path::parse_mod_style.parse2(value.clone()) else {
        diag.error(
            &value,
            format_args!(
                "`crate` takes a path without arguments or quotes, found `{}`: `crate = ::renamed`",
                shown(&value)
            ),
        );
        return None;
    };
    let first = path.segments.first().map(|segment| segment.ident.to_string()).unwrap_or_default();
    if path.leading_colon.is_some() || first == "crate" || first == "$crate" {
        return Some(path);
    }
    let way_out = match first.as_str() {
        "self" | "super" | "Self" => "write it from the root: `crate::..`".to_owned(),
        _ => format!("write `::{}`", shown(&value)),
    };
    diag.error(
        &value,
        format_args!("`crate` takes an absolute path, found the relative `{}`: {way_out}", shown(&value)),
    );
    None
}
