//! Syntax to model. It is total: of a contradiction it takes the first part, so that there is always a struct to print.

mod group;
mod twin;

use crate::diag::Diag;
use crate::model::{Cell, Field, Form, Guard, Model, Name, Overlap, Policy, Strategy, Word, unraw};
use crate::parse::{FieldOptions, Input, Macro, Marking, conditions};
use crate::scan::shown;
use proc_macro2::{Ident, TokenStream};
use quote::quote;
use syn::spanned::Spanned;
use syn::{Fields, parse_quote};

/// The fields in each of their forms, with the options as written: what `check` judges beside the model.
pub(crate) struct Forms {
    /// As long as `Model::fields`; `None` for an unmarked form.
    pub(crate) options: Vec<Option<FieldOptions>>,
}

/// Builds the model. Options are read here, because a marking under two `cfg_attr` forms is read once for each.
pub(crate) fn lower(input: &Input, diag: &mut Diag) -> (Model, Forms) {
    let (item, form) = match input.at_work {
        Macro::Attribute => (input.item.clone(), Form::InPlace),
        Macro::Derive => {
            let plain = input.item.ident.clone();
            (twin::twin(&input.item, twin_name(input)), Form::Twin { plain })
        }
    };
    let mut fields = Vec::new();
    let mut options = Vec::new();
    let mut overlaps = Vec::new();
    for ((position, field), markings) in item.fields.iter().enumerate().zip(&input.markings) {
        overlaps.extend(overlap(markings));
        for (field, marking) in forms(field, markings) {
            let read = marking.map(|marking| FieldOptions::parse(marking.args.clone(), diag));
            fields.push(Field {
                name: name(&field, position),
                conditions: conditions(&field.attrs),
                guard: read.as_ref().map_or(Guard::Plain, |options| Guard::Cell(cell(options))),
                syntax: field,
            });
            options.push(read);
        }
    }
    let mut model = Model {
        krate: input.options.krate.clone(),
        form,
        ordered: input.options.ordered.is_some(),
        fields,
        groups: Vec::new(),
        overlaps,
        item,
    };
    if matches!(model.item.fields, Fields::Named(_)) {
        group::gather(&mut model, &options);
    }
    (model, Forms { options })
}

fn twin_name(input: &Input) -> Ident {
    match &input.options.twin {
        // Its own name is an error, and no second one is to follow from it.
        Some((_, twin)) if *twin != input.item.ident => twin.clone(),
        _ => {
            let name = format!("Shared{}", unraw(&input.item.ident));
            Ident::new(&name, crate::emit::ours(input.item.ident.span()))
        }
    }
}

fn name(field: &syn::Field, position: usize) -> Name {
    match &field.ident {
        Some(ident) => Name::Named(ident.clone()),
        None => Name::Position(position, field.ty.span()),
    }
}

/// One form for each condition under which the field is marked, and one for "none of them". We cannot know whether a
/// condition holds, so each form is printed under its own `cfg`.
fn forms<'m>(field: &syn::Field, markings: &'m [Marking]) -> Vec<(syn::Field, Option<&'m Marking>)> {
    if let Some(always) = markings.iter().find(|marking| marking.condition.is_none()) {
        return vec![(field.clone(), Some(always))];
    }
    let mut forms = Vec::new();
    let mut earlier: Vec<&TokenStream> = Vec::new();
    for marking in markings {
        let Some(condition) = &marking.condition else { continue };
        // Two of them holding at once is an error of its own; the first one then names the form.
        let form = match earlier.as_slice() {
            [] => condition.clone(),
            earlier => quote!(all(#condition, not(any(#(#earlier),*)))),
        };
        forms.push((under(field, &form), Some(marking)));
        earlier.push(condition);
    }
    let plain = match earlier.as_slice() {
        [] => field.clone(),
        [one] => under(field, &quote!(not(#one))),
        many => under(field, &quote!(not(any(#(#many),*)))),
    };
    forms.push((plain, None));
    forms
}

/// Two markings under different conditions are right as long as not both conditions hold; that only `cfg` can tell.
fn overlap(markings: &[Marking]) -> Vec<Overlap> {
    let mut overlaps = Vec::new();
    let mut rest = markings;
    while let [first, later @ ..] = rest {
        for second in later {
            if let (Some(a), Some(b)) = (&first.condition, &second.condition)
                && !obviously_settled(a, b)
            {
                overlaps.push(Overlap {
                    message: format!(
                        "`#[guarded]` is given twice on this field: `{}` and `{}` hold both",
                        shown(a),
                        shown(b)
                    ),
                    condition: quote!(all(#a, #b)),
                    span: second.path.span(),
                });
            }
        }
        rest = later;
    }
    overlaps
}

/// Equal conditions are an error of their own, and a condition and its opposite never hold both.
fn obviously_settled(a: &TokenStream, b: &TokenStream) -> bool {
    let (a, b) = (a.to_string(), b.to_string());
    let opposite = |of: &str| [format!("not ({of})"), format!("not({of})")];
    a == b || opposite(&a).contains(&b) || opposite(&b).contains(&a)
}

fn under(field: &syn::Field, condition: &TokenStream) -> syn::Field {
    let mut field = field.clone();
    field.attrs.insert(0, parse_quote!(#[cfg(#condition)]));
    field
}

/// The cell of a field that stands alone.
fn cell(options: &FieldOptions) -> Cell {
    Cell {
        strategy: match &options.with {
            Some((_, path)) if options.words.is_empty() => Strategy::With(path.clone()),
            _ => match options.special.first() {
                Some((_, form)) if options.words.is_empty() => Strategy::Special {
                    form: form.clone(),
                    policy: options.on_panic.as_ref().map_or(Policy::Keep, |(_, policy)| *policy),
                },
                _ => kind(options, Policy::Keep),
            },
        },
        leaf: options.leaf.is_some(),
        unobserved: options.unobserved.is_some(),
        invariant: options.invariant.as_ref().map(|(_, function)| function.clone()),
        after: options.after.iter().flat_map(|(_, places)| places).cloned().collect(),
    }
}

fn kind(options: &FieldOptions, default: Policy) -> Strategy {
    Strategy::Kind {
        word: options.words.first().map_or(Word::Rw, |(_, word)| *word),
        policy: options.on_panic.as_ref().map_or(default, |(_, policy)| *policy),
        guards: options.guards.is_some(),
    }
}

/// The cell of a field whose group cannot be printed.
pub(crate) fn alone() -> Cell {
    cell(&FieldOptions::default())
}
