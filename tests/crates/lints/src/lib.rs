//! Cases 56, 57 and 58: nothing that the attribute writes sets off a lint. `ci` runs clippy over this crate, too.
#![deny(
    warnings,
    future_incompatible,
    keyword_idents,
    let_underscore,
    nonstandard_style,
    refining_impl_trait,
    rust_2018_idioms,
    rust_2021_compatibility,
    rust_2024_compatibility,
    unused
)]
#![forbid(
    dead_code,
    missing_debug_implementations,
    missing_docs,
    single_use_lifetimes,
    trivial_casts,
    trivial_numeric_casts,
    unit_bindings,
    unnameable_types,
    unreachable_pub,
    unsafe_code,
    unused_extern_crates,
    unused_import_braces,
    unused_lifetimes,
    unused_qualifications,
    unused_results,
    variant_size_differences
)]
#![deny(clippy::all, clippy::pedantic, clippy::nursery, clippy::cargo)]
#![deny(
    clippy::absolute_paths,
    clippy::allow_attributes,
    clippy::arbitrary_source_item_ordering,
    clippy::as_conversions,
    clippy::clone_on_ref_ptr,
    clippy::default_numeric_fallback,
    clippy::disallowed_script_idents,
    clippy::exhaustive_structs,
    clippy::expect_used,
    clippy::field_scoped_visibility_modifiers,
    clippy::indexing_slicing,
    clippy::min_ident_chars,
    clippy::missing_docs_in_private_items,
    clippy::missing_inline_in_public_items,
    clippy::missing_trait_methods,
    clippy::mod_module_files,
    clippy::multiple_inherent_impl,
    clippy::panic,
    clippy::partial_pub_fields,
    clippy::pub_use,
    clippy::renamed_function_params,
    clippy::same_name_method,
    clippy::shadow_unrelated,
    clippy::single_char_lifetime_names,
    clippy::single_call_fn,
    clippy::std_instead_of_core,
    clippy::str_to_string,
    clippy::undocumented_unsafe_blocks,
    clippy::unreachable,
    clippy::unwrap_used,
    clippy::use_self,
    clippy::wildcard_imports
)]
#![allow(
    clippy::cargo_common_metadata,
    clippy::multiple_crate_versions,
    reason = "of the workspace, not of the attribute"
)]

use guarded_state::{Guarded, guarded};
use std::collections::HashMap;

/// What is on the shelves.
#[guarded]
#[derive(Debug, Default)]
#[non_exhaustive]
pub struct Inventory<'text, Entry: Clone, const WIDTH: usize> {
    /// Bytes of one width.
    #[guarded(monitor)]
    bytes: Option<[u8; WIDTH]>,
    /// What was sold.
    #[guarded(mutex, on_panic = rollback)]
    journal: Vec<Entry>,
    /// Units on hand.
    #[guarded(guards)]
    stock: HashMap<&'text str, u32>,
    /// On the way.
    #[guarded(group = totals)]
    moving: u64,
    /// Promised.
    #[guarded(group = totals)]
    promised: u64,
}

impl<Entry: Clone, const WIDTH: usize> Inventory<'_, Entry, WIDTH> {
    /// Is there nothing?
    #[must_use]
    #[inline]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The number of all things that it holds.
    #[must_use]
    #[inline]
    pub fn len(&self) -> usize {
        let kept = self.journal.with_read(Vec::len).saturating_add(self.stock.read().len());
        let totals = self.totals.with_read(|totals| totals.moving == totals.promised);
        kept.saturating_add(usize::from(totals))
            .saturating_add(usize::from(self.bytes.with_read(Option::is_some)))
    }
}

/// A pair.
#[guarded]
#[derive(Debug, Default)]
#[non_exhaustive]
pub struct Pair(
    /// The first.
    #[guarded]
    pub u8,
    /// The second.
    #[guarded(mutex)]
    pub u8,
);

/// A book, as it is sent.
#[derive(Clone, Debug, Default, PartialEq, Eq, Guarded)]
#[guarded(twin = SharedBook)]
#[non_exhaustive]
pub struct Book {
    /// How many.
    #[guarded]
    pub copies: u32,
    /// What happened.
    #[guarded(mutex)]
    pub log: Vec<u8>,
    /// Its title.
    pub title: &'static str,
}

#[cfg(test)]
mod tests {
    use super::{Book, Inventory, Pair, SharedBook};

    #[test]
    fn r56_r57_r58_no_lint_fires() {
        let inventory = Inventory::<'_, u8, 3>::default();
        inventory.stock.write().extend([("a", 1)]);
        assert_eq!(inventory.len(), 2, "one thing, and the totals agree");
        let pair = Pair::default();
        pair.0.set(1);
        assert_eq!(pair.0.cloned(), 1, "it was set");
        let book = SharedBook::from(Book::default());
        assert_eq!(book.snapshot(), Book::default(), "nothing was written");
    }
}
