//! A report with everything in it, for the tests of the formats.

use core::time::Duration;

use super::{FieldReport, HoldReport, OrderEdge, Place, Report, WaitReport};

/// Characters that some format must escape: quotes, markup, a backslash, a line break, separators.
pub(super) const HOSTILE: &str = "Evil<'a, \"q\\\n;{}&\">.fi\u{1b}eld";

pub(super) const STORE: Place = Place::new("src/store.rs", 40);
pub(super) const ORDER: Place = Place::new("src/order.rs", 12);
pub(super) const AUDIT: Place = Place::new("src/audit.rs", 7);

pub(super) fn micros(us: u64) -> Duration {
    Duration::from_micros(us)
}

pub(super) fn wait(
    field: &str,
    waiter: Place,
    holder: Option<Place>,
    count: u64,
    total_us: u64,
) -> WaitReport {
    WaitReport {
        field: field.to_owned(),
        waiter,
        holder,
        count,
        total: micros(total_us),
        max: micros(total_us / 3),
    }
}

pub(super) fn edge(held: &str, taken: &str) -> OrderEdge {
    OrderEdge { held: held.to_owned(), taken: taken.to_owned(), held_at: STORE, taken_at: AUDIT }
}

pub(super) fn report() -> Report {
    let journal = FieldReport {
        field: "Audit.journal".to_owned(),
        strategy: "mutex",
        declared: Place::new("src/audit.rs", 3),
        writes: 77,
        ..FieldReport::default()
    };
    let stock = FieldReport {
        field: "Inventory.stock".to_owned(),
        strategy: "rw",
        declared: Place::new("src/store.rs", 9),
        reads: 1_234_567,
        writes: 4096,
        contended: 52,
        waits: 34,
        wait_total: micros(12_345),
        wait_max: micros(4115),
        hold: HoldReport {
            samples: 1210,
            p50: Duration::from_nanos(95),
            p99: micros(7),
            max: Duration::from_nanos(61_250),
        },
        hold_contended: HoldReport { samples: 34, p50: micros(3), p99: micros(900), max: micros(901) },
        stalls: 1,
        panics: 2,
        spread: None,
    };
    let hostile = FieldReport {
        field: HOSTILE.to_owned(),
        strategy: "monitor",
        declared: Place::new("src\\odd \"file\".rs", 1),
        writes: 1,
        waits: 1,
        contended: 1,
        wait_total: Duration::from_nanos(800),
        wait_max: Duration::from_nanos(800),
        ..FieldReport::default()
    };
    Report {
        fields: vec![journal, hostile, stock],
        waits: vec![
            wait("Inventory.stock", AUDIT, None, 4, 45),
            wait("Inventory.stock", ORDER, Some(STORE), 30, 12_300),
            wait(HOSTILE, AUDIT, Some(Place::new("src\\odd \"file\".rs", 2)), 1, 0),
        ],
        waits_lost: 3,
        order: vec![
            edge("Inventory.stock", "Audit.journal"),
            edge("Audit.journal", HOSTILE),
            edge("Inventory.stock", HOSTILE),
        ],
    }
}
