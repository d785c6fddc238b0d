//! Long orders compile, quickly, at the default recursion limit.

/// 300 fields of one struct, and 299 nested uses of them.
pub mod wide {
    use guarded_state::{Key, guarded};
    include!(concat!(env!("OUT_DIR"), "/wide.rs"));
}

/// 1000 structs, each of which comes after the one before it.
pub mod chain {
    use guarded_state::guarded;
    include!(concat!(env!("OUT_DIR"), "/chain.rs"));
}

#[cfg(test)]
mod tests {
    use super::{chain, wide};
    use guarded_state::Key;

    #[test]
    fn three_hundred_fields_nest() {
        let wide = wide::Wide::default();
        let sum = wide::nested(&wide, &mut Key::claim().unwrap());
        assert_eq!(sum, 299, "each is one when it is looked at, and the next one nothing yet");
    }

    #[test]
    fn a_thousand_structs_follow_one_another() {
        let (first, last) = (chain::S0::default(), chain::S999::default());
        let mut key = Key::claim().unwrap();
        let sum = first.f.under(&mut key).with_read(|a, key| last.f.under(key).with_read(|b, _| a + b));
        assert_eq!(sum, 0);
    }
}
