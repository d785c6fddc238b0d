//! The rules, one function each. A rule only reports; what is printed after an error is `recover`'s affair.

mod attributes;
mod groups;
mod options;

pub(crate) use attributes::{is_refused_derive, is_refused_repr};
pub(crate) use groups::clashing_groups;

use crate::diag::Diag;
use crate::lower::Forms;
use crate::model::{Form, Guard, Model, hash};
use crate::parse::{Input, Macro};
use crate::scan::{has_keyword_in_type, shown, ungroup};
use quote::ToTokens;
use std::collections::BTreeMap;
use syn::{Generics, Type, TypeParamBound, WherePredicate};

/// Every rule, in the order in which a reader meets the things they are about.
pub(crate) fn check(input: &Input, model: &Model, forms: &Forms, diag: &mut Diag) {
    attributes::one_attribute(input, diag);
    attributes::no_refused_derive(input, diag);
    attributes::no_refused_repr(input, diag);
    twin_belongs_to_the_derive(input, diag);
    twin_has_its_own_name(input, diag);
    some_field_is_marked(input, diag);
    attributes::one_marking(input, diag);
    for options in forms.options.iter().flatten() {
        options::check(options, input, diag);
    }
    twin_cells_are_ours(model, forms, diag);
    sized_types(input, diag);
    no_impl_trait(input, diag);
    no_default_value(input, diag);
    groups::check(model, forms, diag);
    names_hash_apart(model, diag);
}

/// A twin stands beside a struct that stays as it is; the attribute changes the struct itself.
fn twin_belongs_to_the_derive(input: &Input, diag: &mut Diag) {
    if let (Macro::Attribute, Some((key, _))) = (input.at_work, &input.options.twin) {
        diag.error(
            key,
            "`twin` belongs to the derive, which leaves the struct plain: write `#[derive(Guarded)]` above `#[guarded(twin = ..)]`",
        );
    }
}

/// Two structs of one name cannot stand side by side; rustc would underline both, not the option.
fn twin_has_its_own_name(input: &Input, diag: &mut Diag) {
    if let Some((_, twin)) = &input.options.twin
        && *twin == input.item.ident
    {
        diag.error(twin, format_args!("the twin cannot have the struct's own name `{twin}`"));
    }
}

/// A forgotten field attribute would otherwise leave a struct that looks guarded and is not.
fn some_field_is_marked(input: &Input, diag: &mut Diag) {
    if input.markings.iter().all(Vec::is_empty) && !input.options.has_field_options {
        diag.error(
            &input.item.ident,
            format_args!(
                "no field of `{}` is marked: write `#[guarded]` on each field that is to be guarded",
                input.item.ident
            ),
        );
    }
}

/// A snapshot locks all fields at one moment, which needs cells that the library knows.
fn twin_cells_are_ours(model: &Model, forms: &Forms, diag: &mut Diag) {
    if matches!(model.form, Form::InPlace) {
        return;
    }
    for options in forms.options.iter().flatten() {
        if let Some((key, _)) = &options.with {
            diag.error(
                key,
                "`with` is not for `#[derive(Guarded)]`: a snapshot reads all fields at one moment and cannot lock a cell of your own",
            );
        }
    }
}

/// A marked field with its type as written.
fn marked(input: &Input) -> impl Iterator<Item = &syn::Field> {
    input
        .item
        .fields
        .iter()
        .zip(&input.markings)
        .filter(|(_, marks)| !marks.is_empty())
        .map(|(field, _)| field)
}

/// A cell holds its value in place, and a site names a struct whose size is known. rustc's own message would name the cell's
/// internals.
fn sized_types(input: &Input, diag: &mut Diag) {
    let unsized_fields = input
        .item
        .fields
        .iter()
        .zip(&input.markings)
        .filter(|(field, _)| is_unsized(field, &input.item.generics));
    for (field, markings) in unsized_fields {
        let ty = ungroup(&field.ty);
        let what = if markings.is_empty() { "a field beside guarded ones" } else { "a guarded field" };
        diag.error(
            ty,
            format_args!(
                "{what} needs a type whose size is known, and `{}` may have none: box it, `Box<..>`",
                shown(ty)
            ),
        );
    }
}

/// `[T]`, `str`, `dyn Trait`, or a parameter with `?Sized`.
pub(crate) fn is_unsized(field: &syn::Field, generics: &Generics) -> bool {
    match ungroup(&field.ty) {
        Type::Slice(_) | Type::TraitObject(_) => true,
        Type::Path(path) => path.path.get_ident().is_some_and(|ident| {
            ident == "str" || {
                let bounds = generics
                    .type_params()
                    .filter(|param| param.ident == *ident)
                    .flat_map(|param| &param.bounds);
                bounds.chain(where_bounds(generics, ident)).any(is_maybe)
            }
        }),
        _ => false,
    }
}

fn where_bounds<'g>(generics: &'g Generics, ident: &syn::Ident) -> impl Iterator<Item = &'g TypeParamBound> {
    let predicates = generics.where_clause.iter().flat_map(|clause| &clause.predicates);
    predicates
        .filter_map(move |predicate| match predicate {
            WherePredicate::Type(predicate) => match ungroup(&predicate.bounded_ty) {
                Type::Path(path) if path.path.is_ident(ident) => Some(&predicate.bounds),
                _ => None,
            },
            _ => None,
        })
        .flatten()
}

fn is_maybe(bound: &TypeParamBound) -> bool {
    matches!(bound, TypeParamBound::Trait(bound) if bound.maybe.is_some())
}

/// Not a type a struct can have; rustc says so too, but at a place it made up.
fn no_impl_trait(input: &Input, diag: &mut Diag) {
    for field in marked(input) {
        if let Some(word) = has_keyword_in_type(&field.ty.to_token_stream(), "impl") {
            diag.error(
                word,
                "a field's type cannot be `impl Trait`: name the type, add a parameter to the struct, or use `Box<dyn Trait>`",
            );
        }
    }
}

/// A default field value is a constant of the type as written, and the field's type is another one now. The twin leaves it behind.
fn no_default_value(input: &Input, diag: &mut Diag) {
    if input.at_work == Macro::Derive {
        return;
    }
    for (_, value) in marked(input).filter_map(|field| field.default.as_ref()) {
        diag.error(
            value,
            "a guarded field cannot have a default value in the struct: implement `Default` instead",
        );
    }
}

/// Fields are told apart by a hash of their names. Practically never; but if, two fields would share one site.
fn names_hash_apart(model: &Model, diag: &mut Diag) {
    let cells = model
        .fields
        .iter()
        .filter(|field| matches!(field.guard, Guard::Cell(_)))
        .map(|field| (field.name.label(), field.name.span()));
    let groups = model.groups.iter().map(|group| (crate::model::unraw(&group.name), group.name.span()));
    let mut seen = BTreeMap::new();
    for (label, span) in cells.chain(groups) {
        match seen.insert(hash(&label), label.clone()) {
            Some(other) if other != label => diag.error(
                proc_macro2::Ident::new("_", span),
                format_args!(
                    "the names `{other}` and `{label}` have the same 64-bit hash: rename one of the fields"
                ),
            ),
            _ => {}
        }
    }
}
