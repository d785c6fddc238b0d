//! Proves that the stall limit is the one that was set. In a process of its own, because the limit is the process's.

use guarded_state::{Finding, Guarded, TryError, on_event, set_stall_after};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

#[test]
fn the_limit_decides_what_is_a_stall() {
    let stalls = Arc::new(AtomicUsize::new(0));
    let told = Arc::clone(&stalls);
    on_event(move |event| {
        told.fetch_add(usize::from(event.finding == Finding::Stall), Ordering::SeqCst);
    });
    let cell: Guarded<u32> = Guarded::new(0);
    let wait = || {
        let beside = || cell.try_with_write_for(Duration::from_millis(200), |_| ());
        let end = cell.with_read(|_| std::thread::scope(|s| s.spawn(beside).join().unwrap()));
        assert!(matches!(end, Err(TryError::TimedOut { .. })), "{end:?}");
        stalls.swap(0, Ordering::SeqCst)
    };
    assert_eq!(wait(), 1, "100 ms by default");
    set_stall_after(Duration::from_hours(1));
    assert_eq!(wait(), 0);
    set_stall_after(Duration::from_millis(1));
    assert_eq!(wait(), 1);
}
