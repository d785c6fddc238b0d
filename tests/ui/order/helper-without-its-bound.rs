//! A generic helper says what it locks.

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

fn note<L: guarded_state::Level>(inventory: &Inventory, key: &mut Key<L>) {
    inventory.journal.under(key).with_write(|journal, _| journal.push("noted".into()));
}

fn main() {
    note(&Inventory::default(), &mut Key::claim().unwrap());
}
