//! Who each guarded field is: one `impl FieldSite` a lock, in a block that no name leaves.

use super::cell::hash_literal;
use super::paths::again;
use super::{Paths, ours};
use crate::model::{Cell, Form, Guard, Model, unraw};
use crate::parse::place::Place;
use proc_macro2::{Ident, Literal, Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::Attribute;
use syn::spanned::Spanned;

/// One lock in one of its forms.
struct Site<'m> {
    label: String,
    cell: &'m Cell,
    /// The field's name in the source: reports show its line.
    name: Span,
    /// Where an error is shown.
    span: Span,
    condition: TokenStream,
    /// What it comes after by `after`, its own and those of the fields above it.
    after: Vec<&'m Place>,
    /// The field above it that something may come after.
    above: Option<String>,
}

/// All site impls, in source order.
pub(super) fn emit_sites(model: &Model, paths: &Paths<'_>) -> TokenStream {
    let mut output = TokenStream::new();
    let mut done: Vec<String> = Vec::new();
    let sites = sites(model);
    for site in &sites {
        if done.contains(&site.label) {
            continue;
        }
        done.push(site.label.clone());
        let forms: Vec<_> = sites.iter().filter(|other| other.label == site.label).collect();
        output.extend(emit_forms(model, done.len(), &forms, paths));
    }
    output
}

