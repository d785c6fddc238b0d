//! Two calls are two moments: a look and a removal lose what was written in between; one call that does both does not.
//!
//! The trap is that of Go's `sync.Map`: `Load`, then `Delete`, where `LoadAndDelete` was meant. Two threads count visits by page, and
//! this one collects the counts now and then. All visits that were counted must be collected.

use guarded_state::guarded;
use std::collections::HashMap;
use std::thread;

const VISITS: usize = 200_000;
const PAGES: [&str; 4] = ["home", "news", "about", "help"];

#[guarded]
#[derive(Default)]
struct Site {
    #[guarded(sharded)] // or `rw`, `mutex`, `monitor`, `versioned`: the trap is the same
    visits: HashMap<String, usize>,
}

/// The visits that were collected, of twice [`VISITS`].
fn collected(collect: impl Fn(&Site, &str) -> usize + Sync) -> usize {
    let site = Site::default();
    let count = || {
        for n in 0..VISITS {
            site.visits.with_write_key(PAGES[n % PAGES.len()].into(), |visits| *visits.or_default() += 1);
        }
    };
    let all = |site: &Site| PAGES.iter().map(|page| collect(site, page)).sum::<usize>();
    thread::scope(|scope| {
        let counters = [scope.spawn(count), scope.spawn(count)];
        let mut sum = 0;
        while !counters.iter().all(thread::ScopedJoinHandle::is_finished) {
            sum += all(&site);
        }
        sum
    }) + all(&site)
}

fn main() {
    let two_calls = collected(|site, page| {
        let visits = site.visits.get_cloned(page).unwrap_or(0);
        thread::yield_now(); // others are counted now
        site.visits.remove(page); // and gone
        visits
    });
    let one_call = collected(|site, page| site.visits.remove(page).unwrap_or(0));
    println!("a look and a removal: {} of {} visits lost", 2 * VISITS - two_calls, 2 * VISITS);
    println!("one call:             {} of {} visits lost", 2 * VISITS - one_call, 2 * VISITS);
    assert_eq!(one_call, 2 * VISITS);
}
