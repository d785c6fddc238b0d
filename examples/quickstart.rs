//! The whole idea on one screen: fields are behind locks, and closures are the only way in.

use guarded_state::guarded;
use std::collections::HashMap;

#[guarded]
#[derive(Debug, Default)]
struct Inventory {
    /// Units on hand.
    #[guarded] // a reader-writer lock
    stock: HashMap<String, u32>,
    #[guarded(mutex)]
    journal: Vec<String>,
    name: String, // not marked, not changed
}

fn main() {
    let inventory = Inventory { name: "north".into(), ..Inventory::default() };

    std::thread::scope(|scope| {
        for worker in 0..4 {
            let inventory = &inventory;
            scope.spawn(move || {
                inventory.stock.with_write(|stock| *stock.entry("bolt".into()).or_default() += 5);
                inventory.journal.with_write(|journal| journal.push(format!("worker {worker}: 5 bolts")));
            });
        }
    });

    let bolts = inventory.stock.with_read(|stock| stock["bolt"]);
    println!("{} has {bolts} bolts", inventory.name);

    // Printing never waits for a lock: a field in use prints as `<locked>`.
    inventory.stock.with_write(|_| println!("{inventory:?}"));

    // A lock that is busy need not be waited for, and the error names the line that holds it.
    inventory.journal.with_write(|_| {
        std::thread::scope(|scope| {
            scope.spawn(|| println!("{}", inventory.journal.try_with_read(Vec::len).unwrap_err()));
        });
    });

    assert_eq!(bolts, 20);
    assert_eq!(inventory.journal.with_read(Vec::len), 4);
}
