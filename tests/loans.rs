//! Proves that a loan goes back on every path, and that handles keep their owners.

use guarded_state::{Guarded, Handle, Loan, Monitor, Poison, TryError, guarded};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::thread;
use std::time::Duration;

#[guarded]
#[derive(Default)]
struct Pool {
    #[guarded(monitor)]
    idle: Vec<u32>,
    #[guarded(mutex)]
    out: usize,
}

impl Pool {
    fn get(&self) -> Loan<'_, u32> {
        self.idle.lend_when(|idle| !idle.is_empty(), |idle| idle.pop().unwrap(), Vec::push)
    }

    fn counted(&self) -> Loan<'_, ()> {
        self.out.lend(|out| *out += 1, |out, ()| *out -= 1)
    }
}

fn pool(of: &[u32]) -> Pool {
    Pool { idle: of.to_vec().into(), ..Pool::default() }
}

#[test]
fn it_goes_back_on_every_path() {
    fn early(pool: &Pool) -> Result<(), std::num::ParseIntError> {
        let one = pool.get();
        "no number".parse::<u32>()?;
        drop(one);
        Ok(())
    }
    let pool = pool(&[7]);
    assert!(early(&pool).is_err());
    assert_eq!(pool.idle.cloned(), [7]);
    let panicked = catch_unwind(AssertUnwindSafe(|| {
        let mut one = pool.get();
        *one += 1;
        panic!("with a loan of {one:?}");
    }));
    assert!(panicked.is_err());
    assert_eq!(pool.idle.cloned(), [8]);
    let future = async {
        let _one = pool.get();
        std::future::pending::<()>().await;
    };
    let mut future = Box::pin(future);
    let mut context = std::task::Context::from_waker(std::task::Waker::noop());
    assert!(future.as_mut().poll(&mut context).is_pending());
    assert!(pool.idle.with_read(Vec::is_empty));
    drop(future);
    assert_eq!(pool.idle.cloned(), [8]);
    assert_eq!(pool.get().keep(), 8);
    assert!(pool.idle.with_read(Vec::is_empty));
}

#[test]
fn who_waits_gets_what_comes_back() {
    let pool = pool(&[1, 2, 3]);
    thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                for _ in 0..100 {
                    let (one, _counted) = (pool.get(), pool.counted());
                    assert!(pool.out.cloned() <= 3, "{one:?}");
                }
            });
        }
    });
    let mut idle = pool.idle.take();
    idle.sort_unstable();
    assert_eq!((idle, pool.out.cloned()), (vec![1, 2, 3], 0));
}

#[test]
fn with_a_limit_it_may_be_none() {
    let pool = pool(&[]);
    let none =
        pool.idle.lend_when_for(Duration::from_millis(1), |idle| !idle.is_empty(), |idle| idle[0], Vec::push);
    assert!(none.is_none());
    assert!(pool.idle.try_lend(Vec::pop, Vec::push).is_none());
}

/// The thread is inside the cell already.
#[cfg(feature = "order-check")]
mod inside {
    use super::*;
    use guarded_state::{Guards, Keep, Mutex};

    #[test]
    fn it_goes_back_once_the_scope_has_ended() {
        let pool = pool(&[1, 2]);
        let (one, two) = (pool.get(), pool.get());
        pool.out.with_write(|_| {
            pool.idle.with_write(|idle| {
                drop(one);
                assert!(idle.is_empty(), "not yet: this scope has the value");
            });
            assert_eq!(pool.idle.cloned(), [2]);
            pool.idle.with_read(|_| drop(two));
            assert_eq!(pool.idle.cloned(), [2, 1]);
        });
    }

    #[test]
    fn also_when_a_panic_leaves_the_scope() {
        let pool = pool(&[1]);
        let one = pool.get();
        let panicked = catch_unwind(AssertUnwindSafe(|| {
            pool.idle.with_write(|idle| {
                let _one = one;
                idle.push(9);
                panic!("half way");
            })
        }));
        assert!(panicked.is_err());
        assert_eq!(pool.idle.cloned(), [9, 1]);
    }

    #[test]
    fn a_guard_delays_it_too() {
        let cell: Guarded<Vec<u32>, Mutex<Keep, Guards>> = Guarded::new(vec![1]);
        let one = cell.try_lend(Vec::pop, Vec::push);
        let mut guard = cell.write();
        drop(one);
        guard.push(5);
        drop(guard);
        assert_eq!(cell.cloned(), [5, 1]);
    }

    #[test]
    fn a_panic_in_giving_back_does_not_lose_the_others() {
        let cell = Guarded::mutex(0);
        let bad = cell.lend(|_| (), |_, ()| panic!("giving back"));
        let good = cell.lend(|_| (), |n, ()| *n += 1);
        let panicked = catch_unwind(AssertUnwindSafe(|| cell.with_write(|_| drop((bad, good)))));
        assert_eq!(panicked.unwrap_err().downcast_ref::<&str>(), Some(&"giving back"));
        assert_eq!(cell.cloned(), 1);
    }

