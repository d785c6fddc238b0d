//! Case 50, the library's side: its users need not know what is behind the macro.
#![deny(warnings)]

#[doc(hidden)]
pub mod inner {
    pub use guarded_state;
}

/// A struct all of whose fields are guarded, with `new`.
#[macro_export]
macro_rules! shared {
    ($vis:vis struct $name:ident { $($field:ident: $ty:ty),* $(,)? }) => {
        #[$crate::inner::guarded_state::guarded(crate = $crate::inner::guarded_state)]
        $vis struct $name { $(#[guarded] $vis $field: $ty),* }
        impl $name {
            $vis fn new($($field: $ty),*) -> Self {
                Self { $($field: $crate::inner::guarded_state::Guarded::new($field)),* }
            }
        }
    };
}

#[cfg(test)]
mod tests {
    shared! { struct Own { a: u32 } }

    #[test]
    fn r50_in_the_crate_itself() {
        assert_eq!(Own::new(1).a.cloned(), 1);
    }
}
