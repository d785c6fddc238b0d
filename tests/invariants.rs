//! Proves that a broken invariant is told where it was broken, and that the panic policy is run.

use guarded_state::{
    Finding, Guarded, Verdict, check_invariants, guarded, on_event, transact_all, with_all, write,
};
use std::collections::HashMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Mutex;

fn sorted(list: &[u32]) -> Result<(), String> {
    match list.windows(2).position(|pair| pair[0] > pair[1]) {
        Some(place) => Err(format!("{} stands before {}", list[place], list[place + 1])),
        None => Ok(()),
    }
}

fn balanced<K>(accounts: &HashMap<K, i64>) -> bool {
    accounts.values().sum::<i64>() == 0
}

#[guarded]
#[derive(Default)]
struct Shop<T: PartialOrd = u32> {
    #[guarded(invariant = sorted)]
    kept: Vec<u32>,
    #[guarded(mutex, on_panic = poison, invariant = sorted)]
    poisoned: Vec<u32>,
    #[guarded(on_panic = rollback, invariant = sorted)]
    restored: Vec<u32>,
    #[guarded(monitor, invariant = balanced)]
    accounts: HashMap<String, i64>,
    #[guarded(group = totals, invariant = Self::adds_up)]
    sum: u64,
    #[guarded(group = totals)]
    parts: Vec<u64>,
    #[guarded(invariant = |pair| pair.0 <= pair.1)]
    range: (T, T),
}

impl<T: PartialOrd> Shop<T> {
    fn adds_up(totals: &ShopTotals) -> bool {
        totals.sum == totals.parts.iter().sum::<u64>()
    }
}

/// The text of its panic, in builds without debug assertions too.
fn message(run: impl FnOnce()) -> String {
    check_invariants(true);
    let payload = catch_unwind(AssertUnwindSafe(run)).expect_err("it panics");
    *payload.downcast::<String>().expect("with a text")
}

#[test]
fn the_scope_that_broke_it_is_told_and_the_policy_is_run() {
    let shop: Shop = Shop::default();
    let told = message(|| shop.kept.with_write(|list| list.extend([1, 3, 2])));
    let here = format!("{}:{}", file!(), line!() - 1);
    assert!(told.contains("`Shop<u32>.kept`") || told.contains("`Shop.kept`"), "{told}");
    assert!(told.contains(&here), "{told}");
    assert!(told.contains("`sorted`") && told.contains("3 stands before 2"), "{told}");
    assert_eq!(shop.kept.cloned(), [1, 3, 2], "keep keeps it");
    shop.kept.with_write(|list| list.sort_unstable());

    message(|| shop.poisoned.with_write(|list| list.extend([2, 1])));
    assert!(shop.poisoned.is_poisoned());
    let told = message(|| shop.poisoned.recover(|list| list.push(0)));
    assert!(told.contains("2 stands before 1"), "{told}");
    assert!(shop.poisoned.is_poisoned(), "what is not repaired stays refused");
    shop.poisoned.recover(|list| list.sort_unstable());
    assert_eq!(shop.poisoned.cloned(), [0, 1, 2]);

    message(|| shop.restored.with_write(|list| list.extend([2, 1])));
    assert!(shop.restored.cloned().is_empty(), "rollback puts it back");
}

#[test]
fn every_way_to_write_is_looked_at() {
    let shop: Shop = Shop::default();
    let bad = || vec![2, 1];
    message(|| shop.restored.set(bad()));
    message(|| drop(shop.restored.replace(bad())));
    message(|| shop.restored.update(|_| bad()));
    message(|| drop(shop.restored.try_with_write(|list| *list = bad())));
    message(|| {
        let _: Result<(), ()> = shop.restored.transact(|list| {
            *list = bad();
            Ok(())
        });
    });
    message(|| shop.restored.with_upgradable(|list| list.upgrade(|list| *list = bad())));
    message(|| with_all((write(&shop.restored), write(&shop.range)), |(list, _)| *list = bad()));
    message(|| with_all([write(&shop.restored)], |[list]| *list = bad()));
    message(|| with_all(vec![write(&shop.restored)], |mut lists| *lists[0] = bad()));
    message(|| {
        let _: Result<(), ()> = transact_all((write(&shop.restored),), |(list,)| {
            *list = bad();
            Ok(())
        });
    });
    #[cfg(feature = "observe")]
    {
        let (_, stamp) = shop.restored.cloned_stamped();
        message(|| drop(shop.restored.set_if(stamp, bad())));
    }
    assert!(shop.restored.cloned().is_empty());

    message(|| shop.accounts.with_write_when(|_| true, |all| all.extend([("a".into(), 1)])));
    shop.accounts.with_write(|all| all.extend([("b".into(), -1)]));
    assert_eq!(shop.accounts.get_cloned("b"), Some(-1), "keyed reads are there");
    message(|| shop.totals.with_write(|totals| totals.parts.push(1)));
    assert!(shop.totals.is_poisoned(), "the default of groups");
    shop.totals.recover(|totals| totals.sum = 1);
    message(|| shop.range.set((2, 1)));
    shop.range.set((1, 2));
}

