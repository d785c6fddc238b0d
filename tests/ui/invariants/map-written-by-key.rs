//! The invariant is one of the whole map.

use guarded_state::guarded;
use std::collections::HashMap;

fn balanced(accounts: &HashMap<u32, i64>) -> bool {
    accounts.values().sum::<i64>() == 0
}

#[guarded]
#[derive(Default)]
struct Bank {
    #[guarded(invariant = balanced)]
    accounts: HashMap<u32, i64>,
}

fn main() {
    let bank = Bank::default();
    bank.accounts.insert(1, 5);
    bank.accounts.with_write_key(1, |account| *account.or_default() += 5);
    let _ = bank.accounts.get_cloned(&1);
}
