//! Waiting for a condition until a deadline, which passes at any moment, also while another thread calls the condition.

use super::check::{Depth, MORE, Tracked, explore, spawn};
use guarded_core::{Guarded, Monitor, Outcome};
use std::sync::Arc;
use std::time::Duration;

type Watched = Guarded<Tracked, Monitor>;
/// Not reached by the clock of the machine; the model's deadline is a look in vain.
const LIMIT: Duration = Duration::from_hours(1);

fn patient(cell: &Watched) -> Outcome {
    cell.with_write_when_for(
        LIMIT,
        |v| v.get() == 1,
        |v, outcome| {
            assert_eq!(outcome == Outcome::Met, v.get() == 1);
            outcome
        },
    )
}

#[test]
fn a_deadline_races_a_writer() {
    explore("a_deadline_races_a_writer", Depth::Complete, 590, || {
        let cell = Arc::new(Watched::new(Tracked::new(0)));
        let waiter = spawn(&cell, patient);
        cell.with_write(|v| v.set(1));
        waiter.join().unwrap();
        assert_eq!((cell.with_read(Tracked::get), cell.waiters()), (1, 0));
    });
}

#[test]
fn a_deadline_withdraws_from_a_reader() {
    // The reader's release calls the condition while its thread wants to go: until that call has ended, it stays.
    explore("a_deadline_withdraws_from_a_reader", Depth::Complete, 640, || {
        let cell = Arc::new(Watched::new(Tracked::new(0)));
        let waiter = spawn(&cell, patient);
        let _ = cell.with_read(Tracked::get);
        assert_eq!(waiter.join().unwrap(), Outcome::TimedOut);
        assert_eq!(cell.waiters(), 0);
    });
}

#[test]
fn who_gives_up_takes_no_wake_up_along() {
    explore("who_gives_up_takes_no_wake_up_along", Depth::Preemptions, 1000, || {
        let cell = Arc::new(Watched::new(Tracked::new(0)));
        let hurried: Vec<_> = (0..MORE).map(|_| spawn(&cell, patient)).collect();
        let waiter = spawn(&cell, |cell| cell.with_write_when(|v| v.get() == 1, |v| assert_eq!(v.get(), 1)));
        cell.with_write(|v| v.set(1));
        waiter.join().unwrap();
        for hurried in hurried {
            hurried.join().unwrap();
        }
        assert_eq!(cell.waiters(), 0);
    });
}
