//! The type of a cell.

use super::{Paths, ours};
use crate::model::{Cell, Flight, Policy, Special, Strategy, hash};
use proc_macro2::{Ident, Literal, Span, TokenStream};
use quote::{ToTokens, quote_spanned};
use syn::Token;

/// `Guarded<T, Rw, At<Self, HASH>>`, or the user's own cell of `T` at that site. `user` is the value's type: a trait that
/// the type misses is reported there.
///
/// The last token is shown as the user's own. rustc takes the context of a whole field from its end, and says nothing of
/// an unused field that another crate's macro seems to have written.
pub(super) fn cell_type(
    paths: &Paths<'_>,
    ordered: bool,
    cell: &Cell,
    value: &dyn ToTokens,
    label: &str,
    user: Span,
) -> TokenStream {
    let span = ours(user);
    let close = Token![>](user);
    let at = paths.item(span, if ordered { "OrderedAt" } else { "At" });
    let owner = Ident::new("Self", span);
    let hash = hash_literal(label, span);
    let site = quote_spanned!(span=> #at<#owner, #hash>);
    match &cell.strategy {
        Strategy::Kind { .. } => {
            let guarded = paths.item(span, "Guarded");
            let kind = kind(paths, cell, &quote_spanned!(span=> #owner, #hash), span);
            quote_spanned!(span=> #guarded<#value, #kind, #site #close)
        }
        Strategy::With(path) => quote_spanned!(span=> #path<#value, #site #close),
        Strategy::Special { form: Special::Sharded(count, read_mostly), policy } => {
            let (sharded, count) = (paths.item(span, "Sharded"), number(*count, span));
            let mut policy = paths.item(span, policy.kind());
            if *read_mostly {
                let read_mostly = paths.item(span, "ReadMostly");
                policy = quote_spanned!(span=> #read_mostly<#policy>);
            }
            quote_spanned!(span=> #sharded<#value, #policy, #site, #count #close)
        }
        Strategy::Special { form: Special::Striped(count), .. } => {
            let (striped, count) = (paths.item(span, "Striped"), number(*count, span));
            quote_spanned!(span=> #striped<#value, #site, #count #close)
        }
        Strategy::Special { form: Special::Versioned(history), .. } => {
            let (versioned, history) = (paths.item(span, "Versioned"), number(*history, span));
            quote_spanned!(span=> #versioned<#value, #site, #history #close)
        }
        Strategy::Special { form: Special::SingleFlight(flight), .. } => {
            let single_flight = paths.item(span, "SingleFlight");
            let kind = flight_kind(paths, flight, span);
            quote_spanned!(span=> #single_flight<#value, #kind, #site #close)
        }
        Strategy::Special { form: Special::Lazy, .. } => {
            let lazy = paths.item(span, "Lazy");
            quote_spanned!(span=> #lazy<#value, #site #close)
        }
    }
}

/// `Rw`, `Mutex<Poison>`, `Monitor<Keep, Guards>`, `Rw<Checked<Poison, Self, HASH>>`: only what differs from the default is
/// written. `place` is the owner and the hash.
fn kind(paths: &Paths<'_>, cell: &Cell, place: &TokenStream, span: Span) -> TokenStream {
    let Strategy::Kind { word, policy, guards } = &cell.strategy else { return TokenStream::new() };
    let kind = paths.item(span, word.kind());
    let policy_type = paths.item(span, policy.kind());
    if cell.invariant.is_some() {
        let checked = paths.item(span, "Checked");
        return quote_spanned!(span=> #kind<#checked<#policy_type, #place>>);
    }
    if *guards {
        let guards = paths.item(span, "Guards");
        return quote_spanned!(span=> #kind<#policy_type, #guards>);
    }
    match policy {
        Policy::Keep => kind,
        Policy::Poison | Policy::Rollback => quote_spanned!(span=> #kind<#policy_type>),
    }
}

/// `Flight<Handover, 60000, 500>`, `Plain<Propagate>`.
fn flight_kind(paths: &Paths<'_>, flight: &Flight, span: Span) -> TokenStream {
    let panics = paths.item(span, if flight.hands_over { "Handover" } else { "Propagate" });
    if flight.plain {
        let plain = paths.item(span, "Plain");
        return quote_spanned!(span=> #plain<#panics>);
    }
    let kind = paths.item(span, "Flight");
    let (ttl, negative_ttl) = (number(flight.ttl, span), number(flight.negative_ttl, span));
    quote_spanned!(span=> #kind<#panics, #ttl, #negative_ttl>)
}

fn number(value: u64, span: Span) -> Literal {
    let mut literal = Literal::u64_unsuffixed(value);
    literal.set_span(span);
    literal
}

/// The hash of a field's name, as it stands in its site's type.
pub(crate) fn hash_literal(label: &str, span: Span) -> Literal {
    let mut literal = Literal::u64_suffixed(hash(label));
    literal.set_span(span);
    literal
}
