//! The options of `sharded(..)`, `striped(..)`, `versioned(..)` and `single_flight(..)`.

use super::entries::{self, Entry};
use super::options::flag;
use super::suggest;
use crate::diag::Diag;
use crate::model::Flight;
use crate::scan::shown;
use proc_macro2::{Ident, TokenStream};
use syn::LitInt;

/// Units of time as they stand behind a number, and how many milliseconds each has.
const UNITS: [(&str, u64); 5] =
    [("ms", 1), ("s", 1_000), ("min", 60_000), ("h", 3_600_000), ("d", 86_400_000)];

const POWER_OF_TWO: &str = "a power of two up to 65536";

fn is_a_count(number: u64) -> bool {
    number.is_power_of_two() && number <= 1 << 16
}

/// `shards = 64, read_mostly`.
pub(super) fn shards(tokens: Option<TokenStream>, diag: &mut Diag) -> (u64, bool) {
    let (mut count, mut read_mostly) = (0, false);
    for Entry { key, value } in entries::parse(tokens.unwrap_or_default(), diag) {
        match key.to_string().as_str() {
            "shards" => count = number(&key, value, 64, POWER_OF_TWO, diag, is_a_count),
            "read_mostly" => read_mostly = flag(key, value, diag).is_some(),
            other => diag.error(&key, suggest::unknown_option(other, &["shards", "read_mostly"])),
        }
    }
    (count, read_mostly)
}

/// `stripes = 64`.
pub(super) fn stripes(tokens: Option<TokenStream>, diag: &mut Diag) -> u64 {
    one("stripes", tokens, diag, |key, value, diag| number(key, value, 64, POWER_OF_TWO, diag, is_a_count))
}

/// `history = 32`.
pub(super) fn history(tokens: Option<TokenStream>, diag: &mut Diag) -> u64 {
    one("history", tokens, diag, |key, value, diag| {
        number(key, value, 32, "a number up to 1048576", diag, |number| number <= 1 << 20)
    })
}

/// The only option.
fn one(
    option: &str,
    tokens: Option<TokenStream>,
    diag: &mut Diag,
    read: impl Fn(&Ident, Option<TokenStream>, &mut Diag) -> u64,
) -> u64 {
    let mut count = 0;
    for Entry { key, value } in entries::parse(tokens.unwrap_or_default(), diag) {
        if key == option {
            count = read(&key, value, diag);
        } else {
            diag.error(&key, suggest::unknown_option(&key.to_string(), &[option]));
        }
    }
    count
}

/// `option = 64`; 0 where that is reported.
fn number(
    option: &Ident,
    value: Option<TokenStream>,
    example: u64,
    allowed: &str,
    diag: &mut Diag,
    fits: fn(u64) -> bool,
) -> u64 {
    let Some(value) = value else {
        diag.error(option, format_args!("`{option}` needs a number: `{option} = {example}`"));
        return 0;
    };
    let number = syn::parse2::<LitInt>(value.clone()).and_then(|number| number.base10_parse::<u64>());
    match number {
        Ok(number) if fits(number) => number,
        _ => {
            diag.error(
                &value,
                format_args!("`{option}` is {allowed}, found `{}`: `{option} = {example}`", shown(&value)),
            );
            0
        }
    }
}

/// `ttl = 60s, negative_ttl = 500ms, on_panic = handover`, or `plain`.
pub(super) fn flight(tokens: Option<TokenStream>, diag: &mut Diag) -> Flight {
    const KEYS: [&str; 4] = ["ttl", "negative_ttl", "on_panic", "plain"];
    let mut flight = Flight::default();
    let mut plain = None;
    let mut kept = Vec::new();
    for Entry { key, value } in entries::parse(tokens.unwrap_or_default(), diag) {
        match key.to_string().as_str() {
            "ttl" => flight.ttl = milliseconds(&key, value, diag),
            "negative_ttl" => flight.negative_ttl = milliseconds(&key, value, diag),
            "on_panic" => {
                flight.hands_over = hands_over(&key, value, diag);
                continue;
            }
            "plain" => {
                plain = flag(key, value, diag);
                continue;
            }
            unknown => {
                diag.error(&key, suggest::unknown_option(unknown, &KEYS));
                continue;
            }
        }
        kept.push(key);
    }
    if let Some(plain) = &plain {
        for key in kept {
            diag.contradiction(
                plain,
                &key,
                format_args!("`plain` and `{key}` contradict: a plain single flight keeps nothing, its callers only share a load that is under way"),
            );
        }
    }
    flight.plain = plain.is_some();
    flight
}

/// `60s`, `500ms`.
fn milliseconds(key: &Ident, value: Option<TokenStream>, diag: &mut Diag) -> u64 {
    let Some(value) = value else {
        diag.error(key, format_args!("`{key}` needs a time: `{key} = 60s`"));
        return 0;
    };
    let parsed = syn::parse2::<LitInt>(value.clone()).ok().and_then(|number| {
        let (_, unit) = UNITS.iter().find(|(unit, _)| *unit == number.suffix())?;
        number.base10_parse::<u64>().ok()?.checked_mul(*unit).filter(|time| *time > 0)
    });
    parsed.unwrap_or_else(|| {
        let units = UNITS.map(|(unit, _)| format!("`{unit}`")).join(", ");
        diag.error(
            &value,
            format_args!(
                "`{key}` is a whole number, not 0, with its unit ({units}), found `{}`: `{key} = 60s`",
                shown(&value)
            ),
        );
        0
    })
}

fn hands_over(key: &Ident, value: Option<TokenStream>, diag: &mut Diag) -> bool {
    let found = value.as_ref().map(shown).unwrap_or_default();
    match (value, found.as_str()) {
        (None, _) => {
            diag.error(key, "`on_panic` needs a policy: `on_panic = propagate` or `handover`");
            false
        }
        (_, "propagate") => false,
        (_, "handover") => true,
        (Some(value), _) => {
            let hint = suggest::nearest(&found, &["propagate", "handover"])
                .map(|word| format!(", did you mean `{word}`?"))
                .unwrap_or_default();
            diag.error(
                value,
                format_args!(
                    "`on_panic` of a single flight is `propagate` or `handover`, found `{found}`{hint}"
                ),
            );
            false
        }
    }
}
