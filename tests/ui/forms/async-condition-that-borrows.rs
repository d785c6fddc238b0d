//! A future may be leaked with its condition still in the queue, so the condition borrows nothing.

use guarded_state::Guarded;

fn main() {
    let jobs = Guarded::monitor(vec![1]);
    let wanted = 2;
    let _wait = jobs.with_write_when_async(|jobs| jobs.contains(&wanted), |jobs| jobs.len());
}
