//! Case 49: the dependency is called `locks` here, and there is no crate `guarded_state`.
#![deny(warnings)]

#[cfg(test)]
mod tests {
    use locks::{Guarded, guarded};

    #[guarded(crate = ::locks)]
    #[derive(Debug, Default)]
    struct Renamed<T: Clone> {
        #[guarded(guards)]
        list: Vec<T>,
        #[guarded(group = both, on_panic = rollback)]
        a: T,
        #[guarded(group = both)]
        b: u32,
    }

    #[derive(Clone, Debug, PartialEq, Guarded)]
    #[guarded(crate = ::locks, twin = Together)]
    struct Plain {
        #[guarded(monitor)]
        count: u32,
    }

    #[test]
    fn r49_renamed_dependency() {
        let renamed = Renamed::default();
        renamed.list.write().push(1);
        renamed.both.with_write(|both| both.a = both.b + 1);
        assert_eq!(renamed.list.read().len(), 1);
        assert_eq!(renamed.both.with_read(|both| both.a), 1);
        assert_eq!(Together::from(Plain { count: 1 }).snapshot(), Plain { count: 1 });
    }
}
