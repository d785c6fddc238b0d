//! Proves that several locks in one call are one safe step: whatever the order, the modes, the kinds and the panics.

use guarded_state::{
    Guarded, Monitor, Mutex, Poison, Rw, TryError, each, guarded, read, transact_all, try_with_all,
    try_with_all_for, with_all, with_found, write,
};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Barrier;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

#[guarded]
#[derive(Debug, Default)]
struct Shop {
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
}

fn panics<R>(f: impl FnOnce() -> R) -> String {
    let payload = catch_unwind(AssertUnwindSafe(f)).err().expect("must panic");
    match payload.downcast::<String>() {
        Ok(message) => *message,
        Err(payload) => (*payload.downcast::<&str>().unwrap()).to_owned(),
    }
}

#[test]
fn any_mix_in_one_call() {
    let (shop, other) = (Shop::default(), Shop::default());
    let alone: Guarded<Vec<u8>, Mutex> = Guarded::new(vec![1]);
    let len = with_all(
        (
            write(&shop.stock),
            read(&other.stock),
            write(&shop.journal),
            write(&shop.orders),
            write(&shop.totals),
            read(&alone),
        ),
        |(stock, others, journal, orders, totals, alone)| {
            stock.push(1);
            journal.push("a".into());
            *orders += 1;
            totals.sold += 2;
            stock.len() + others.len() + alone.len()
        },
    );
    assert_eq!((len, shop.stock.cloned(), shop.orders.cloned()), (2, vec![1], 1));
    assert_eq!(shop.totals.with_read(|totals| totals.sold + totals.returned), 2);
}

#[test]
#[allow(clippy::many_single_char_names)]
fn twelve_and_lists_and_sets_of_sets() {
    let cells: [Guarded<u32>; 16] = [const { Guarded::new(1) }; 16];
    let [a, b, c, d, e, f, g, h, i, j, k, l, ..] = &cells;
    with_all(
        (
            write(a),
            write(b),
            write(c),
            write(d),
            write(e),
            write(f),
            write(g),
            write(h),
            write(i),
            write(j),
            write(k),
            write(l),
        ),
        |(a, b, c, d, e, f, g, h, i, j, k, l)| {
            for n in [a, b, c, d, e, f, g, h, i, j, k, l] {
                *n += 1;
            }
        },
    );
    let sum: u32 = with_all(each(cells.iter().map(read)), |all| all.into_iter().sum());
    assert_eq!(sum, 28);
    let requests = [write(&cells[0]), write(&cells[1])];
    with_all(requests, |[a, b]| std::mem::swap(a, b));
    with_all(&requests[..], |all| assert_eq!(all.len(), 2));
    with_all((requests, each(cells[2..].iter().map(read))), |([a, _], others)| {
        *a += others.into_iter().sum::<u32>();
    });
    assert_eq!(cells[0].cloned(), 2 + 24);
    with_all((), |()| ());
    assert!(with_all(Vec::<guarded_state::Read<'_, u32, Rw, guarded_state::Standalone>>::new(), |none| none
        .is_empty()));
}

#[test]
fn the_same_twice_is_refused_before_anything_is_locked() {
    let (a, b): (Guarded<u32>, Guarded<u32>) = (Guarded::new(1), Guarded::new(2));
    let line = line!() + 1;
    let said = panics(|| with_all((read(&a), write(&b), read(&a)), |_| ()));
    assert!(
        said.contains(&format!("{}:{line}:", file!())) && said.contains("member 0 (for read) and member 2"),
        "{said}"
    );
    assert!(matches!(try_with_all((write(&a), write(&a)), |_| ()), Err(TryError::Duplicate { .. })));
    assert!(matches!(
        try_with_all_for(Duration::MAX, [write(&a), write(&b), write(&b)], |_| ()),
        Err(TryError::Duplicate { members: [(1, "write"), (2, "write")], .. })
    ));
    assert!(panics(|| with_all(vec![read(&a), read(&a)], |_| ())).contains("twice"));
    with_all((write(&a), write(&b)), |_| ());
}

