//! Scopes in async code. A scope is short and has no `.await` in it, so a plain lock is right there; what may wait long, a
//! monitor's condition, goes to `spawn_blocking`.

use guarded_state::guarded;
use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

#[guarded]
#[derive(Default)]
struct Cache {
    #[guarded]
    pages: HashMap<u32, String>,
    #[guarded(monitor)]
    done: u32,
}

/// Stands for a request.
async fn fetch(id: u32) -> String {
    tokio::time::sleep(Duration::from_millis(5)).await;
    format!("page {id}")
}

async fn load(cache: Arc<Cache>, id: u32) {
    // Look, then wait without any lock, then write. `.await` inside a closure does not compile: it is not async.
    if cache.pages.with_read(|pages| pages.contains_key(&id)) {
        return;
    }
    let page = fetch(id).await;
    // Someone else may have been faster: decide inside the scope.
    cache.pages.with_write(|pages| pages.entry(id).or_insert(page).len());
    cache.done.with_write(|done| *done += 1);
}

#[tokio::main]
async fn main() {
    let cache = Arc::new(Cache::default());

    // Waits on a thread of its own; on a worker of the runtime it would hold up other tasks.
    let all = tokio::task::spawn_blocking({
        let cache = Arc::clone(&cache);
        move || cache.done.with_write_when(|done| *done == 20, |done| *done)
    });

    let tasks: Vec<_> = (0..20).map(|id| tokio::spawn(load(Arc::clone(&cache), id))).collect();
    for task in tasks {
        task.await.expect("a task panicked");
    }

    let done = all.await.expect("the wait panicked");
    let pages = cache.pages.with_read(HashMap::len);
    println!("{done} loads, {pages} pages");
    assert_eq!((done, pages), (20, 20));
}