/// The impl does not name the field's type, so it needs no `cfg` of the field and stands whether the field does or not.
/// Where one name has several forms, exactly one impl is printed: that of the first form whose condition holds, or the last.
fn emit_forms(model: &Model, place: usize, forms: &[&Site<'_>], paths: &Paths<'_>) -> TokenStream {
    let mut output = TokenStream::new();
    let mut earlier: Vec<&TokenStream> = Vec::new();
    let last = forms.len().saturating_sub(1);
    for (index, site) in forms.iter().enumerate() {
        let own = &site.condition;
        let cfg = match (earlier.as_slice(), index == last) {
            ([], true) => TokenStream::new(),
            ([], false) => quote!(#[cfg(#own)]),
            (earlier, true) => quote!(#[cfg(not(any(#(#earlier),*)))]),
            (earlier, false) => quote!(#[cfg(all(#own, not(any(#(#earlier),*))))]),
        };
        output.extend(emit_site(model, place, site, &cfg, paths));
        earlier.push(own);
    }
    output
}

fn sites(model: &Model) -> Vec<Site<'_>> {
    let mut sites = Vec::new();
    let mut so_far = Vec::new();
    for (index, field) in model.fields.iter().enumerate() {
        let conditions = &field.conditions;
        match &field.guard {
            Guard::Plain => {}
            Guard::Cell(cell) => sites.push(Site {
                label: field.name.label(),
                cell,
                name: field.name.span(),
                span: ours(field.syntax.ty.span()),
                condition: quote!(all(#(#conditions),*)),
                after: after(&mut so_far, cell),
                above: above(&sites, &field.name.label()),
            }),
            Guard::Member(group) => {
                let group = model.groups.get(*group);
                if let Some(group) = group.filter(|group| group.members.first() == Some(&index)) {
                    sites.push(Site {
                        label: unraw(&group.name),
                        cell: &group.cell,
                        name: group.name.span(),
                        span: ours(group.name.span()),
                        condition: quote!(all()),
                        after: after(&mut so_far, &group.cell),
                        above: above(&sites, &unraw(&group.name)),
                    });
                }
            }
        }
    }
    sites
}

/// A field comes after all that the fields above it come after.
fn after<'m>(so_far: &mut Vec<&'m Place>, cell: &'m Cell) -> Vec<&'m Place> {
    so_far.extend(&cell.after);
    so_far.clone()
}

fn above(sites: &[Site<'_>], label: &str) -> Option<String> {
    sites.iter().rfind(|site| site.label != label && !site.cell.leaf).map(|site| site.label.clone())
}

fn emit_site(
    model: &Model,
    place: usize,
    site: &Site<'_>,
    cfg: &TokenStream,
    paths: &Paths<'_>,
) -> TokenStream {
    let span = site.span;
    let class = paths.item(span, "Class");
    let info = paths.item(span, "SiteInfo");
    let field_site = paths.item(span, "FieldSite");
    // `line!` tells the line of the outermost macro call around it: only with the user's own span is that the field.
    let file = paths.item(site.name, "file");
    let file = quote_spanned!(site.name=> #file!());
    let line = paths.item(site.name, "line");
    let line = quote_spanned!(site.name=> #line!());
    let owner = unraw(&model.item.ident);
    let label = &site.label;
    let strategy = site.cell.label();
    let hash = hash_literal(label, span);
    let (impl_generics, arguments, clause) = model.item.generics.split_for_impl();
    let (impl_generics, arguments, clause) = (again(impl_generics), again(arguments), again(clause));
    let ident = respanned(&model.item.ident);
    let options = emit_options(model, site, paths);
    let deprecated = deprecation(model);
    let order = model.ordered.then(|| emit_order(model, place, site, paths));
    quote_spanned! {span=>
        #cfg
        #deprecated
        const _: () = {
            static CLASS: #class = #class::new(#owner, #label, #strategy, #file, #line);
            impl #impl_generics #field_site<#hash> for #ident #arguments #clause {
                const INFO: &'static #info = &#info::new(&CLASS) #options;
            }
            #order
        };
    }
}

/// How many bits a place has.
const BITS: u32 = 16;

/// The rank of a position: its bits, as types.
pub(crate) fn rank_of(position: &TokenStream, span: Span, paths: &Paths<'_>) -> TokenStream {
    let (bit, place) = (paths.item(span, "bit"), paths.item(span, "Place"));
    let bits = (0..BITS).rev().map(|at| {
        let mut at = Literal::u32_unsuffixed(at);
        at.set_span(span);
        quote_spanned!(span=> { #bit(#position, #at) })
    });
    quote_spanned!(span=> #place<#(#bits),*>)
}

/// The field's place in the declared order, as a number and as a type, and its name for messages. The number has that
/// name too: a ring of `after` is a cycle of these constants, and rustc prints them.
fn emit_order(model: &Model, place: usize, site: &Site<'_>, paths: &Paths<'_>) -> TokenStream {
    let span = site.span;
    let ordered_site = paths.item(span, "OrderedSite");
    let hash = hash_literal(&site.label, span);
    let name = Ident::new(&format!("{}\u{b7}{}", unraw(&model.item.ident), site.label), span);
    let (impl_generics, arguments, clause) = model.item.generics.split_for_impl();
    let (impl_generics, arguments, clause) = (again(impl_generics), again(arguments), again(clause));
    let ident = respanned(&model.item.ident);
    let number_type = paths.item(span, "u16");
    let (number, rank, position) = if site.cell.leaf {
        let top = paths.item(span, "Top");
        let nothing_after = paths.item(span, "nothing_after_a_leaf");
        (TokenStream::new(), top, quote_spanned!(span=> #nothing_after()))
    } else {
        let position = paths.item(span, "position");
        let after = site.after.iter().map(|place| {
            let span = ours(place.span);
            let ordered_site = paths.item(span, "OrderedSite");
            let hash = hash_literal(&place.label, span);
            let owner = again(&place.owner);
            quote_spanned!(span=> <#owner as #ordered_site<#hash>>::POSITION)
        });
        let mut offset = Literal::usize_unsuffixed(place);
        offset.set_span(span);
        let rank = rank_of(&quote_spanned!(span=> #name), span, paths);
        (
            quote_spanned!(span=> const #name: #number_type = #position(&[#(#after),*], #offset);),
            rank,
            quote_spanned!(span=> #name),
        )
    };
    let (info, field_site) = (paths.item(span, "SiteInfo"), paths.item(span, "FieldSite"));
    let this = Ident::new("Self", span);
    quote_spanned! {span=>
        pub enum #name {}
        #number
        impl #impl_generics #ordered_site<#hash> for #ident #arguments #clause {
            type Name = #name;
            type Rank = #rank;
            const POSITION: #number_type = #position;
            fn info() -> &'static #info {
                <#this as #field_site<#hash>>::INFO
            }
        }
    }
}

/// The builder calls for what the attribute said. Instantiations of a generic struct are classes of their own in the lock order.
fn emit_options(model: &Model, site: &Site<'_>, paths: &Paths<'_>) -> TokenStream {
    let span = site.span;
    let generics = &model.item.generics;
    let instantiated = generics.type_params().next().is_some() || generics.const_params().next().is_some();
    let mut options = TokenStream::new();
    if instantiated {
        let type_name = paths.item(span, "type_name");
        options.extend(quote_spanned!(span=> .instantiation(#type_name::<Self>)));
    }
    if site.cell.leaf {
        options.extend(quote_spanned!(span=> .leaf()));
    }
    if site.cell.unobserved {
        options.extend(quote_spanned!(span=> .unobserved()));
    }
    if model.ordered {
        // Functions, for a chain of constants would end at the compiler's depth of queries.
        let info_of = |owner: TokenStream, label: &str, span: Span| {
            let ordered_site = paths.item(span, "OrderedSite");
            let hash = hash_literal(label, span);
            quote_spanned!(span=> <#owner as #ordered_site<#hash>>::info)
        };
        let this = Ident::new("Self", span);
        let above = site.above.iter().map(|label| info_of(quote!(#this), label, span));
        let declared =
            site.cell.after.iter().map(|place| info_of(again(&place.owner), &place.label, ours(place.span)));
        let fields: Vec<_> = above.chain(declared).collect();
        if !fields.is_empty() {
            options.extend(quote_spanned!(span=> .after(&[#(#fields),*])));
        }
    }
    options
}

/// A name of the user's as ours. Our tokens are of edition 2024, and of all that is a plain name in an older one only `gen`
/// is a keyword there.
pub(super) fn respanned(ident: &Ident) -> Ident {
    let span = ours(ident.span());
    if ident == "gen" {
        return Ident::new_raw("gen", span);
    }
    let mut ident = ident.clone();
    ident.set_span(span);
    ident
}

/// An impl for a deprecated struct uses it, and rustc says so even in a macro's output unless the macro is a derive of its
/// own. Nothing but `allow` silences it, and where `allow` is forbidden so is the use. The twin's conversions use the fields too.
pub(super) fn deprecation(model: &Model) -> Option<TokenStream> {
    let is_deprecated = |attrs: &[Attribute]| attrs.iter().any(|attr| attr.path().is_ident("deprecated"));
    let field = matches!(model.form, Form::Twin { .. })
        && model.fields.iter().any(|field| is_deprecated(&field.syntax.attrs));
    (field || is_deprecated(&model.item.attrs)).then(|| quote!(#[allow(deprecated)]))
}