#[test]
fn what_refuses_or_fails_is_not_looked_at() {
    let shop: Shop = Shop::default();
    let refused = shop.kept.transact(|list| {
        list.extend([2, 1]);
        Err::<(), _>("no")
    });
    assert_eq!((refused, shop.kept.cloned()), (Err("no"), vec![]));
    let told = catch_unwind(AssertUnwindSafe(|| {
        shop.kept.with_write(|list| {
            list.extend([2, 1]);
            panic!("its own");
        })
    }));
    assert_eq!(told.unwrap_err().downcast_ref::<&str>(), Some(&"its own"));
    assert_eq!(shop.kept.with_read(Vec::len), 2, "who only reads is not asked");
}

/// In a `Drop` while the thread unwinds it is told, and is no second panic.
#[test]
fn while_unwinding_it_is_told_only() {
    static TOLD: Mutex<Vec<String>> = Mutex::new(Vec::new());
    struct Late<'a>(&'a Shop);
    impl Drop for Late<'_> {
        fn drop(&mut self) {
            self.0.kept.with_write(|list| list.extend([9, 8]));
        }
    }
    on_event(|event| {
        if event.finding == Finding::InvariantBroken {
            TOLD.lock().unwrap().push(event.to_string());
        }
    });
    let shop: Shop = Shop::default();
    check_invariants(true);
    let unwound = catch_unwind(AssertUnwindSafe(|| {
        let _late = Late(&shop);
        panic!("first");
    }));
    assert!(unwound.is_err());
    assert!(TOLD.lock().unwrap().iter().any(|told| told.contains("9 stands before 8")));
}

/// A process of its own: the switch is the process's.
#[test]
fn they_are_looked_at_where_asked() {
    if std::env::var_os("SWITCHED").is_some() {
        let shop: Shop = Shop::default();
        check_invariants(false);
        shop.kept.set(vec![2, 1]);
        check_invariants(true);
        message(|| shop.kept.set(vec![3, 1]));
        return;
    }
    let again = std::process::Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "they_are_looked_at_where_asked"])
        .env("SWITCHED", "1")
        .output()
        .unwrap();
    assert!(again.status.success(), "{}", String::from_utf8_lossy(&again.stdout));
}

/// Fields under `cfg`, twins, ordered structs, lifetimes.
#[test]
fn on_structs_of_all_kinds() {
    fn short(text: &&str) -> bool {
        text.len() < 9
    }
    #[guarded]
    struct Texts<'a, const N: usize> {
        #[guarded(mutex, invariant = short)]
        #[cfg(test)]
        text: &'a str,
        #[cfg_attr(test, guarded(invariant = |list: &[u8; N]| list[0] == 0))]
        list: [u8; N],
    }
    #[guarded(ordered)]
    struct Ordered {
        #[guarded(invariant = |n| *n < 10)]
        n: u32,
    }
    #[derive(guarded_state::Guarded)]
    #[guarded(twin = SharedPlain)]
    struct Plain {
        #[guarded(invariant = |n| *n < 10)]
        n: u32,
    }
    let texts = Texts { text: "a".into(), list: [0; 4].into() };
    message(|| texts.text.set("much too long"));
    message(|| texts.list.with_write(|list| list[0] = 1));
    let ordered = Ordered { n: 0.into() };
    let mut key = guarded_state::Key::claim().unwrap();
    message(|| ordered.n.under(&mut key).with_write(|n, _| *n = 10));
    let shared = SharedPlain::from(Plain { n: 0 });
    message(|| shared.n.set(10));
    assert_eq!(shared.snapshot().n, 0);
}

#[test]
fn a_verdict_says_why() {
    assert_eq!((true.broken(), false.broken()), (None, Some(String::new())));
    assert_eq!("x".parse::<u8>().map(drop).broken().as_deref(), Some("invalid digit found in string"));
    let _: &Guarded<u32> = &Guarded::new(1); // a cell without one has the types it had
}
