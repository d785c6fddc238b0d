//! Proves that keys let in what comes later, and that ordered and plain code agree at run time.

use guarded_state::{Key, MayTake, Outcome, field, guarded, lock_order};
#[cfg(feature = "order-check")]
use guarded_state::{read, with_all};
use std::time::{Duration, Instant};

#[guarded(ordered)]
#[derive(Default, Debug)]
struct Inventory {
    #[guarded]
    stock: Vec<u32>,
    #[guarded(mutex, on_panic = poison)]
    journal: Vec<String>,
    #[guarded(monitor)]
    orders: u32,
    #[guarded(group = totals)]
    sold: u64,
    #[guarded(group = totals)]
    returned: u64,
    #[guarded(leaf)]
    hits: u64,
}

mod shop {
    use guarded_state::guarded;

    #[guarded(ordered)]
    #[derive(Default, Debug)]
    pub(crate) struct Shop<T> {
        #[guarded(after = super::Inventory::journal)]
        pub(crate) till: T,
        #[guarded]
        pub(crate) door: u32,
    }
}

#[guarded(ordered)]
#[derive(Default, Debug)]
struct Street(#[guarded(after = (shop::Shop<u8>::door, Inventory::orders))] u32, #[guarded(mutex)] u32);

fn note<L: MayTake<field!(Inventory::journal)>>(inventory: &Inventory, key: &mut Key<L>) {
    inventory.journal.under(key).with_write(|journal, _| journal.push("noted".into()));
}

#[test]
fn later_fields_are_let_in() {
    let (inventory, shop, street) = (Inventory::default(), shop::Shop::<u64>::default(), Street::default());
    let mut key = Key::claim().unwrap();
    note(&inventory, &mut key);
    let n = inventory.stock.under(&mut key).with_write(|stock, key| {
        stock.push(1);
        note(&inventory, key);
        inventory.journal.under(key).with_read(|journal, key| {
            shop.till.under(key).with_write(|till, key| {
                *till += journal.len() as u64;
                shop.door.under(key).with_write(|door, key| {
                    street.0.under(key).with_write(|street_0, key| {
                        *street_0 += 1;
                        street.1.under(key).with_write(|street_1, _| *street_1 + *street_0 + *door)
                    })
                })
            })
        })
    });
    assert_eq!((n, shop.till.under(&mut key).cloned()), (1, 2));
    inventory.orders.under(&mut key).with_write(|orders, key| {
        inventory.totals.under(key).with_write(|totals, key| {
            totals.sold += u64::from(*orders) + totals.returned;
            inventory.hits.under(key).with_write(|hits, _| *hits += 1);
        });
        street.0.under(key).with_read(|_, _| ());
    });
    assert_eq!(size_of_val(&key), 0);
}

#[test]
fn one_root_key_at_a_time() {
    let inventory = Inventory::default();
    let line = line!() + 1;
    let key = Key::claim().unwrap();
    let refused = Key::claim().unwrap_err().to_string();
    assert!(refused.contains(&format!("{}:{line}:", file!())), "{refused}");
    std::thread::scope(|s| {
        s.spawn(|| assert!(Key::claim().is_ok(), "another thread has its own"));
    });
    drop(key);
    drop(Key::claim().unwrap());
    #[cfg(feature = "order-check")]
    {
        let refused = inventory.stock.try_with_read(|_| Key::claim().unwrap_err().to_string()).unwrap();
        assert!(refused.contains("Inventory.stock"), "{refused}");
    }
    let panicked = std::panic::catch_unwind(|| {
        let mut key = Key::claim().unwrap();
        inventory.stock.under(&mut key).with_write(|_, _| panic!("half way"))
    });
    assert!(panicked.is_err());
    assert!(Key::claim().is_ok(), "given back on the way out");
}

#[guarded(ordered)]
#[derive(Default)]
struct Left {
    #[guarded]
    value: u32,
}

#[guarded(ordered)]
#[derive(Default)]
struct Right {
    #[guarded]
    value: u32,
}

lock_order! {
    /// Two structs that do not know each other.
    pub Other = [Right::value, Left::value];
}

#[test]
fn an_order_of_ones_own() {
    let (left, right) = (Left::default(), Right::default());
    let mut key = Key::<_, Other>::claim_in().unwrap();
    let sum = right.value.under(&mut key).with_read(|a, key| left.value.under(key).with_read(|b, _| a + b));
    assert_eq!(sum, 0);
}

/// Every call of a field is there under a key, and those with a closure hand on a deeper one.
#[test]
fn every_call_has_its_place() {
    let inventory = Inventory::default();
    let mut key = Key::claim().unwrap();
    let key = &mut key;
    let limit = Duration::from_secs(1);
    inventory.stock.under(key).set(vec![1]);
    inventory.stock.under(key).update(|stock| [&stock[..], &[2]].concat());
    assert_eq!(inventory.stock.under(key).replace(vec![3]), [1, 2]);
    assert_eq!(inventory.stock.under(key).take(), [3]);
    assert!(inventory.stock.under(key).cloned().is_empty());
    note(&inventory, key);
    let journal = &inventory.journal;
    inventory.stock.under(key).try_with_read(|_, key| note(&inventory, key)).unwrap();
    inventory.stock.under(key).try_with_write(|_, key| note(&inventory, key)).unwrap();
    inventory.stock.under(key).try_with_read_for(limit, |_, key| note(&inventory, key)).unwrap();
    inventory.stock.under(key).try_with_write_for(limit, |_, key| note(&inventory, key)).unwrap();
    let refused = inventory.stock.under(key).transact(|stock, key| {
        stock.push(4);
        note(&inventory, key);
        Err::<(), _>("put back")
    });
    assert_eq!(refused, Err("put back"));
    inventory.stock.under(key).recover(|stock, key| {
        journal.under(key).with_read(|journal, _| stock.extend(journal.iter().map(|_| 1)));
    });
    assert_eq!(inventory.stock.under(key).cloned(), [1; 6]);
    inventory.stock.under(key).with_upgradable(|stock, key| {
        note(&inventory, key);
        stock.upgrade(Vec::clear);
        note(&inventory, key);
    });
    inventory.stock.under(key).try_with_upgradable_for(limit, |_, key| note(&inventory, key)).unwrap();
    assert_eq!(journal.under(key).with_read(|journal, _| journal.len()), 9);
    #[cfg(feature = "observe")]
    {
        let (_, stamp) = inventory.stock.under(key).cloned_stamped();
        assert_eq!(inventory.stock.under(key).with_write_if(stamp, |_, key| note(&inventory, key)), Some(()));
        assert_eq!(inventory.stock.under(key).set_if(stamp, vec![]), Err(vec![]));
    }
}

/// A monitor under a key waits, and then locks what comes after it.
#[test]
fn waits_under_a_key() {
    let inventory = Inventory::default();
    std::thread::scope(|s| {
        s.spawn(|| {
            let mut key = Key::claim().unwrap();
            inventory.orders.under(&mut key).with_write_when(
                |orders| *orders == 3,
                |orders, key| inventory.hits.under(key).with_write(|hits, _| *hits += u64::from(*orders)),
            );
        });
        let mut key = Key::claim().unwrap();
        inventory.orders.under(&mut key).set(3);
    });
    let mut key = Key::claim().unwrap();
    let again = |outcome| assert_eq!(outcome, Outcome::Met);
    let limit = Duration::from_secs(1);
    inventory.orders.under(&mut key).with_write_when_for(
        limit,
        |n| *n == 3,
        |_, outcome, key| {
            again(outcome);
            inventory.hits.under(key).with_read(|hits, _| assert_eq!(*hits, 3));
        },
    );
    let deadline = Instant::now() + limit;
    inventory.orders.under(&mut key).with_write_when_until(
        deadline,
        |n| *n == 3,
        |_, outcome, _| again(outcome),
    );
}

#[cfg(feature = "order-check")]
#[test]
fn code_without_keys_is_checked_at_run_time() {
    let inventory = Inventory::default();
    let mut key = Key::claim().unwrap();
    inventory.stock.under(&mut key).with_write(|_, key| inventory.orders.under(key).with_read(|_, _| ()));
    drop(key);
    guarded_state::set_action(guarded_state::Finding::Inversion, guarded_state::Action::Panic);
    let other_way = || inventory.orders.try_with_write(|_| with_all((read(&inventory.stock),), |_| ()));
    let payload = std::panic::catch_unwind(std::panic::AssertUnwindSafe(other_way)).unwrap_err();
    assert!(payload.downcast_ref::<String>().unwrap().contains("Inventory.stock"));
}

#[cfg(feature = "order-check")]
#[guarded(ordered)]
#[derive(Default)]
struct Chain {
    #[guarded]
    first: u32,
    #[guarded]
    between: u32,
    #[guarded]
    last: u32,
}

#[cfg(feature = "order-check")]
#[guarded(ordered)]
#[derive(Default)]
struct Next {
    #[guarded(after = Chain::last)]
    end: u32,
}

/// Who goes against it is told the first time, not who keeps it later; and it has not been seen before.
#[cfg(feature = "order-check")]
#[test]
fn what_is_declared_is_known_before_it_is_seen() {
    use std::panic::{AssertUnwindSafe, catch_unwind};
    guarded_state::set_action(guarded_state::Finding::Inversion, guarded_state::Action::Panic);
    let (chain, next) = (Chain::default(), Next::default());
    let line = line!() + 1;
    let against = || next.end.try_with_write(|_| with_all((read(&chain.first),), |_| ()));
    for _again in 0..2 {
        let payload = catch_unwind(AssertUnwindSafe(against)).unwrap_err();
        let told = payload.downcast_ref::<String>().unwrap();
        assert_eq!(told.matches(&format!("{}:{line}", file!())).count(), 2, "{told}");
        let declared = "`Next.end` (at tests/ordered.rs";
        assert!(
            told.contains(declared) && told.contains("is declared to come after `Chain.first`"),
            "{told}"
        );
        assert!(!told.contains("Chain.between"), "fields between the two say nothing: {told}");
    }
    let mut key = Key::claim().unwrap();
    chain.first.under(&mut key).with_write(|_, key| next.end.under(key).with_write(|_, _| ()));
    drop(key);
    with_all((read(&next.end), read(&chain.last), read(&chain.first)), |_| ()); // takes them in that order

    // Through a third that is declared nowhere.
    let third = guarded_state::Guarded::rw(1);
    third.with_read(|_| with_all((read(&chain.between),), |_| ()));
    let ring = || next.end.try_with_read(|_| third.with_read(|_| ()));
    let payload = catch_unwind(AssertUnwindSafe(ring)).unwrap_err();
    assert!(payload.downcast_ref::<String>().unwrap().contains("is declared to come after"));
}

/// A root key says nothing of what is held without one: that is the run-time check's.
#[cfg(feature = "order-check")]
#[test]
fn a_root_key_inside_a_scope_without_one() {
    use std::panic::{AssertUnwindSafe, catch_unwind};
    guarded_state::set_action(guarded_state::Finding::Inversion, guarded_state::Action::Panic);
    let chain = Chain::default();
    let mut key = Key::claim().unwrap();
    let inside = chain.last.try_with_write(|_| {
        catch_unwind(AssertUnwindSafe(|| chain.first.under(&mut key).with_read(|_, _| ()))).is_err()
    });
    assert_eq!(inside, Ok(true));
}

#[guarded(ordered)]
#[derive(Default)]
struct Prices {
    #[guarded]
    by_name: std::collections::HashMap<String, u32>,
    #[guarded(mutex)]
    changes: u32,
}

/// So are the keyed calls of a map; their closures get no deeper key.
#[test]
fn keyed_calls_under_a_key() {
    let prices = Prices::default();
    let mut key = Key::claim().unwrap();
    prices.by_name.under(&mut key).insert("bolt".into(), 3);
    prices.by_name.under(&mut key).with_write_key("bolt".into(), |price| *price.or_default() += 1);
    prices.by_name.under(&mut key).with_read(|by_name, key| {
        prices.changes.under(key).with_write(|changes, _| *changes += by_name["bolt"]);
    });
    assert_eq!(prices.changes.under(&mut key).cloned(), 4);
}
