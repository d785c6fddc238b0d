//! Rules about the options of one field: each pair that cannot stand together is underlined from the one to the other.

use crate::diag::Diag;
use crate::model::{Policy, Special};
use crate::parse::{FieldOptions, Input, Macro};

pub(super) fn check(options: &FieldOptions, input: &Input, diag: &mut Diag) {
    one_strategy(options, diag);
    forms_are_not_for_all(options, input, diag);
    after_needs_an_ordered_struct(options, input, diag);
    guards_have_no_key(options, input, diag);
    with_stands_alone(options, diag);
    guards_keep_what_they_leave(options, diag);
    an_invariant_is_looked_at_as_scopes_end(options, diag);
}

/// A guard may be leaked, and what has many locks has no moment at which all of it is seen.
fn an_invariant_is_looked_at_as_scopes_end(options: &FieldOptions, diag: &mut Diag) {
    let Some((invariant, _)) = &options.invariant else { return };
    if let Some(guards) = &options.guards {
        diag.contradiction(
            guards,
            invariant,
            "`guards` and `invariant` contradict: an invariant is looked at as write scopes end, and a guard may be leaked",
        );
    }
    if let Some((with, _)) = &options.with {
        diag.contradiction(
            with,
            invariant,
            "`with` and `invariant` contradict: the scopes of your own cell are its own",
        );
    }
    if let Some((word, _)) = options.special.first() {
        diag.contradiction(
            word,
            invariant,
            format_args!("`{word}` and `invariant` contradict: an invariant is for one lock around one value, `rw`, `mutex`, `monitor` or a group"),
        );
    }
}

/// The order that is learned at run time has no place for declarations; inside one struct it is that of the fields.
fn after_needs_an_ordered_struct(options: &FieldOptions, input: &Input, diag: &mut Diag) {
    let Some((after, places)) = &options.after else { return };
    if input.options.ordered.is_none() {
        diag.error(
            after,
            "`after` declares a place in an order: write `#[guarded(ordered)]` above the struct",
        );
    }
    for place in places.iter().filter(|place| place.is_of(&input.item.ident)) {
        diag.error(
            &place.owner,
            "`after` names a field of another struct: fields of one struct are ordered as they are declared, from top to bottom",
        );
    }
}

/// A guard would outlive the scope whose key it came from.
fn guards_have_no_key(options: &FieldOptions, input: &Input, diag: &mut Diag) {
    if let (Some(guards), Some(_)) = (&options.guards, &input.options.ordered) {
        diag.error(
            guards,
            "`guards` is not for the fields of an `ordered` struct: a guard outlives the scope whose key let it in",
        );
    }
}

/// A guard may be leaked, and then nothing would put the value back.
fn guards_keep_what_they_leave(options: &FieldOptions, diag: &mut Diag) {
    if let (Some(guards), Some((on_panic, Policy::Rollback))) = (&options.guards, &options.on_panic) {
        diag.contradiction(
            guards,
            on_panic,
            "`guards` and `on_panic = rollback` contradict: a leaked guard would never put the value back; use `keep` or `poison`",
        );
    }
}

/// A field has one lock.
fn one_strategy(options: &FieldOptions, diag: &mut Diag) {
    let words = options.words.iter().map(|(word, _)| word);
    let mut words: Vec<_> = words.chain(options.special.iter().map(|(word, _)| word)).collect();
    words.dedup();
    if let [first, rest @ ..] = words.as_slice() {
        for second in rest {
            diag.contradiction(
                first,
                second,
                format_args!("a field is `{first}` or `{second}`, not both: one lock guards it"),
            );
        }
    }
}

/// What is not one lock around one value has no guard, no place in a group, and no key.
fn forms_are_not_for_all(options: &FieldOptions, input: &Input, diag: &mut Diag) {
    let Some((word, form)) = options.special.first() else { return };
    if let Some(guards) = &options.guards {
        diag.contradiction(
            word,
            guards,
            format_args!("`{word}` and `guards` contradict: a guard holds the one lock of a field, `rw`, `mutex` or `monitor`"),
        );
    }
    if let Some((group, _)) = &options.group {
        diag.contradiction(
            word,
            group,
            format_args!(
                "`{word}` and `group` contradict: the lock of a group is `rw`, `mutex` or `monitor`"
            ),
        );
    }
    if let Some((on_panic, _)) = &options.on_panic {
        let why = match form {
            Special::Sharded(..) => None,
            Special::Striped(_) => {
                Some("its locks guard no value of theirs that a panic could leave half done")
            }
            Special::Versioned(_) => {
                Some("a write works on a copy, and a panic publishes nothing: nothing is half done")
            }
            Special::SingleFlight(_) => Some(
                "no code of yours runs under its locks; what a loader's panic means to those who wait is said inside, `single_flight(on_panic = handover)`",
            ),
            Special::Lazy => {
                Some("an initialiser that panics leaves it unmade, and the next caller tries again")
            }
        };
        if let Some(why) = why {
            diag.contradiction(word, on_panic, format_args!("`{word}` and `on_panic` contradict: {why}"));
        }
    }
    if let (Some((with, _)), true) = (&options.with, options.words.is_empty()) {
        diag.contradiction(
            word,
            with,
            format_args!("`with` and `{word}` contradict: the cell of `with` brings its own lock"),
        );
    }
    if input.options.ordered.is_some() {
        diag.error(
            word,
            format_args!(
                "`{word}` is not for the fields of an `ordered` struct: keys are for fields with one lock around their value; move it to a struct without `ordered`, whose order is checked at run time"
            ),
        );
    }
    if input.at_work == Macro::Derive {
        diag.error(
            word,
            format_args!("`{word}` is not for `#[derive(Guarded)]`: a snapshot reads all fields at one moment, and a `{word}` field has none"),
        );
    }
}

/// A user's cell brings its own lock, its own policy and its own way to be shared.
fn with_stands_alone(options: &FieldOptions, diag: &mut Diag) {
    let Some((with, path)) = &options.with else { return };
    if let Some((word, _)) = options.words.first() {
        diag.contradiction(
            word,
            path,
            format_args!("`with` and `{word}` contradict: the cell of `with` brings its own lock"),
        );
    }
    if let Some((group, _)) = &options.group {
        diag.contradiction(
            with,
            group,
            "`with` and `group` contradict: the lock of a group is `rw`, `mutex` or `monitor`",
        );
    }
    if let Some((on_panic, _)) = &options.on_panic {
        diag.contradiction(
            with,
            on_panic,
            "`with` and `on_panic` contradict: the panic policy of your own cell is its own",
        );
    }
    if let Some(guards) = &options.guards {
        diag.contradiction(
            with,
            guards,
            "`with` and `guards` contradict: what your own cell hands out is its own affair",
        );
    }
}
