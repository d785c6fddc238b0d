//! Scopes in async code. A scope is short and has no `.await` in it, so a plain lock is right there; a monitor's condition is
//! awaited.

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

    for id in 0..20 {
        tokio::spawn(load(Arc::clone(&cache), id));
    }
    let all = cache.done.with_write_when_async(|done| *done == 20, |done| *done);
    let done = tokio::time::timeout(Duration::from_secs(10), all).await.expect("all have loaded");
    let pages = cache.pages.with_read(HashMap::len);
    println!("{done} loads, {pages} pages");
    assert_eq!((done, pages), (20, 20));
}
