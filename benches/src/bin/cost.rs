//! Calls each way to access a value as often as the argument says, for `ci/cost`, which counts the instructions.
//!
//! Each row runs on a thread of its own, so that where its one hold in 1024 is timed depends on the argument alone.

use guarded_state::guarded;
use std::hint::black_box;

/// One field a strategy. As a user's, it stands in the crate that uses it, and the cells in another.
#[guarded]
#[derive(Default)]
struct Here {
    #[guarded]
    rw: u64,
    #[guarded(mutex)]
    mutex: u64,
    #[guarded(monitor)]
    monitor: u64,
    #[guarded(guards)]
    rw_guards: u64,
    #[guarded(mutex, guards)]
    mutex_guards: u64,
    #[guarded]
    third: u64,
    #[guarded]
    fourth: u64,
}

/// A field that stands where its struct begins: the address of the struct is the cell's.
#[guarded]
#[derive(Default)]
struct Alone {
    #[guarded]
    rw: u64,
}

/// The same values behind bare locks.
#[derive(Default)]
struct Bare {
    rw: parking_lot::RwLock<u64>,
    mutex: parking_lot::Mutex<u64>,
    third: parking_lot::RwLock<u64>,
    fourth: parking_lot::RwLock<u64>,
    std_rw: std::sync::RwLock<u64>,
    std_mutex: std::sync::Mutex<u64>,
}

/// Both, apart from the start and from each other: but for `first`, no lock is where the whole is, and no two functions
/// that do the same to either can be merged into one.
#[derive(Default)]
#[repr(C)]
struct Subject {
    first: Alone,
    between: [u64; 32],
    bare: Bare,
    here: Here,
}

/// Defines one function a row, never inlined: what is counted is the whole of it, from its first instruction to its
/// return.
macro_rules! rows {
    ($($name:ident: |$subject:ident| -> $result:ty { $($body:tt)* })*) => {
        mod row {
            use super::Subject;
            use guarded_state::{with_all, write};
            $(#[inline(never)] pub(super) fn $name($subject: &Subject) -> $result { $($body)* })*
        }
        fn run(subject: &Subject, calls: u32) {
            $(std::thread::scope(|scope| {
                scope.spawn(|| for _ in 0..calls {
                    black_box(row::$name(black_box(subject)));
                });
            });)*
        }
    };
}

rows! {
    bare_write: |s| -> () { *s.bare.rw.write() += 1; }
    bare_read: |s| -> u64 { *s.bare.rw.read() }
    bare_mutex: |s| -> () { *s.bare.mutex.lock() += 1; }
    bare_mutex_read: |s| -> u64 { *s.bare.mutex.lock() }
    bare_write_result: |s| -> u64 { let mut n = s.bare.rw.write(); *n += 1; *n }
    bare_pair: |s| -> () {
        let mut a = s.bare.rw.write();
        *s.bare.mutex.lock() += 1;
        *a += 1;
    }
    bare_read_pair: |s| -> u64 {
        let a = s.bare.rw.read();
        *s.bare.mutex.lock() += 1;
        *a
    }
    bare_triple: |s| -> () {
        let mut a = s.bare.rw.write();
        let mut b = s.bare.mutex.lock();
        *s.bare.third.write() += 1;
        *b += 1;
        *a += 1;
    }
    bare_four: |s| -> () {
        let mut a = s.bare.rw.write();
        let mut b = s.bare.mutex.lock();
        let mut c = s.bare.third.write();
        *s.bare.fourth.write() += 1;
        *c += 1;
        *b += 1;
        *a += 1;
    }
    std_write: |s| -> () { *s.bare.std_rw.write().unwrap() += 1; }
    std_read: |s| -> u64 { *s.bare.std_rw.read().unwrap() }
    std_mutex: |s| -> () { *s.bare.std_mutex.lock().unwrap() += 1; }
    std_pair: |s| -> () {
        let mut a = s.bare.std_rw.write().unwrap();
        *s.bare.std_mutex.lock().unwrap() += 1;
        *a += 1;
    }

    here_write_first: |s| -> () { s.first.rw.with_write(|n| *n += 1) }
    here_write: |s| -> () { s.here.rw.with_write(|n| *n += 1) }
    here_read: |s| -> u64 { s.here.rw.with_read(|n| *n) }
    here_mutex: |s| -> () { s.here.mutex.with_write(|n| *n += 1) }
    here_mutex_read: |s| -> u64 { s.here.mutex.with_read(|n| *n) }
    here_monitor: |s| -> () { s.here.monitor.with_write(|n| *n += 1) }
    here_write_result: |s| -> u64 { s.here.rw.with_write(|n| { *n += 1; *n }) }
    here_try_write: |s| -> bool { s.here.rw.try_with_write(|n| *n += 1).is_ok() }
    here_pair: |s| -> () { s.here.rw.with_write(|a| { s.here.mutex.with_write(|b| *b += 1); *a += 1; }) }
    here_all_pair: |s| -> () { with_all((write(&s.here.rw), write(&s.here.mutex)), |(a, b)| { *b += 1; *a += 1; }) }
    here_all_triple: |s| -> () {
        with_all((write(&s.here.rw), write(&s.here.mutex), write(&s.here.third)), |(a, b, c)| {
            *c += 1;
            *b += 1;
            *a += 1;
        });
    }
    here_read_pair: |s| -> u64 { s.here.rw.with_read(|a| { s.here.mutex.with_write(|b| *b += 1); *a }) }
    here_triple: |s| -> () {
        s.here.rw.with_write(|a| {
            s.here.mutex.with_write(|b| {
                s.here.third.with_write(|c| *c += 1);
                *b += 1;
            });
            *a += 1;
        })
    }
    here_four: |s| -> () {
        s.here.rw.with_write(|a| {
            s.here.mutex.with_write(|b| {
                s.here.third.with_write(|c| {
                    s.here.fourth.with_write(|d| *d += 1);
                    *c += 1;
                });
                *b += 1;
            });
            *a += 1;
        })
    }
    guard_write: |s| -> () { *s.here.rw_guards.write() += 1; }
    guard_read: |s| -> u64 { *s.here.rw_guards.read() }
    guard_mutex: |s| -> () { *s.here.mutex_guards.write() += 1; }
    guard_pair: |s| -> () {
        let mut a = s.here.rw_guards.write();
        *s.here.mutex_guards.write() += 1;
        *a += 1;
    }
}

fn main() {
    let calls = std::env::args().nth(1).and_then(|n| n.parse().ok()).unwrap_or(100);
    run(&Subject::default(), calls);
}