#[test]
fn a_panic_releases_all_under_each_fields_policy() {
    let shop = Shop::default();
    let rolls: Guarded<u32, Rw<guarded_state::Rollback>> = Guarded::new(1);
    let half = || {
        with_all((write(&shop.stock), write(&shop.journal), write(&rolls)), |(stock, journal, rolls)| {
            stock.push(1);
            journal.push("half".into());
            *rolls = 2;
            panic!("half way");
        })
    };
    assert_eq!(panics(half), "half way");
    assert_eq!((shop.stock.cloned(), rolls.cloned()), (vec![1], 1));
    assert!(matches!(shop.journal.try_with_read(|_| ()), Err(TryError::Poisoned { .. })));
    let refused = panics(|| with_all((write(&shop.stock), read(&shop.journal)), |_| ()));
    assert!(refused.contains("Shop.journal") && refused.contains("poisoned"), "{refused}");
    let refused = try_with_all((write(&shop.stock), read(&shop.journal)), |_| ());
    assert!(matches!(refused, Err(TryError::Poisoned { .. })), "{refused:?}");
    assert_eq!(shop.stock.try_with_write(|_| ()), Ok(()), "it was given back");
    shop.journal.recover(Vec::clear);
    with_all((read(&shop.stock), read(&shop.journal)), |_| ());
    assert!(
        panics(|| with_all((read(&shop.journal), read(&shop.stock)), |_| panic!("a reader")))
            .contains("a reader")
    );
    assert!(!shop.journal.is_poisoned(), "reading does not poison");
}

#[test]
fn all_or_nothing() {
    let shop = Shop::default();
    let cell: Guarded<u32, Monitor<Poison>> = Guarded::new(1);
    let tried = transact_all((write(&shop.stock), write(&cell), read(&shop.orders)), |(stock, cell, _)| {
        stock.push(1);
        *cell = 2;
        Err::<(), _>("no")
    });
    assert_eq!((tried, shop.stock.cloned(), cell.cloned()), (Err("no"), vec![], 1));
    panics(|| {
        transact_all([write(&cell)], |[cell]| -> Result<(), ()> {
            *cell = 3;
            panic!("half way")
        })
    });
    assert_eq!((cell.is_poisoned(), cell.cloned()), (false, 1));
    let done = transact_all((write(&shop.stock), write(&cell)), |(stock, cell)| {
        stock.push(1);
        *cell = 2;
        Ok::<_, ()>(stock.len())
    });
    assert_eq!((done, cell.cloned()), (Ok(1), 2));
}

/// A value whose clone panics on request.
#[derive(Debug)]
struct Clones(bool);
impl Clone for Clones {
    fn clone(&self) -> Self {
        assert!(!self.0, "no clone");
        Self(false)
    }
}

#[test]
fn a_panic_while_saving_leaves_all_free_and_untouched() {
    let good: Guarded<u32, Mutex<Poison>> = Guarded::new(1);
    let bad: Guarded<Clones> = Guarded::new(Clones(true));
    let run = || transact_all((write(&good), write(&bad)), |_| Ok::<_, ()>(()));
    assert_eq!(panics(run), "no clone");
    assert_eq!(good.try_with_write(|n| *n), Ok(1));
    assert!(bad.try_with_write(|_| ()).is_ok());
    assert!(good.left_by_panic().is_none() && bad.left_by_panic().is_none(), "no scope has run");
}

