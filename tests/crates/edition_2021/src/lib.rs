//! Case 60: the attribute in edition 2021; the crates around this one are of 2024.
#![deny(warnings)]

#[cfg(test)]
mod tests {
    use guarded_state::{Guarded, guarded};

    #[guarded]
    #[derive(Debug, Default)]
    struct Old<'a, T: Clone> {
        #[guarded]
        r#gen: Vec<T>,
        #[guarded(mutex, on_panic = rollback)]
        text: Option<&'a str>,
        #[guarded(group = both)]
        a: u32,
        #[guarded(group = both)]
        b: u32,
    }

    #[derive(Clone, Debug, PartialEq, Guarded)]
    struct Plain {
        #[guarded(monitor)]
        gen: u32,
    }

    #[test]
    fn r60_edition_2021() {
        let old = Old::<u8>::default();
        old.r#gen.with_write(|list| list.push(1));
        old.text.set(Some("a"));
        old.both.with_write(|both| (both.a, both.b) = (1, 2));
        assert_eq!(old.both.with_read(|both| both.a + both.b), 3);
        assert_eq!(SharedPlain::from(Plain { gen: 1 }).snapshot(), Plain { gen: 1 });
    }
}
