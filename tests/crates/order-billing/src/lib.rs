//! One of two crates that do not know each other.

use guarded_state::{Key, MayTake, field, guarded};

/// What was sold, and for how much.
#[guarded(ordered)]
#[derive(Debug, Default)]
pub struct Ledger {
    /// A line a sale.
    #[guarded]
    pub entries: Vec<u64>,
    /// Their sum.
    #[guarded(mutex)]
    pub sum: u64,
}

impl Ledger {
    /// Enters a sale, under any order that leads to both locks.
    pub fn enter<L, U>(&self, amount: u64, key: &mut Key<L, U>)
    where
        L: MayTake<field!(Ledger::entries), U>,
        field!(Ledger::entries): MayTake<field!(Ledger::sum), U>,
        U: guarded_state::Ranks<field!(Ledger::entries)> + guarded_state::Ranks<field!(Ledger::sum)>,
    {
        self.entries.under(key).with_write(|entries, key| {
            entries.push(amount);
            self.sum.under(key).with_write(|sum, _| *sum += amount);
        });
    }
}
