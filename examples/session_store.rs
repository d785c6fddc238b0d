//! A session store: many threads look up and touch sessions, a sweeper throws out the old ones, and a login moves a session
//! from one name to another in one moment.

use guarded_state::{Entry, guarded};
use std::collections::HashMap;
use std::time::{Duration, Instant};

#[derive(Clone, Debug)]
struct Session {
    user: Option<String>,
    requests: u32,
    last: Instant,
}

impl Session {
    fn new() -> Self {
        Self { user: None, requests: 0, last: Instant::now() }
    }
}

#[guarded]
#[derive(Default)]
struct Store {
    #[guarded(sharded)]
    sessions: HashMap<u64, Session>,
}

impl Store {
    /// Finds or begins a session: look, decide and write are one call.
    fn touch(&self, id: u64) -> u32 {
        self.sessions.with_write_key(id, |entry| {
            let session = entry.or_insert_with(Session::new);
            session.requests += 1;
            session.last = Instant::now();
            session.requests
        })
    }

    /// A login gives the session another number, so that nobody who knew the old one has it.
    fn log_in(&self, old: u64, new: u64, user: &str) -> bool {
        self.sessions.with_write_many([old, new], |mut sessions| {
            let Some(session) = sessions.remove(&old) else { return false };
            sessions.insert(new, Session { user: Some(user.to_owned()), ..session });
            true
        })
    }

    fn log_out(&self, id: u64) -> Option<Session> {
        // The session is dropped by the caller, not under the lock.
        self.sessions.with_write_key(id, |entry| match entry {
            Entry::Occupied(session) if session.get().user.is_some() => Some(session.remove()),
            _ => None,
        })
    }

    fn sweep(&self, unused_for: Duration) {
        self.sessions.retain(|_, session| session.last.elapsed() < unused_for);
    }
}

fn main() {
    let store = Store::default();
    std::thread::scope(|scope| {
        for thread in 0..4 {
            let store = &store;
            scope.spawn(move || {
                for n in 0..1_000 {
                    store.touch(n % 100);
                    if n % 100 == thread {
                        store.log_in(n % 100, 1_000 + n, "ada");
                    }
                }
            });
        }
        scope.spawn(|| store.sweep(Duration::from_hours(1)));
    });
    let mut requests = 0;
    store.sessions.for_each(|_, session| requests += session.requests);
    assert_eq!(requests, 4_000, "no request is lost");
    let users: Vec<_> = store.sessions.keys().into_iter().filter_map(|id| store.log_out(id)).collect();
    assert_eq!(users.len(), 40);
    println!(
        "{} sessions, {} of them logged out; {}",
        store.sessions.len() + 40,
        40,
        store.sessions.balance()
    );
    store.sweep(Duration::ZERO);
    assert!(store.sessions.is_empty());
}
