//! Proves the table of findings: what happens by default in this build, what can be set, and what cannot.
#![cfg(feature = "order-check")]

use guarded_state::{Action, Finding, guarded, on_event, set_action};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::channel;

#[guarded]
#[derive(Default)]
struct Found {
    #[guarded]
    a: u32,
    #[guarded]
    b: u32,
    #[guarded(leaf)]
    leaf: u32,
    #[guarded(monitor)]
    watched: u32,
}

const SETTABLE: [Finding; 3] = [Finding::Inversion, Finding::LeafHeld, Finding::WaitWhileHolding];

/// One test, because the settings and the hook are the process's.
#[test]
fn defaults_settings_and_what_cannot_be_set() {
    let (send, events) = channel();
    on_event(move |event| send.send(event.finding).unwrap_or_default());
    let found = Found::default();
    found.a.with_read(|_| found.b.with_read(|_| ()));
    // A macro, so that each use has columns of its own: a report comes once a pair of places.
    macro_rules! all_three {
        () => {{
            let inverted = || found.b.with_read(|_| found.a.with_read(|_| ()));
            let leaf = || found.leaf.with_read(|_| found.a.with_read(|_| ()));
            let soon = std::time::Duration::from_millis(1);
            let waits =
                || found.a.with_read(|_| found.watched.with_write_when_for(soon, |_| false, |_, _| ()));
            let one = |f: &dyn Fn()| catch_unwind(AssertUnwindSafe(f)).is_err();
            let panicked = [one(&inverted), one(&leaf), one(&waits)];
            (panicked, events.try_iter().collect::<Vec<_>>())
        }};
    }
    if std::env::var_os("GUARDED_FINDINGS").is_none() {
        let panics = cfg!(debug_assertions);
        assert_eq!(all_three!(), ([panics; 3], SETTABLE.to_vec()));
    }
    for finding in SETTABLE {
        set_action(finding, Action::Report);
    }
    assert_eq!(all_three!(), ([false; 3], SETTABLE.to_vec()));
    for finding in SETTABLE {
        set_action(finding, Action::Ignore);
    }
    assert_eq!(all_three!(), ([false; 3], vec![]));
    set_action(Finding::LeafHeld, Action::Panic);
    assert_eq!(all_three!(), ([false, true, false], vec![Finding::LeafHeld]));

    set_action(Finding::Reentrance, Action::Ignore);
    assert!(catch_unwind(AssertUnwindSafe(|| found.a.with_read(|_| found.a.set(1)))).is_err());
    assert_eq!(events.try_iter().collect::<Vec<_>>(), [Finding::Reentrance]);
}
