//! Rules about lock groups.

use crate::diag::Diag;
use crate::generics::select;
use crate::lower::Forms;
use crate::model::{Group, Guard, Model, Name, Policy, unraw};
use crate::parse::FieldOptions;
use crate::scan::{mentions, shown};
use proc_macro2::{Ident, TokenStream};
use quote::ToTokens;
use syn::{Fields, Visibility};

pub(super) fn check(model: &Model, forms: &Forms, diag: &mut Diag) {
    no_group_in_a_tuple(model, forms, diag);
    no_group_named_like_a_field(model, diag);
    for group in &model.groups {
        one_visibility(model, group, diag);
        one_lock(model, forms, group, diag);
        guards_keep_what_they_leave(model, forms, group, diag);
        one_invariant(forms, group, diag);
        bounds_are_kept(model, group, diag);
        parameters_do_not_hang_on_cfg(model, group, diag);
    }
}

/// The members of a group are reached by their names, and so is the group.
fn no_group_in_a_tuple(model: &Model, forms: &Forms, diag: &mut Diag) {
    if !matches!(model.item.fields, Fields::Unnamed(_)) {
        return;
    }
    let mut keys = forms.options.iter().flatten().filter_map(|options| options.group.as_ref());
    if let Some((key, _)) = keys.next() {
        diag.error(
            key,
            "a group needs named fields: write the struct with braces, or guard one field that is a tuple",
        );
    }
}

/// Groups that cannot be printed, for their names are taken: of a field, or, in upper camel case, of another group.
pub(crate) fn clashing_groups(model: &Model) -> Vec<usize> {
    let field_of = |group: &Group| {
        model.fields.iter().any(|field| {
            !matches!(field.guard, Guard::Member(_))
                && matches!(&field.name, Name::Named(name) if unraw(name) == unraw(&group.name))
        })
    };
    let twice = |index: usize, group: &Group| {
        model.groups.iter().take(index).any(|earlier| earlier.ident == group.ident)
    };
    model
        .groups
        .iter()
        .enumerate()
        .filter(|(index, group)| field_of(group) || twice(*index, group))
        .map(|(index, _)| index)
        .collect()
}

/// The group becomes a field of the struct, so its name must be free.
fn no_group_named_like_a_field(model: &Model, diag: &mut Diag) {
    for group in clashing_groups(model).into_iter().filter_map(|index| model.groups.get(index)) {
        diag.error(
            &group.name,
            format_args!(
                "the group `{}` becomes a field of that name and a struct `{}`, and one of them is taken: give the group another name",
                group.name, group.ident
            ),
        );
    }
}

/// Who may lock the group may see all of it, so no member can be more private than another.
fn one_visibility(model: &Model, group: &Group, diag: &mut Diag) {
    let printed = |vis: &Visibility| vis.to_token_stream().to_string();
    let mut members = group.members.iter().filter_map(|member| model.fields.get(*member));
    let Some(first) = members.next() else { return };
    if let Some(other) = members.find(|field| printed(&field.syntax.vis) != printed(&first.syntax.vis)) {
        let describe = |vis: &Visibility| match vis {
            Visibility::Inherited => "private".to_owned(),
            vis => format!("`{}`", shown(vis)),
        };
        diag.error(
            place(other),
            format_args!(
                "the fields of the group `{}` need one visibility: `{}` is {}, and `{}` is {}",
                group.name,
                first.name.label(),
                describe(&first.syntax.vis),
                other.name.label(),
                describe(&other.syntax.vis)
            ),
        );
    }
}

fn place(field: &crate::model::Field) -> TokenStream {
    match (&field.syntax.vis, &field.name) {
        (Visibility::Inherited, Name::Named(name)) => name.to_token_stream(),
        (vis, _) => vis.to_token_stream(),
    }
}

/// One lock has one strategy and one policy: any member may give them, all that do must agree.
fn one_lock(model: &Model, forms: &Forms, group: &Group, diag: &mut Diag) {
    let strategy =
        |options: &FieldOptions| options.words.first().map(|(key, word)| (key.clone(), word.as_str()));
    let policy = |options: &FieldOptions| {
        options.on_panic.as_ref().map(|(key, policy)| (key.clone(), policy.as_str()))
    };
    let mut agree = |what: &str, given: &dyn Fn(&FieldOptions) -> Option<(Ident, &'static str)>| {
        let mut all = group.members.iter().filter_map(|member| {
            let (key, word) = given(forms.options.get(*member)?.as_ref()?)?;
            Some((model.fields.get(*member)?.name.label(), key, word))
        });
        let Some((first, _, said)) = all.next() else { return };
        if let Some((other, key, says)) = all.find(|(_, _, says)| *says != said) {
            diag.error(
                key,
                format_args!(
                    "the group `{}` has one {what}: `{first}` says `{said}`, and `{other}` says `{says}`",
                    group.name
                ),
            );
        }
    };
    agree("strategy", &strategy);
    agree("panic policy", &policy);
}