    #[test]
    fn the_line_that_lent_is_told() {
        let cell = Arc::new(Guarded::mutex(0));
        let other = Arc::clone(&cell);
        let line = line!() + 1;
        let loan = cell.lend(
            |_| (),
            move |_, ()| {
                let refused = thread::spawn(move || {
                    other.try_with_write_for(Duration::from_millis(1), |_| ()).unwrap_err()
                })
                .join();
                let said = refused.unwrap().to_string();
                assert!(said.contains(&format!("{}:{line}:", file!())), "{said}");
            },
        );
        drop(loan);
    }

    #[test]
    fn assertions_know_who_is_inside() {
        let pool = pool(&[]);
        pool.idle.assert_unlocked();
        pool.idle.with_read(|_| {
            pool.idle.assert_held();
            pool.out.assert_unlocked();
            thread::scope(|scope| {
                scope.spawn(|| pool.idle.assert_unlocked()).join().unwrap();
            });
        });
        let said =
            |f: &dyn Fn()| *catch_unwind(AssertUnwindSafe(f)).unwrap_err().downcast::<String>().unwrap();
        let not_held = said(&|| pool.idle.assert_held());
        assert!(not_held.starts_with("`Pool.idle` is not held by this thread at"), "{not_held}");
        let held = said(&|| pool.idle.with_write(|_| pool.idle.assert_unlocked()));
        assert!(
            held.starts_with("`Pool.idle` is to be unlocked at") && held.contains("holds it since"),
            "{held}"
        );
    }
}

#[test]
fn a_poisoned_value_takes_back_what_it_lent() {
    let cell: Guarded<Vec<u32>, Monitor<Poison>> = Guarded::new(vec![1]);
    let one = cell.try_lend(Vec::pop, Vec::push).unwrap();
    let panicked = catch_unwind(AssertUnwindSafe(|| cell.with_write(|_| panic!("half way"))));
    assert!(panicked.is_err() && cell.is_poisoned());
    drop(one);
    assert_eq!(cell.into_inner(), [1]);
}

#[test]
fn a_handle_keeps_the_owner_and_lends_for_ever() {
    let pool = Arc::new(pool(&[1]));
    let idle = Handle::new(Arc::clone(&pool), |pool| &pool.idle);
    let loan: Loan<'static, u32> = idle.try_lend(Vec::pop, Vec::push).unwrap();
    assert_eq!(Arc::strong_count(&pool), 3);
    drop(idle);
    let pool = thread::spawn(move || {
        drop(loan);
        pool
    });
    let pool = pool.join().unwrap();
    assert_eq!((Arc::strong_count(&pool), pool.idle.cloned()), (1, vec![1]));
}

/// A semaphore for tasks, some of which are cancelled while they wait or while they work: as many permits as ever.
#[test]
fn tasks_borrow_and_cancelled_ones_give_back() {
    let pool = Arc::new(pool(&[1, 2, 3]));
    let busy: &'static Guarded<(u32, u32)> = Box::leak(Box::new(Guarded::new((0, 0))));
    let runtime =
        tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_time().build().unwrap();
    runtime.block_on(async {
        let mut tasks = tokio::task::JoinSet::new();
        for n in 0..60_u64 {
            let idle = Handle::new(Arc::clone(&pool), |pool| &pool.idle);
            tasks.spawn(async move {
                let work = async {
                    let connection = idle
                        .lend_when_async(|idle| !idle.is_empty(), |idle| idle.pop().unwrap(), Vec::push)
                        .await;
                    let counted = busy.lend(
                        |(now, most)| {
                            *now += 1;
                            *most = (*now).max(*most);
                        },
                        |(now, _), ()| *now -= 1,
                    );
                    tokio::time::sleep(Duration::from_micros(200)).await;
                    drop(counted);
                    drop(connection);
                };
                let limit = Duration::from_micros(if n % 2 == 0 { 100 * n } else { 60_000_000 });
                let _cancelled = tokio::time::timeout(limit, work).await;
            });
        }
        while let Some(task) = tasks.join_next().await {
            task.unwrap();
        }
    });
    let (now, most) = busy.with_read(|busy| *busy);
    assert_eq!(now, 0);
    assert!(most <= 3, "{most} at once");
    let mut idle = pool.idle.with_read(Vec::clone);
    idle.sort_unstable();
    assert_eq!((idle, pool.idle.waiters()), (vec![1, 2, 3], 0));
}

#[test]
fn a_closed_pool_lends_what_it_has_and_then_no_more() {
    let pool = pool(&[7]);
    pool.idle.close();
    let next = || pool.idle.try_lend_when(|idle| !idle.is_empty(), |idle| idle.pop().unwrap(), Vec::push);
    let seven = next().unwrap();
    assert!(matches!(next(), Err(TryError::Closed { .. })));
    drop(seven);
    assert_eq!(*next().unwrap(), 7);
    let task = pool.idle.try_lend_when_async(Vec::is_empty, |_| (), |_, ()| ());
    let mut context = std::task::Context::from_waker(std::task::Waker::noop());
    let told = std::pin::pin!(task).poll(&mut context);
    assert!(matches!(told, std::task::Poll::Ready(Err(TryError::Closed { .. }))));
}