#[test]
fn what_is_busy_is_told() {
    let shop = Shop::default();
    let (inside, leave) = (Barrier::new(2), Barrier::new(2));
    thread::scope(|s| {
        s.spawn(|| {
            shop.journal.with_write(|_| {
                inside.wait();
                leave.wait();
            });
        });
        inside.wait();
        let end = try_with_all((write(&shop.stock), write(&shop.journal)), |_| ());
        assert!(
            matches!(&end, Err(TryError::WouldBlock { field, .. }) if field == "Shop.journal"),
            "{end:?}"
        );
        let limit = Duration::from_millis(20);
        let end = try_with_all_for(limit, (write(&shop.journal), write(&shop.stock)), |_| ());
        let Err(TryError::TimedOut { field, waited, .. }) = end else { panic!("{end:?}") };
        assert!(field == "Shop.journal" && waited >= limit);
        assert_eq!(shop.stock.try_with_write(|_| ()), Ok(()), "nothing is kept");
        leave.wait();
        assert_eq!(
            try_with_all_for(Duration::MAX, (write(&shop.journal), write(&shop.stock)), |_| ()),
            Ok(())
        );
    });
}

/// The sum is kept under transfers among random subsets, named in random orders, beside nested scopes.
#[test]
fn opposed_orders_over_random_subsets_keep_the_sum_and_end() {
    const THREADS: u64 = 6;
    const ROUNDS: u64 = 2_000;
    let accounts: Vec<Guarded<i64>> = (0..8).map(|_| Guarded::new(100)).collect();
    let transfers = AtomicUsize::new(0);
    thread::scope(|s| {
        for seed in 1..=THREADS {
            let (accounts, transfers) = (&accounts, &transfers);
            s.spawn(move || {
                let mut state = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15);
                let mut next = |below: u64| {
                    state ^= state << 13;
                    state ^= state >> 7;
                    state ^= state << 17;
                    usize::try_from(state % below).unwrap()
                };
                for _ in 0..ROUNDS {
                    let mut order: Vec<usize> = (0..accounts.len()).collect();
                    for i in (1..order.len()).rev() {
                        order.swap(i, next(i as u64 + 1));
                    }
                    order.truncate(2 + next(4));
                    with_all(each(order.iter().map(|&i| write(&accounts[i]))), |mut chosen| {
                        *chosen[0] -= 3;
                        *chosen[1] += 3;
                    });
                    transfers.fetch_add(1, Ordering::Relaxed);
                }
            });
        }
    });
    let sum: i64 = with_all(each(accounts.iter().map(read)), |all| all.into_iter().sum());
    assert_eq!((sum, transfers.into_inner() as u64), (800, THREADS * ROUNDS));
}

/// Nested code fixes an order; calls that name their locks the other way neither break it nor hang with it.
#[test]
fn nested_code_is_not_fought_with() {
    let shop = Shop::default();
    thread::scope(|s| {
        for _ in 0..2 {
            s.spawn(|| {
                for _ in 0..3_000 {
                    shop.stock.with_write(|stock| shop.orders.with_write(|orders| stock.push(*orders)));
                }
            });
            s.spawn(|| {
                for _ in 0..3_000 {
                    with_all((write(&shop.orders), write(&shop.stock)), |(orders, stock)| {
                        *orders += 1;
                        stock.pop();
                    });
                }
            });
        }
    });
    assert_eq!(shop.orders.cloned(), 6_000);
}

#[cfg(feature = "order-check")]
#[test]
fn what_this_thread_holds_is_told_first() {
    let shop = Shop::default();
    let said =
        panics(|| shop.journal.with_write(|_| with_all((write(&shop.stock), read(&shop.journal)), |_| ())));
    assert!(said.contains("Shop.journal") && said.contains("locked twice"), "{said}");
    shop.journal.clear_poison();
    shop.journal.with_read(|_| {
        let end = try_with_all((read(&shop.stock), read(&shop.journal)), |_| ());
        assert!(matches!(end, Err(TryError::Reentrant { .. })), "{end:?}");
    });
}

