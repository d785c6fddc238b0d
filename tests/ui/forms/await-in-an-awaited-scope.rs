//! The scope of an awaited condition is a scope: it cannot await.

use guarded_state::Guarded;

async fn other() {}

async fn work(jobs: &Guarded<Vec<u32>, guarded_state::Monitor>) {
    jobs.with_write_when_async(|jobs| !jobs.is_empty(), |jobs| {
        other().await;
        jobs.pop()
    })
    .await;
}

fn main() {}
