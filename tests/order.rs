//! Proves that what was seen of the order stands in the report, and that a violation leaves nothing locked behind.
#![cfg(feature = "order-check")]

use guarded_state::{Action, Finding, guarded, set_action};
use std::panic::{AssertUnwindSafe, catch_unwind};

#[guarded]
#[derive(Default)]
struct Seen {
    #[guarded]
    first: u32,
    #[guarded(mutex)]
    second: u32,
    #[guarded(mutex)]
    third: u32,
}

#[guarded]
#[derive(Default)]
struct Of<T> {
    #[guarded]
    cell: T,
}

fn refused(f: impl FnOnce()) -> bool {
    catch_unwind(AssertUnwindSafe(f)).is_err()
}

#[test]
fn a_violation_is_refused_each_time_and_leaves_nothing_locked() {
    set_action(Finding::Inversion, Action::Panic);
    let seen = Seen::default();
    seen.first.with_read(|_| seen.second.with_read(|_| ()));
    for _ in 0..3 {
        assert!(refused(|| seen.second.with_read(|_| seen.first.with_read(|_| ()))));
        assert_eq!(seen.first.try_with_write(|_| ()), Ok(()));
        assert_eq!(seen.second.try_with_write(|_| ()), Ok(()));
        seen.second.with_write(|_| seen.third.with_write(|_| ())); // as legal as before
    }
    let other = Seen::default();
    let elsewhere = || other.second.with_write(|_| seen.first.with_read(|_| ()));
    std::thread::scope(|s| assert!(s.spawn(|| refused(elsewhere)).join().unwrap(), "fields, not instances"));
}

#[test]
fn instantiations_are_classes_of_their_own() {
    let (small, big) = (Of::<u8>::default(), Of::<u64>::default());
    small.cell.with_write(|_| big.cell.with_write(|_| ()));
    set_action(Finding::Inversion, Action::Panic);
    assert!(refused(|| big.cell.with_write(|_| small.cell.with_write(|_| ()))));
}

#[cfg(feature = "observe")]
#[test]
fn edges_stand_in_the_report_with_both_lines() {
    let seen = Seen::default();
    let line = line!() + 1;
    seen.first.with_read(|_| seen.third.with_write(|_| ()));
    let order = guarded_state::report().order;
    let edge = order.iter().find(|edge| edge.held == "Seen.first" && edge.taken == "Seen.third").unwrap();
    assert_eq!((edge.held_at.line, edge.taken_at.line), (line, line));
}
