//! Proves what the options of the attribute put in place: a group's lock and policy, a cell of the user's own.

use guarded_state::guarded;
use std::panic::{AssertUnwindSafe, catch_unwind};

mod counted {
    use guarded_state::{Guarded, Keyless, Mutex};

    /// A cell around a cell, without a way to write but one.
    pub(crate) struct Counter<T, S: Keyless>(Guarded<T, Mutex, S>);

    impl<S: Keyless> Counter<u64, S> {
        pub(crate) const fn new(start: u64) -> Self {
            Self(Guarded::new(start))
        }

        #[track_caller]
        pub(crate) fn next(&self) -> u64 {
            self.0.with_write(|n| {
                *n += 1;
                *n
            })
        }
    }
}

#[guarded]
struct Options {
    #[guarded]
    single: u32,
    #[guarded(group = totals)]
    first: u32,
    #[guarded(group = totals)]
    second: u32,
    #[guarded(group = log, mutex, guards, on_panic = keep)]
    lines: Vec<String>,
    #[guarded(group = log)]
    bytes: usize,
    #[guarded(with = counted::Counter)]
    tickets: u64,
}

fn options() -> Options {
    Options {
        single: 0.into(),
        totals: OptionsTotals { first: 1, second: 2 }.into(),
        log: OptionsLog { lines: Vec::new(), bytes: 0 }.into(),
        tickets: counted::Counter::new(7),
    }
}

#[test]
fn a_group_has_one_lock() {
    let options = options();
    options.totals.with_write(|totals| {
        std::mem::swap(&mut totals.first, &mut totals.second);
        let beside = || options.totals.try_with_read(|_| ()).is_err();
        assert!(std::thread::scope(|s| s.spawn(beside).join().unwrap()));
    });
    assert_eq!(options.totals.with_read(|totals| (totals.first, totals.second)), (2, 1));
    let mut log = options.log.write();
    log.lines.push("a line".to_owned());
    log.bytes += 6;
}

#[test]
fn a_group_poisons_and_a_field_keeps_by_default() {
    fn half<T>(_: &mut T) -> bool {
        panic!("half way");
    }
    let options = options();
    let scopes: [&dyn Fn() -> bool; 3] =
        [&|| options.single.with_write(half), &|| options.totals.with_write(half), &|| {
            options.log.with_write(half)
        }];
    for scope in scopes {
        assert!(catch_unwind(AssertUnwindSafe(scope)).is_err());
    }
    assert!(options.single.try_with_read(|_| ()).is_ok());
    assert!(options.totals.try_with_read(|_| ()).is_err() && options.totals.is_poisoned());
    assert!(options.log.try_with_read(|_| ()).is_ok());
}

#[test]
fn with_puts_in_a_cell_of_your_own() {
    let options = options();
    assert_eq!((options.tickets.next(), options.tickets.next()), (8, 9));
    #[cfg(feature = "observe")]
    assert!(guarded_state::report().fields.iter().any(|field| field.field == "Options.tickets"));
}
