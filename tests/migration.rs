//! Proves the table of `src/guide/migrating.md`: both columns compile, and do the same.

// The code is that of the table, which is written for reading.
#![allow(
    clippy::redundant_closure_for_method_calls,
    clippy::needless_pass_by_value,
    clippy::cloned_instead_of_copied
)]

use guarded_state::{Guarded, Lazy, Monitor, Mutex, Outcome, Poison, Sharded};
use std::collections::HashMap;
use std::fmt::Debug;
use std::sync::{Condvar, OnceLock, PoisonError, RwLock};
use std::time::Duration;

/// What `before` and `after` say and leave.
#[track_caller]
fn same<T: PartialEq + Debug>(before: T, after: T) {
    assert_eq!(before, after);
}

fn list() -> Vec<u32> {
    vec![3, 1]
}

#[test]
fn mutex_and_rwlock() {
    fn before() -> std::sync::Mutex<Vec<u32>> {
        std::sync::Mutex::new(list())
    }
    let limit = Duration::from_millis(1);
    let new = || vec![5];
    {
        let old = {
            let state = before();
            *state.lock().unwrap() = new();
            state.lock().unwrap().push(4);
            state.lock().unwrap().clone()
        };
        let state = Guarded::mutex(list());
        state.set(new());
        state.with_write(|state| state.push(4));
        same(old, state.cloned());
    }
    {
        let new = new();
        let state = before();
        *state.lock().unwrap() = new;
        let taken = std::mem::take(&mut *state.lock().unwrap());
        let old = (taken, state.lock().unwrap().clone());
        let new = vec![5];
        let state = Guarded::mutex(list());
        state.set(new);
        same(old, (state.take(), state.cloned()));
    }
    {
        let old = {
            let state = RwLock::new(list());
            state.read().unwrap().len()
        };
        let state = Guarded::rw(list());
        same(old, state.with_read(|state| state.len()));
    }
    {
        let old = {
            let state = before();
            state.try_lock().map(|state| state.len()).ok()
        };
        let state = Guarded::mutex(list());
        same(old, state.try_with_read(|state| state.len()).ok());
    }
    {
        let old = {
            let state = parking_lot::Mutex::new(list());
            state.try_lock_for(limit).map(|state| state.len())
        };
        let state = Guarded::mutex(list());
        same(old, state.try_with_read_for(limit, |state| state.len()).ok());
    }
    {
        let old = {
            let mut lock = before();
            lock.get_mut().unwrap().push(4);
            lock.into_inner().unwrap()
        };
        let mut lock = Guarded::mutex(list());
        lock.get_mut().push(4);
        same(old, lock.into_inner());
    }
    {
        let old = {
            let state = before();
            let poisons = || {
                let _guard = state.lock();
                panic!("half way");
            };
            std::panic::catch_unwind(std::panic::AssertUnwindSafe(poisons)).unwrap_err();
            state.lock().unwrap_or_else(PoisonError::into_inner).clear();
            state.clear_poison();
            state.lock().unwrap().clone()
        };
        let state: Guarded<Vec<u32>, Mutex<Poison>> = Guarded::new(list());
        let poisons = || state.with_write(|_| panic!("half way"));
        std::panic::catch_unwind(std::panic::AssertUnwindSafe(poisons)).unwrap_err();
        state.recover(|state| state.clear());
        same(old, state.cloned());
    }
}

fn words() -> HashMap<String, u32> {
    HashMap::from([("a".to_owned(), 1)])
}

#[test]
fn rwlock_of_a_map() {
    let old = {
        let map = RwLock::new(words());
        let a = map.read().unwrap().get("a").cloned();
        let b = map.write().unwrap().insert("b".into(), 2);
        for _ in 0..2 {
            *map.write().unwrap().entry("c".into()).or_insert(0) += 1;
        }
        let removed = map.write().unwrap().remove("b");
        map.write().unwrap().retain(|_, n| *n > 1);
        (a, b, removed, map.into_inner().unwrap())
    };
    let map = Guarded::rw(words());
    let a = map.get_cloned("a");
    let b = map.insert("b".into(), 2);
    for _ in 0..2 {
        map.with_write_key("c".into(), |c| *c.or_insert(0) += 1);
    }
    let removed = map.remove("b");
    map.retain(|_, n| *n > 1);
    same(old, (a, b, removed, map.into_inner()));
}

