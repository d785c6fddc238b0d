//! Two maps that mirror each other change as one: behind one lock, as a group, or in one call over two locks.

use guarded_state::{guarded, read, with_all, write};
use std::collections::{BTreeMap, HashMap};
use std::thread;

/// One lock for both: nobody ever sees the one without the other. The choice where they always go together.
#[guarded]
#[derive(Default)]
struct Names {
    #[guarded(group = names, invariant = Self::mirror)]
    by_id: BTreeMap<u32, String>,
    #[guarded(group = names)]
    by_name: HashMap<String, u32>,
}

impl Names {
    /// Looked at as each write scope ends, in debug builds.
    fn mirror(names: &NamesNames) -> bool {
        names.by_id.len() == names.by_name.len()
            && names.by_name.iter().all(|(name, id)| names.by_id.get(id) == Some(name))
    }

    fn rename(&self, id: u32, new: &str) -> Option<String> {
        self.names.with_write(|names| {
            let old = names.by_id.insert(id, new.to_owned());
            if let Some(old) = &old {
                names.by_name.remove(old);
            }
            // A name that another had is taken from it.
            if let Some(other) = names.by_name.insert(new.to_owned(), id).filter(|other| *other != id) {
                names.by_id.remove(&other);
            }
            old
        })
    }
}

/// A lock for each: whoever needs one of them is not held up by the other. A call that needs both names both.
#[guarded]
#[derive(Default)]
struct Orders {
    #[guarded]
    by_customer: HashMap<String, Vec<u32>>,
    #[guarded]
    customers: HashMap<u32, String>,
}

impl Orders {
    fn add(&self, order: u32, customer: &str) {
        with_all((write(&self.by_customer), write(&self.customers)), |(by_customer, customers)| {
            by_customer.entry(customer.to_owned()).or_default().push(order);
            customers.insert(order, customer.to_owned());
        });
    }

    fn cancel(&self, order: u32) {
        with_all((write(&self.by_customer), write(&self.customers)), |(by_customer, customers)| {
            if let Some(orders) = customers.remove(&order).and_then(|customer| by_customer.get_mut(&customer))
            {
                orders.retain(|other| *other != order);
            }
        });
    }

    /// How many there are by the one map, and by the other.
    fn count(&self) -> (usize, usize) {
        with_all((read(&self.by_customer), read(&self.customers)), |(by_customer, customers)| {
            (by_customer.values().map(Vec::len).sum(), customers.len())
        })
    }
}

fn main() {
    let (names, orders) = (Names::default(), Orders::default());
    thread::scope(|scope| {
        for thread in 0..4 {
            let (names, orders) = (&names, &orders);
            scope.spawn(move || {
                for n in 0..500 {
                    names.rename(n % 20, &format!("name {}", (n * 7 + thread) % 30));
                    orders.add(n * 4 + thread, ["ada", "grace", "barbara"][n as usize % 3]);
                    if n % 3 == 0 {
                        orders.cancel(n * 4 + thread);
                    }
                    let (one, other) = orders.count();
                    assert_eq!(one, other, "seen between two writes");
                }
            });
        }
    });
    let entries = names.names.with_read(|names| names.by_id.len());
    println!("{entries} names, {} orders; the maps agree", orders.count().0);
}