/// It is one of the group, given once; and no member says `guards`.
fn one_invariant(forms: &Forms, group: &Group, diag: &mut Diag) {
    let members = || group.members.iter().filter_map(|member| forms.options.get(*member)?.as_ref());
    let mut given = members().filter_map(|options| options.invariant.as_ref());
    let Some((_, first)) = given.next() else { return };
    if let Some((again, _)) = given.next() {
        diag.error(
            again,
            format_args!(
                "the group `{}` has one invariant, and has it already: `{}`",
                group.name,
                shown(first)
            ),
        );
    }
    let guards =
        members().filter(|options| options.invariant.is_none()).find_map(|options| options.guards.as_ref());
    if let Some(guards) = guards {
        diag.error(
            guards,
            format_args!(
                "the group `{}` has an invariant, which is looked at as write scopes end, and a guard may be leaked",
                group.name
            ),
        );
    }
}

/// As for a single field, where one member says `guards` and another `rollback`.
fn guards_keep_what_they_leave(model: &Model, forms: &Forms, group: &Group, diag: &mut Diag) {
    let of = |member: &usize| Some((model.fields.get(*member)?, forms.options.get(*member)?.as_ref()?));
    let members = || group.members.iter().filter_map(of);
    let rolls_back = |options: &FieldOptions| matches!(options.on_panic, Some((_, Policy::Rollback)));
    let Some((back, _)) = members().find(|(_, options)| rolls_back(options)) else { return };
    for (field, options) in members().filter(|(_, options)| !rolls_back(options)) {
        if let Some(guards) = &options.guards {
            diag.error(
                guards,
                format_args!(
                    "the group `{}` has one lock: `{}` says `guards`, and `{}` says `on_panic = rollback`; a leaked guard would never put the value back",
                    group.name,
                    field.name.label(),
                    back.name.label()
                ),
            );
        }
    }
}

/// The group's struct has the parameters that its members name. A bound over another one cannot be repeated there, and
/// rustc would say "cannot find type `U`" or "ambiguous associated type" about a struct that the user never wrote.
fn bounds_are_kept(model: &Model, group: &Group, diag: &mut Diag) {
    let tokens = types_of(model, group, |_| true);
    let dropped = select(&model.item.generics, &tokens).dropped;
    if let Some((bounded, missing)) = dropped.first() {
        let missing = param_name(missing);
        diag.error(
            &group.name,
            format_args!(
                "the group `{}` needs `{missing}` only through a bound of `{bounded}`, and a struct cannot have a parameter that none of its fields names: add a field that names `{missing}` (`PhantomData<{missing}>`) to the group, or leave the field that projects from `{bounded}` out of it",
                group.name
            ),
        );
    }
}

/// With the condition off, the group's struct would have a parameter that none of its fields names.
fn parameters_do_not_hang_on_cfg(model: &Model, group: &Group, diag: &mut Diag) {
    let conditions = |member: &usize| {
        model
            .fields
            .get(*member)
            .map(|field| field.conditions.iter().map(TokenStream::to_string).collect::<Vec<_>>())
    };
    let first = group.members.first().and_then(conditions);
    if group.members.iter().all(|member| conditions(member) == first) {
        // They come and go together, and the struct with them.
        return;
    }
    let always = types_of(model, group, |field| field.conditions.is_empty());
    for param in group.generics.params.iter().filter(|param| !mentions(&always, param)) {
        diag.error(
            &group.name,
            format_args!(
                "in the group `{}` only fields under `cfg` name the parameter `{}`: without them its struct could not have it",
                group.name,
                param_name(param)
            ),
        );
    }
}

fn types_of(model: &Model, group: &Group, wanted: fn(&crate::model::Field) -> bool) -> TokenStream {
    group
        .members
        .iter()
        .filter_map(|member| model.fields.get(*member))
        .filter(|field| wanted(field))
        .map(|field| field.syntax.ty.to_token_stream())
        .collect()
}

fn param_name(param: &syn::GenericParam) -> String {
    match param {
        syn::GenericParam::Lifetime(param) => param.lifetime.to_string(),
        syn::GenericParam::Type(param) => param.ident.to_string(),
        syn::GenericParam::Const(param) => param.ident.to_string(),
    }
}
