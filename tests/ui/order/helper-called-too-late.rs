//! A helper that takes the journal is not called with something later held.

use guarded_state::{Key, guarded};

#[guarded(ordered)]
#[derive(Default)]
struct Inventory {
    #[guarded]
    stock: Vec<u32>,
    #[guarded(mutex)]
    journal: Vec<String>,
    #[guarded(leaf)]
    hits: u64,
}

fn note<L: guarded_state::MayTake<guarded_state::field!(Inventory::journal)>>(inventory: &Inventory, key: &mut Key<L>) {
    inventory.journal.under(key).with_write(|journal, _| journal.push("noted".into()));
}

fn main() {
    let inventory = Inventory::default();
    let mut key = Key::claim().unwrap();
    inventory.journal.under(&mut key).with_write(|_, key| note(&inventory, key));
}
