//! Rules about the options of one field: each pair that cannot stand together is underlined from the one to the other.

use crate::diag::Diag;
use crate::model::Policy;
use crate::parse::FieldOptions;

pub(super) fn check(options: &FieldOptions, diag: &mut Diag) {
    one_strategy(options, diag);
    with_stands_alone(options, diag);
    guards_keep_what_they_leave(options, diag);
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
    if let [(first, _), rest @ ..] = options.words.as_slice() {
        for (second, _) in rest {
            diag.contradiction(
                first,
                second,
                format_args!("a field is `{first}` or `{second}`, not both: one lock guards it"),
            );
        }
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
