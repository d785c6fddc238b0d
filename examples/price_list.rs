//! A price list with history: shops read it all the time and never wait; a buyer prepares a sale beside it for as long as it
//! takes; the two are merged, and an audit says what has changed, and when.

use guarded_state::{Snapshot, guarded};
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread;

type Cents = u64;

#[guarded]
#[derive(Default)]
struct Catalogue {
    #[guarded(versioned(history = 64))]
    prices: BTreeMap<String, Cents>,
}

impl Catalogue {
    /// An order is priced by one list, however long that takes.
    fn quote(&self, items: &[&str]) -> (Snapshot<BTreeMap<String, Cents>>, Cents) {
        let prices = self.prices.snapshot();
        let sum = items.iter().filter_map(|item| prices.get(*item)).sum();
        (prices, sum)
    }
}

fn main() {
    let catalogue = Catalogue::default();
    catalogue.prices.extend((0..1_000).map(|n| (format!("item {n:03}"), 1_000)));
    let opening = catalogue.prices.version();

    let closed = AtomicBool::new(false);
    let quotes = AtomicU64::new(0);
    let merged = thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                while !closed.load(Ordering::Relaxed) {
                    let (prices, sum) = catalogue.quote(&["item 000", "item 001"]);
                    assert_eq!(sum, prices["item 000"] + prices["item 001"], "one list, not two");
                    quotes.fetch_add(1, Ordering::Relaxed);
                }
            });
        }

        // A sale, prepared beside the list: ten percent off for the first hundred.
        let mut sale = catalogue.prices.branch(opening).expect("the opening list is kept");
        for n in 0..100 {
            sale.with_write_key(format!("item {n:03}"), |price| {
                drop(price.and_modify(|price| *price = *price * 9 / 10));
            });
        }
        // Meanwhile a supplier raises a price that the sale has lowered, and one that it has not.
        catalogue.prices.insert("item 007".into(), 1_100);
        catalogue.prices.insert("item 500".into(), 1_250);

        let merged = catalogue.prices.merge(sale.version(), |conflict| {
            println!(
                "both changed {}: {:?} here, {:?} in the sale",
                conflict.key, conflict.ours, conflict.theirs
            );
            conflict.ours.map(|raised| raised * 9 / 10) // the raised price, and the sale's ten percent
        });
        closed.store(true, Ordering::Relaxed);
        merged.expect("a branch keeps what a merge needs")
    });

    let audit = catalogue.prices.diff(opening, merged).expect("64 versions are kept");
    assert_eq!((audit.added.len(), audit.removed.len(), audit.changed.len()), (0, 0, 101));
    assert_eq!(catalogue.prices.get_cloned("item 007"), Some(990));
    println!(
        "{} quotes, none of which waited; {opening} to {merged}: {} prices changed",
        quotes.load(Ordering::Relaxed),
        audit.changed.len()
    );
    assert_eq!(catalogue.prices.at(opening).map(|list| list["item 007"]), Some(1_000), "as it was");
}
