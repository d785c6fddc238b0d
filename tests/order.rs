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
struct Deep {
    #[guarded]
    gate: u32,
    #[guarded]
    one: u32,
    #[guarded(mutex)]
    two: u32,
    #[guarded]
    other: u32,
}

#[guarded]
#[derive(Default)]
struct Loose {
    #[guarded(guards)]
    one: u32,
    #[guarded(guards)]
    two: u32,
    #[guarded(guards)]
    three: u32,
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
fn what_is_settled_under_some_locks_is_not_settled_under_others() {
    set_action(Finding::Inversion, Action::Panic);
    let Deep { gate, one, two, other } = &Deep::default();
    let forwards = || one.with_write(|_| two.with_write(|_| ()));
    let backwards = || two.with_write(|_| one.with_write(|_| ()));
    for _ in 0..3 {
        // The common outer lock excuses it, time and again.
        gate.with_write(|_| forwards());
        gate.with_write(|_| backwards());
        gate.with_write(|_| two.with_write(|_| ()));
    }
    for _ in 0..3 {
        assert!(refused(forwards), "under one lock, and another one");
        assert!(refused(|| other.with_write(|_| forwards())), "under two locks, and one of them another");
        gate.with_write(|_| forwards());
        assert!(
            refused(|| gate.with_write(|_| one.with_write(|_| gate.with_write(|_| ())))),
            "twice one lock"
        );
        assert_eq!([gate.try_with_write(|_| ()), one.try_with_write(|_| ())], [Ok(()), Ok(())]);
        assert_eq!(two.try_with_write(|_| ()), Ok(()));
    }
}

#[test]
fn each_lock_held_counts_when_a_nesting_is_settled() {
    set_action(Finding::Inversion, Action::Panic);
    let Deep { gate, one, two, other } = &Deep::default();
    two.with_write(|_| other.with_write(|_| ()));
    for _ in 0..3 {
        gate.with_write(|_| one.with_write(|_| two.with_write(|_| ())));
        assert!(
            refused(|| gate.with_write(|_| other.with_write(|_| two.with_write(|_| ())))),
            "the newer of two"
        );
        gate.with_write(|_| one.with_write(|_| two.with_write(|_| ())));
        let deeper = || one.with_write(|_| other.with_write(|_| two.with_write(|_| ())));
        assert!(refused(|| gate.with_write(|_| deeper())), "the newest of three");
    }
}

#[test]
fn instances_of_one_field_are_looked_at_each_time() {
    set_action(Finding::Inversion, Action::Panic);
    let (a, b, seen) = (Of::<i8>::default(), Of::<i8>::default(), Seen::default());
    for _ in 0..3 {
        a.cell.with_write(|_| b.cell.with_write(|_| ()));
        assert!(refused(|| b.cell.with_write(|_| a.cell.with_write(|_| ()))), "under one");
        seen.third.with_write(|_| a.cell.with_write(|_| b.cell.with_write(|_| ())));
        let backwards = || b.cell.with_write(|_| a.cell.with_write(|_| ()));
        assert!(refused(|| seen.third.with_write(|_| backwards())), "under two");
    }
}

#[test]
fn a_lock_given_back_before_the_newest_is_free_again() {
    let Loose { one, two, three } = &Loose::default();
    for _ in 0..3 {
        let (first, second) = (one.write(), two.write());
        drop(first);
        assert_eq!(one.try_with_write(|_| ()), Ok(()), "under one");
        drop(second);
        let (first, second, third) = (one.write(), two.write(), three.write());
        drop(second);
        assert_eq!(two.try_with_write(|_| ()), Ok(()), "under two");
        drop(first);
        assert_eq!(one.try_with_write(|_| ()), Ok(()));
        drop(third);
    }
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
