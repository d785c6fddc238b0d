//! From `Mutex<State>` and `Condvar` to a monitor: with a `Drop` that locks, and a callback of the user's.
//!
//! Before:
//! ```ignore
//! struct Pool { state: Mutex<State>, changed: Condvar }
//! fn acquire(&self) -> Lease<'_> {
//!     let mut state = self.state.lock().unwrap();
//!     while state.free == 0 { state = self.changed.wait(state).unwrap(); }
//!     state.free -= 1;
//!     (state.on_change)(state.free);  // called under the lock: hangs if it asks the pool anything
//!     Lease(self)
//! }
//! impl Drop for Lease<'_> {
//!     fn drop(&mut self) {
//!         self.0.state.lock().unwrap().free += 1; // panics in a panic if the mutex is poisoned
//!         self.0.changed.notify_one();            // the line that is forgotten one day
//!     }
//! }
//! ```

use guarded_state::guarded;
use std::sync::Arc;
use std::time::Duration;

type Callback = Arc<dyn Fn(&Pool) + Send + Sync>;

#[guarded]
struct Pool {
    #[guarded(monitor)]
    free: u32,
    #[guarded(mutex)]
    on_change: Option<Callback>,
}

struct Lease<'p>(&'p Pool);

impl Pool {
    fn acquire(&self) -> Lease<'_> {
        self.free.with_write_when(|free| *free > 0, |free| *free -= 1);
        self.tell();
        Lease(self)
    }

    /// Takes a copy of the callback out of its scope and calls it with nothing locked: it may use the pool.
    fn tell(&self) {
        if let Some(callback) = self.on_change.cloned() {
            callback(self);
        }
    }
}

impl Drop for Lease<'_> {
    fn drop(&mut self) {
        // A `Drop` may run anywhere, also inside a scope of this very field: there the `try` form gives an error, while
        // a blocking one would panic, in a panic even abort. The limit only ends what could not end well.
        let returned = self.0.free.try_with_write_for(Duration::from_secs(10), |free| *free += 1);
        if let Err(error) = returned {
            eprintln!("a lease was not returned: {error}");
        }
    }
}

fn main() {
    let pool = Pool { free: 2.into(), on_change: None.into() };
    let least = Arc::new(std::sync::atomic::AtomicU32::new(u32::MAX));
    let seen = Arc::clone(&least);
    pool.on_change.set(Some(Arc::new(move |pool: &Pool| {
        // Asks the pool from inside the callback.
        seen.fetch_min(pool.free.cloned(), std::sync::atomic::Ordering::Relaxed);
    })));

    std::thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                let _lease = pool.acquire();
                std::thread::sleep(Duration::from_millis(2));
            });
        }
    });

    // A lease survives a panic of its owner, and is given back.
    let gone = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
        let _lease = pool.acquire();
        std::panic::resume_unwind(Box::new("the owner panics"));
    }));

    let least = least.load(std::sync::atomic::Ordering::Relaxed);
    println!("8 threads shared 2 leases; {} are free again, at the least {least} were", pool.free.cloned());
    assert!(gone.is_err());
    assert_eq!(pool.free.cloned(), 2);
    assert!(least < 2);
}
