//! Proves what is particular to values that are made on first use.

use guarded_state::Lazy;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Barrier;
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread;

static WORDS: Lazy<Vec<u32>> = Lazy::new();

#[test]
fn many_threads_make_it_once() {
    static MADE: AtomicU32 = AtomicU32::new(0);
    let start = Barrier::new(16);
    let first = thread::scope(|scope| {
        let threads: Vec<_> = (0..16)
            .map(|_| {
                scope.spawn(|| {
                    start.wait();
                    WORDS.get_or_init(|| {
                        MADE.fetch_add(1, Ordering::Relaxed);
                        vec![7]
                    })
                })
            })
            .collect();
        threads
            .into_iter()
            .map(|thread| std::ptr::from_ref(thread.join().unwrap()) as usize)
            .collect::<Vec<_>>()
    });
    assert_eq!(MADE.load(Ordering::Relaxed), 1);
    assert!(first.iter().all(|address| *address == first[0]));
}

#[test]
fn a_panic_or_an_error_leaves_it_unmade() {
    let lazy: Lazy<u32> = Lazy::new();
    assert!(catch_unwind(AssertUnwindSafe(|| lazy.get_or_init(|| panic!("no disk")))).is_err());
    assert_eq!(lazy.get_or_try_init(|| Err("no network")), Err("no network"));
    assert_eq!((lazy.get(), format!("{lazy:?}").as_str()), (None, "<not made>"));
    assert_eq!(lazy.get_or_init(|| 3), &3);
    assert_eq!(lazy.set(4), Err(4));
}

#[test]
fn nothing_is_locked_once_it_is_made() {
    let lazy: Lazy<u32> = Lazy::from(3);
    // Its lock is never taken: inside of another value's making, and of its own users.
    let other: Lazy<u32> = Lazy::new();
    assert_eq!(other.get_or_init(|| lazy.get_or_init(|| unreachable!("it is made")) + 1), &4);
}

#[cfg(feature = "order-check")]
mod found {
    use super::*;
    use guarded_state::{Guarded, guarded};

    #[guarded]
    #[derive(Debug, Default)]
    struct Config {
        #[guarded(lazy)]
        table: Vec<u32>,
        #[guarded(lazy, leaf, unobserved)]
        name: String,
    }

    #[test]
    fn an_initialiser_that_asks_for_itself_is_told_both_lines() {
        let config = Config::default();
        let inner = || config.table.get_or_init(Vec::new).clone();
        let line = line!() + 1;
        let table = || config.table.get_or_init(inner);
        let said = *catch_unwind(AssertUnwindSafe(table)).unwrap_err().downcast::<String>().unwrap();
        assert!(
            said.starts_with(&format!("`Config.table` is asked for at {}:{}:", file!(), line - 2)),
            "{said}"
        );
        assert!(said.contains(&format!("called at {}:{line}:", file!())), "{said}");
        assert_eq!(config.table.get_or_init(|| vec![1]), &[1]);
        assert_eq!(config.name.get_or_init(|| "n".into()), "n");
        assert_eq!(format!("{config:?}"), r#"Config { table: [1], name: "n" }"#);
    }

    #[test]
    fn a_ring_with_another_lock_ends() {
        let (lazy, cell, both_inside) = (Lazy::<u32>::new(), Guarded::rw(1), Barrier::new(2));
        guarded_state::set_action(guarded_state::Finding::Inversion, guarded_state::Action::Ignore);
        let made = || {
            lazy.get_or_init(|| {
                both_inside.wait();
                cell.cloned()
            })
        };
        let asked = || {
            cell.with_write(|n| {
                both_inside.wait();
                *lazy.get_or_init(|| *n)
            })
        };
        let panicked = thread::scope(|scope| {
            let made = scope.spawn(|| catch_unwind(AssertUnwindSafe(|| *made())).is_err());
            let asked = scope.spawn(|| catch_unwind(AssertUnwindSafe(asked)).is_err());
            [made.join().unwrap(), asked.join().unwrap()]
        });
        assert_eq!(panicked.iter().filter(|panicked| **panicked).count(), 1);
    }
}