#[test]
fn dash_map() {
    let old = {
        let map: dashmap::DashMap<String, u32> = words().into_iter().collect();
        let a = map.get("a").map(|a| *a);
        *map.entry("c".into()).or_insert(0) += 1;
        let removed = map.remove_if("c", |_, n| *n == 1).map(|(_, n)| n);
        (a, removed, map.iter().map(|entry| *entry.value()).sum::<u32>())
    };
    let map: Sharded<HashMap<String, u32>> = Sharded::from(words());
    let a = map.get_cloned("a");
    map.with_write_key("c".into(), |c| *c.or_insert(0) += 1);
    let removed = map.remove_if("c", |n| *n == 1);
    same(old, (a, removed, map.snapshot().values().sum::<u32>()));
}

#[test]
fn mutex_and_condvar() {
    let limit = Duration::from_millis(1);
    let old = {
        let (state, changed) = (std::sync::Mutex::new(Vec::new()), Condvar::new());
        let wait = || {
            changed
                .wait_timeout_while(state.lock().unwrap(), limit, |state| state.is_empty())
                .unwrap()
                .1
                .timed_out()
        };
        let first = wait();
        std::thread::scope(|scope| {
            scope.spawn(|| {
                drop(changed.wait_while(state.lock().unwrap(), |state| state.is_empty()).unwrap());
            });
            state.lock().unwrap().push(1);
            changed.notify_all();
        });
        (first, wait())
    };
    let state: Guarded<Vec<u32>, Monitor> = Guarded::new(Vec::new());
    let wait = || {
        state.with_write_when_for(limit, |state| !state.is_empty(), |_, outcome| outcome == Outcome::TimedOut)
    };
    let first = wait();
    std::thread::scope(|scope| {
        scope.spawn(|| state.with_write_when(|state| !state.is_empty(), |_| ()));
        state.with_write(|state| state.push(1));
    });
    same(old, (first, wait()));
}

#[test]
fn once_lock() {
    let old = {
        let cell = OnceLock::new();
        let first = *cell.get_or_init(|| 7);
        (first, cell.set(8), cell.get().copied())
    };
    let lazy: Lazy<u32> = Lazy::new();
    let first = *lazy.get_or_init(|| 7);
    same(old, (first, lazy.set(8), lazy.get().copied()));
}

#[test]
fn locks_of_tokio() {
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    runtime.block_on(async {
        let old = {
            let state = tokio::sync::Mutex::new(list());
            state.lock().await.push(4);
            state.into_inner()
        };
        let state = Guarded::mutex(list());
        state.with_write(|state| state.push(4));
        same(old, state.cloned());

        let old = {
            let permits = tokio::sync::Semaphore::new(2);
            let one = permits.acquire().await.unwrap();
            let left = permits.available_permits();
            drop(one);
            (left, permits.available_permits())
        };
        let permits = Guarded::monitor(2_usize);
        let one = permits.lend_when_async(|free| *free > 0, |free| *free -= 1, |free, ()| *free += 1).await;
        let left = permits.cloned();
        drop(one);
        same(old, (left, permits.cloned()));

        let old = {
            let (state, changed) = (std::sync::Mutex::new(vec![]), tokio::sync::Notify::new());
            state.lock().unwrap().push(4);
            changed.notify_one();
            changed.notified().await;
            state.lock().unwrap().clone()
        };
        let state = Guarded::monitor(vec![]);
        state.with_write(|state| state.push(4));
        state.with_write_when_async(|state| !state.is_empty(), |_| ()).await;
        same(old, state.cloned());
    });
}

/// Every line of the table is in this file, in both its columns.
#[test]
fn the_table_is_this_file() {
    let plain = |code: &str| code.replace("\\|", "|").split_whitespace().collect::<String>();
    let (table, here) = (include_str!("../src/guide/migrating.md"), plain(include_str!("migration.rs")));
    let table = table.split("Whole programs").next().unwrap();
    let rows: Vec<_> = table.lines().filter(|line| line.starts_with("| `")).collect();
    assert!(rows.len() > 25, "{} rows", rows.len());
    for row in rows {
        for cell in row.replace("\\|", "\u{1}").split('|').map(str::trim).filter(|cell| !cell.is_empty()) {
            let code = plain(&cell.trim_matches('`').replace('\u{1}', "|"));
            assert!(here.contains(&code), "not compiled here: {cell}");
        }
    }
}
