//! Errors are collected, so that three mistakes give three messages in one run.

use proc_macro2::TokenStream;
use quote::ToTokens;
use std::fmt::Display;
use syn::Error;

/// All that is wrong so far.
#[derive(Default)]
#[must_use = "errors that nobody prints are lost"]
pub(crate) struct Diag {
    errors: Vec<Error>,
}

impl Diag {
    /// One mistake, underlined at `at`.
    pub(crate) fn error(&mut self, at: impl ToTokens, message: impl Display) {
        self.errors.push(Error::new_spanned(at, message));
    }

    /// Two options that cannot stand together: one message whose underline runs from the first to the second.
    pub(crate) fn contradiction(
        &mut self,
        first: impl ToTokens,
        second: impl ToTokens,
        message: impl Display,
    ) {
        let mut both = first.into_token_stream();
        second.to_tokens(&mut both);
        self.errors.push(Error::new_spanned(both, message));
    }

    /// What another parser found.
    pub(crate) fn push(&mut self, error: Error) {
        self.errors.push(error);
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.errors.is_empty()
    }

    /// One `compile_error!` a message, in the order found.
    pub(crate) fn into_tokens(self) -> TokenStream {
        self.errors.iter().map(Error::to_compile_error).collect()
    }
}
