//! From `Arc<RwLock<HashMap>>` to a guarded field, without a change for the callers.

/// Before.
mod before {
    use std::collections::HashMap;
    use std::sync::{Arc, RwLock};

    #[derive(Clone, Default)]
    pub(crate) struct Sessions {
        users: Arc<RwLock<HashMap<u64, String>>>,
    }

    impl Sessions {
        pub(crate) fn log_in(&self, id: u64, user: &str) -> bool {
            // Two locks, and a gap between them: two threads may both be told `true`.
            if self.users.read().unwrap().contains_key(&id) {
                return false;
            }
            self.users.write().unwrap().insert(id, user.to_owned());
            true
        }

        pub(crate) fn user(&self, id: u64) -> Option<String> {
            self.users.read().unwrap().get(&id).cloned()
        }
    }
}

/// After: the struct owns the lock, and the `Arc` goes around the struct.
mod after {
    use guarded_state::guarded;
    use std::collections::HashMap;
    use std::collections::hash_map::Entry;
    use std::sync::Arc;

    #[derive(Clone, Default)]
    pub(crate) struct Sessions(Arc<Inner>);

    #[guarded]
    #[derive(Default)]
    struct Inner {
        #[guarded]
        users: HashMap<u64, String>,
    }

    impl Sessions {
        pub(crate) fn log_in(&self, id: u64, user: &str) -> bool {
            // A scope is one look-and-act. (A `with_write` inside a `with_read` would panic, with both lines.)
            self.0.users.with_write(|users| match users.entry(id) {
                Entry::Occupied(_) => false,
                Entry::Vacant(free) => {
                    free.insert(user.to_owned());
                    true
                }
            })
        }

        pub(crate) fn user(&self, id: u64) -> Option<String> {
            self.0.users.with_read(|users| users.get(&id).cloned())
        }
    }
}

fn main() {
    let before = before::Sessions::default();
    assert!(before.log_in(7, "ada"));

    let sessions = after::Sessions::default();
    let told_true: usize = std::thread::scope(|scope| {
        let threads: Vec<_> = ["ada", "grace", "joan"]
            .map(|user| {
                let sessions = sessions.clone();
                scope.spawn(move || sessions.log_in(7, user))
            })
            .into();
        threads.into_iter().map(|thread| usize::from(thread.join().unwrap())).sum()
    });

    println!("before: 7 is {:?}; after: 7 is {:?}", before.user(7), sessions.user(7));
    println!("of three that wanted 7 at once, {told_true} got it");
    assert_eq!(told_true, 1);
    assert!(sessions.user(7).is_some());
    assert_eq!(before.user(8), sessions.user(8));
}