/// Who waits inside such a call is called by the caller's line.
#[cfg(feature = "observe")]
#[test]
fn waits_are_put_down_to_the_call() {
    #[guarded]
    #[derive(Default)]
    struct Waited {
        #[guarded(mutex)]
        one: u32,
        #[guarded(mutex)]
        other: u32,
    }
    let waited = Waited::default();
    thread::scope(|s| {
        for _ in 0..3 {
            s.spawn(|| {
                for _ in 0..20_000 {
                    with_all((write(&waited.one), write(&waited.other)), |(one, other)| *one += *other);
                    with_all((write(&waited.other), write(&waited.one)), |(other, one)| *other = *one % 2);
                }
            });
        }
    });
    let report = guarded_state::report();
    for wait in report.waits.iter().filter(|wait| wait.field.starts_with("Waited.")) {
        let holder = wait.holder.as_ref().map_or(file!(), |holder| holder.file);
        assert!(wait.waiter.file == file!() && holder == file!(), "{wait:?}");
    }
}

/// Whoever is the heir when the money moves gets it, though heirs change all the time.
#[test]
fn what_is_found_is_looked_at_again() {
    struct Account {
        heir: Guarded<usize>,
        balance: Guarded<u64, Mutex>,
        as_heir: AtomicUsize,
    }
    let account = |balance| Account {
        heir: Guarded::new(1),
        balance: Guarded::new(balance),
        as_heir: AtomicUsize::new(0),
    };
    let accounts = [account(0), account(0), account(0)];
    let tries = AtomicUsize::new(0);
    thread::scope(|s| {
        s.spawn(|| {
            for step in 0..20_000 {
                accounts[0].heir.set(1 + step % 2);
            }
        });
        for _ in 0..2 {
            s.spawn(|| {
                for _ in 0..5_000 {
                    with_found(
                        read(&accounts[0].heir),
                        |heir| *heir,
                        |&heir, attempt| {
                            tries.fetch_add(1, Ordering::Relaxed);
                            attempt.with(write(&accounts[heir].balance), |now, balance| {
                                assert_eq!(*now, heir, "the heir of this moment");
                                *balance += 1;
                                accounts[heir].as_heir.fetch_add(1, Ordering::Relaxed);
                            })
                        },
                    );
                }
            });
        }
    });
    for account in &accounts {
        assert_eq!(account.balance.cloned(), account.as_heir.load(Ordering::Relaxed) as u64);
    }
    assert_eq!(accounts[1].balance.cloned() + accounts[2].balance.cloned(), 10_000);
    assert!(tries.into_inner() >= 10_000);
}

/// Puts back what it was, or panics.
struct Stubborn(u32);

impl guarded_state::Undo for Stubborn {
    type Saved = u32;
    fn save(&mut self) -> u32 {
        self.0
    }
    fn restore(&mut self, _: &mut u32) {
        self.0 += 100; // tells how often it was called
        panic!("cannot be put back")
    }
}

#[test]
fn one_that_cannot_be_put_back_does_not_keep_the_others_from_it() {
    for place in 0..3 {
        let stubborn = Guarded::mutex(Stubborn(7));
        let (a, b) = (Guarded::mutex(1), Guarded::mutex(1));
        let fails = || match place {
            0 => transact_all((write(&stubborn), write(&a), write(&b)), |(_, a, b)| {
                (*a, *b) = (5, 5);
                Err::<(), _>("no")
            }),
            1 => transact_all((write(&a), write(&stubborn), write(&b)), |(a, _, b)| {
                (*a, *b) = (5, 5);
                Err("no")
            }),
            _ => transact_all((write(&a), write(&b), write(&stubborn)), |(a, b, _)| {
                (*a, *b) = (5, 5);
                Err("no")
            }),
        };
        let payload = catch_unwind(AssertUnwindSafe(fails)).unwrap_err();
        assert_eq!(payload.downcast_ref(), Some(&"cannot be put back"));
        assert_eq!((a.cloned(), b.cloned(), stubborn.with_read(|n| n.0)), (1, 1, 107), "place {place}");
        #[cfg(feature = "observe")]
        assert!(stubborn.left_by_panic().is_some());
    }
    let alone = Guarded::mutex(Stubborn(7));
    let fails = || alone.transact(|_| Err::<(), _>("no"));
    assert!(catch_unwind(AssertUnwindSafe(fails)).is_err());
    assert_eq!(alone.with_read(|n| n.0), 107, "called once");
}
