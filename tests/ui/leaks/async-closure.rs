//! Its future would borrow from the value.

use guarded_state::guarded;

#[guarded]
#[derive(Default)]
struct Inventory {
    #[guarded(mutex)]
    journal: Vec<String>,
}

async fn send() {}

async fn work(inv: &Inventory) {
    inv.journal
        .with_write(async |journal| {
            send().await;
            journal.clear();
        })
        .await;
}

fn main() {
    drop(work(&Inventory::default()));
}
