//! Proves that the report counts exactly, names who made whom wait, and leaves out what asks for it.
#![cfg(feature = "observe")]

use guarded_state::observe::report::FieldReport;
use guarded_state::{Finding, guarded, on_event, report};
use std::sync::Barrier;
use std::sync::mpsc::channel;
use std::thread;
use std::time::Duration;

#[guarded]
#[derive(Default)]
struct Counted {
    #[guarded]
    shared: u64,
    #[guarded(mutex)]
    alone: u64,
    #[guarded(mutex, unobserved)]
    unobserved: u64,
    #[guarded(mutex)]
    contended: u64,
    #[guarded(mutex)]
    panicked: u64,
    #[guarded]
    upgraded: u64,
}

/// Where `Counted.shared` is declared.
const SHARED: u32 = line!() - 14;

fn field(name: &str) -> FieldReport {
    report().fields.into_iter().find(|field| field.field == name).unwrap_or_default()
}

#[test]
fn counts_are_exact_across_threads_that_ended() {
    let counted = Counted::default();
    for _ in 0..3 {
        thread::scope(|s| {
            for _ in 0..4 {
                s.spawn(|| {
                    for _ in 0..1000 {
                        counted.shared.with_read(|_| ());
                        counted.alone.with_write(|n| *n += 1);
                        counted.unobserved.with_write(|n| *n += 1);
                    }
                    counted.shared.with_write(|_| ());
                });
            }
        });
    }
    let (shared, alone) = (field("Counted.shared"), field("Counted.alone"));
    assert_eq!((shared.reads, shared.writes), (12_000, 12));
    assert_eq!((alone.reads, alone.writes), (0, 12_000));
    let samples = shared.hold.samples + alone.hold.samples;
    assert!(
        (12..=24).contains(&samples),
        "of each thread's 2001 holds, some one in 1024 is timed: {samples}"
    );
    assert_eq!(shared.declared.to_string(), format!("{}:{SHARED}", file!()));
    let unobserved = field("Counted.unobserved");
    assert_eq!((unobserved.reads, unobserved.writes), (0, 0));
}

#[test]
fn who_made_whom_wait_names_both_lines() {
    let counted = Counted::default();
    let (send, stalls) = channel::<guarded_state::Event>();
    let stalls = std::sync::Mutex::new(stalls);
    on_event(move |event| {
        if event.finding == Finding::Stall {
            drop(send.send(event.clone()));
        }
    });
    let inside = Barrier::new(2);
    let (holder, waiter) = (line!() + 3, line!() + 10);
    thread::scope(|s| {
        s.spawn(|| {
            counted.contended.with_write(|_| {
                inside.wait();
                let stall = stalls.lock().unwrap().recv().unwrap();
                assert!(stall.field == "Counted.contended" && stall.at.line() == waiter, "{stall}");
            });
        });
        inside.wait();
        counted.contended.with_write(|n| *n += 1);
    });
    let seen = field("Counted.contended");
    assert_eq!((seen.writes, seen.contended, seen.waits, seen.stalls), (2, 1, 1, 1));
    assert!(seen.wait_max >= Duration::from_millis(50) && seen.wait_total == seen.wait_max);
    assert_eq!(seen.hold_contended.samples, 1);
    let waits = report().waits;
    let wait = waits.iter().find(|wait| wait.field == "Counted.contended").unwrap();
    assert_eq!((wait.waiter.line, wait.holder.as_ref().unwrap().line, wait.count), (waiter, holder, 1));
}

#[test]
fn panics_are_counted_and_formats_are_not_empty() {
    let counted = Counted::default();
    let half = std::panic::AssertUnwindSafe(|| counted.panicked.with_write(|_| panic!("half")));
    assert!(std::panic::catch_unwind(half).is_err());
    assert_eq!(field("Counted.panicked").panics, 1);
    let report = report();
    let formats =
        [report.to_string(), report.to_prometheus(), report.to_dot(), report.to_folded(), report.to_html()];
    for (number, text) in formats.iter().enumerate() {
        assert!(!text.is_empty() || number == 3, "format {number}");
    }
    assert!(formats[0].contains("Counted.panicked"), "{}", formats[0]);
}

/// The countdown once stopped where it ended at an upgrade.
#[test]
fn upgrades_are_sampled_like_other_writes() {
    let counted = Counted::default();
    for _ in 0..2048 {
        counted.upgraded.with_upgradable(|n| n.upgrade(|n| *n += 1));
    }
    let upgraded = field("Counted.upgraded");
    assert_eq!((upgraded.reads, upgraded.writes), (2048, 2048));
    assert!((3..=5).contains(&upgraded.hold.samples), "{}", upgraded.hold.samples);
}

#[cfg(feature = "order-check")]
#[test]
fn unobserved_fields_are_order_checked() {
    let counted = Counted::default();
    let lonely: guarded_state::Guarded<u32> = 0.into();
    let twice = std::panic::AssertUnwindSafe(|| counted.unobserved.with_read(|_| counted.unobserved.set(1)));
    assert!(std::panic::catch_unwind(twice).is_err());
    counted.unobserved.with_write(|_| lonely.with_read(|_| ()));
    assert!(report().order.iter().any(|edge| edge.held == "Counted.unobserved"));
}
