//! Proves that the hook is told once of each thing, with field and line, and that a panic that left a scope is one.

use guarded_state::{Event, Finding, guarded, on_event};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::channel;

#[guarded]
#[derive(Default)]
struct Told {
    #[guarded]
    kept: u32,
    #[guarded(on_panic = rollback)]
    restored: u32,
    #[guarded(on_panic = poison)]
    poisoned: u32,
}

/// One test, because the hook is the process's.
#[test]
fn panics_and_re_entrance_are_told() {
    let told = Told::default();
    let (send, events) = channel::<Event>();
    on_event(move |event| drop(send.send(event.clone())));
    let first = line!() + 1;
    assert!(catch_unwind(AssertUnwindSafe(|| told.kept.with_write(|_| panic!("half")))).is_err());
    assert!(catch_unwind(AssertUnwindSafe(|| told.restored.with_write(|_| panic!("half")))).is_err());
    assert!(catch_unwind(AssertUnwindSafe(|| told.poisoned.with_write(|_| panic!("half")))).is_err());
    let words = ["stays as the panic left it", "was put back", "is poisoned"];
    for ((number, name), words) in (0..).zip(["Told.kept", "Told.restored", "Told.poisoned"]).zip(words) {
        let event = events.try_recv().unwrap();
        let place = (event.finding, event.field.as_str(), event.at.line());
        assert_eq!(place, (Finding::LeftByPanic, name, first + number));
        assert!(event.other.is_none() && event.to_string().contains(words), "{event}");
    }
    if cfg!(feature = "order-check") {
        let line = line!() + 1;
        let twice = || told.kept.with_read(|_| told.kept.with_read(|_| ()));
        assert!(catch_unwind(AssertUnwindSafe(twice)).is_err());
        let event = events.try_recv().unwrap();
        assert_eq!((event.finding, event.at.line()), (Finding::Reentrance, line));
        assert_eq!(event.other.map(|(field, at)| (field, at.line())), Some(("Told.kept".to_owned(), line)));
    }
    assert!(events.try_recv().is_err());
}
