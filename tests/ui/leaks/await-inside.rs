//! A scope has no `.await` inside.

use guarded_state::guarded;

#[guarded]
#[derive(Default)]
struct Inventory {
    #[guarded(mutex)]
    journal: Vec<String>,
}

async fn send() {}

async fn work(inv: &Inventory) {
    inv.journal.with_write(|journal| {
        send().await;
        journal.clear();
    });
}

fn main() {
    drop(work(&Inventory::default()));
}
