//! Loaders that wait for themselves, or for each other.

use super::{Cells, Quiet, panics};
use guarded_state::{Flight, Handover, LoadError, Propagate};
use std::convert::Infallible;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Barrier;
use std::thread;
use std::time::Duration;

const HOUR: Duration = Duration::from_hours(1);

#[test]
fn a_loader_that_asks_for_its_own_key_is_told_both_lines() {
    let cells = Cells::<Flight>::default();
    let outer = line!() + 2;
    let said = panics(|| {
        cells.get_or_load(1, |_| cells.get_or_load(1, |_| Ok::<_, Infallible>(7)).map(|l| l.value))
    });
    assert_eq!(said.matches(&format!("tests/single_flight/rings.rs:{outer}:")).count(), 2, "{said}");
    assert!(said.contains("already"), "{said}");
    assert_eq!(cells.get_or_load(1, |_| Ok::<_, Infallible>(7)).unwrap().value, 7);
}

#[test]
fn recursion_through_another_key_is_recursion() {
    let cells = Cells::<Flight<Handover>>::default();
    let innermost = || cells.get_or_load(1, |_| Ok::<_, Infallible>(7)).map(|loaded| loaded.value);
    let middle = |_: &u32| Ok::<_, Infallible>(innermost().unwrap());
    let said = panics(|| cells.get_or_load(1, |_| cells.get_or_load(2, middle).map(|loaded| loaded.value)));
    assert!(said.contains("already"), "{said}");
}

#[test]
fn recursion_with_a_limit_is_an_error() {
    let cells = Cells::<Flight>::default();
    let outer = line!() + 1;
    let inner = cells.get_or_load(1, |_| match cells.get_or_load_for(HOUR, 1, |_| Ok::<_, Infallible>(7)) {
        Err(LoadError::Reentrant { leader, .. }) => Ok::<_, Infallible>(leader.line().into()),
        other => panic!("{other:?}"),
    });
    assert_eq!(inner.unwrap().value, u64::from(outer));
}

#[test]
fn loaders_may_ask_for_other_keys() {
    fn fibonacci(cells: &Cells, n: u32) -> u64 {
        let sum = |n: &u32| -> Quiet {
            Ok(if *n < 2 { u64::from(*n) } else { fibonacci(cells, n - 1) + fibonacci(cells, n - 2) })
        };
        cells.get_or_load(n, sum).unwrap().value
    }
    let cells = Cells::default();
    assert_eq!((fibonacci(&cells, 40), cells.len()), (102_334_155, 41));
}

/// Two threads, each of which loads one key and asks for the other's.
fn cross<R: Send>(ask: impl Fn(u32, u32, &Barrier) -> R + Sync) -> [R; 2] {
    let barrier = Barrier::new(2);
    thread::scope(|scope| {
        let one = scope.spawn(|| ask(1, 2, &barrier));
        let two = scope.spawn(|| ask(2, 1, &barrier));
        [one.join().unwrap(), two.join().unwrap()]
    })
}

#[test]
fn a_ring_over_two_keys_ends_with_a_panic_that_prints_it() {
    let cells = Cells::<Flight<Propagate>>::default();
    let said = cross(|own, other, barrier| {
        panics(|| {
            cells.get_or_load(own, |_| {
                barrier.wait();
                cells.get_or_load(other, |_| Ok::<_, Infallible>(7)).map(|loaded| loaded.value)
            })
        })
    });
    // One proves it, and its own loader's panic reaches the one that waits for that.
    assert!(said.iter().all(|said| said.contains("deadlock: ")), "{said:?}");
    let ring = said.iter().find(|said| said.starts_with("deadlock")).unwrap();
    assert_eq!(ring.matches("  the loader of").count(), 2, "{ring}");
    assert_eq!(cells.get_or_load(1, |_| Ok::<_, Infallible>(7)).unwrap().value, 7);
}

#[test]
fn one_leaves_the_ring_and_the_other_goes_on() {
    let cells = Cells::<Flight<Handover>>::default();
    let ends = cross(|own, other, barrier| {
        catch_unwind(AssertUnwindSafe(|| {
            cells.get_or_load(own, |_| {
                barrier.wait();
                cells.get_or_load(other, |_| Ok::<_, Infallible>(7)).map(|loaded| loaded.value)
            })
        }))
    });
    assert_eq!(ends.iter().filter(|end| end.is_err()).count(), 1);
    assert_eq!(ends.into_iter().flatten().next().unwrap().unwrap().value, 7);
}

#[test]
fn with_a_limit_a_ring_is_an_error() {
    let cells = Cells::<Flight>::default();
    let ends = cross(|own, other, barrier| {
        let load = |_: &u32| -> Quiet {
            barrier.wait();
            let inner = cells.get_or_load_for(Duration::from_millis(200), other, |_| Ok::<_, Infallible>(7));
            Ok(match inner {
                Ok(loaded) => loaded.value,
                Err(LoadError::Deadlock { ring, .. }) => ring.lines().count() as u64,
                // Waits with a limit leave by themselves: the other one may have entered first.
                Err(LoadError::TimedOut { .. }) => 0,
                Err(other) => panic!("{other}"),
            })
        };
        cells.get_or_load(own, load).unwrap().value
    });
    assert!(ends.iter().all(|end| [0, 2, 7].contains(end)), "{ends:?}");
    assert!(ends.contains(&0) || ends.contains(&2), "somebody did not get the other's value: {ends:?}");
}

#[test]
fn a_ring_may_go_through_several_cells() {
    let (one, two) = (Cells::<Flight<Handover>>::default(), Cells::<Flight<Handover>>::default());
    let ends = cross(|own, _, barrier| {
        let (outer, inner) = if own == 1 { (&one, &two) } else { (&two, &one) };
        catch_unwind(AssertUnwindSafe(|| {
            outer.get_or_load(5, |_| {
                barrier.wait();
                inner.get_or_load(5, |_| Ok::<_, Infallible>(7)).map(|loaded| loaded.value)
            })
        }))
    });
    assert_eq!(ends.iter().filter(|end| end.is_err()).count(), 1);
}
