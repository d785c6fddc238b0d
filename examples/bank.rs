//! A bank: transfers among accounts in every direction at once, none lost, none half done, and no order to keep in mind.
//!
//! The wrong version nests the two scopes: a transfer from `a` to `b` and one from `b` to `a` would wait for each other.
//! It compiles where no order is declared, and is told the first time both directions were seen:
//!
//! ```text
//! from.balance.with_write(|from| to.balance.with_write(|to| ..))
//! ```
//! With `#[guarded(ordered)]` above the struct it does not compile:
//!
//! ```text
//! error[E0277]: cannot lock `Account·balance` while `Account·balance` is held
//! ```

use guarded_state::{each, guarded, read, transact_all, with_all, write};
use std::thread;

#[guarded]
#[derive(Default)]
struct Account {
    number: u32,
    #[guarded(mutex)]
    balance: u64,
    #[guarded(mutex)]
    received: u64,
}

#[derive(Debug, PartialEq)]
enum Refused {
    NotEnough { has: u64, needs: u64 },
    SameAccount,
}

/// Three locks of two accounts in one call, whichever comes first; an error leaves all as it was.
fn transfer(from: &Account, to: &Account, amount: u64) -> Result<(), Refused> {
    if from.number == to.number {
        return Err(Refused::SameAccount);
    }
    let locks = (write(&to.received), write(&to.balance), write(&from.balance));
    transact_all(locks, |(received, to, from)| {
        *to += amount;
        *received += 1;
        *from = from.checked_sub(amount).ok_or(Refused::NotEnough { has: *from, needs: amount })?;
        Ok(())
    })
}

/// All balances at one moment.
fn total(accounts: &[Account]) -> u64 {
    with_all(each(accounts.iter().map(|account| read(&account.balance))), |balances| {
        balances.into_iter().sum()
    })
}

fn main() {
    const ACCOUNTS: u32 = 8;
    const EACH: u64 = 1_000;
    let accounts: Vec<Account> =
        (0..ACCOUNTS).map(|number| Account { number, balance: EACH.into(), ..Account::default() }).collect();
    let refused: u64 = thread::scope(|scope| {
        let clerks: Vec<_> = (0..4_usize)
            .map(|clerk| {
                let accounts = &accounts;
                scope.spawn(move || {
                    let mut refused = 0;
                    for step in 0..20_000_usize {
                        let (from, to) =
                            ((step * 7 + clerk) % accounts.len(), (step * (clerk + 3)) % accounts.len());
                        refused += u64::from(
                            transfer(&accounts[from], &accounts[to], 1 + step as u64 % 90).is_err(),
                        );
                    }
                    refused
                })
            })
            .collect();
        for _ in 0..200 {
            assert_eq!(total(&accounts), u64::from(ACCOUNTS) * EACH, "at every moment");
        }
        clerks.into_iter().map(|clerk| clerk.join().expect("no clerk panics")).sum()
    });
    let done: u64 = accounts.iter().map(|account| account.received.cloned()).sum();
    assert_eq!(done + refused, 80_000);
    assert_eq!(total(&accounts), u64::from(ACCOUNTS) * EACH);
    println!("{done} transfers, {refused} refused, {} in the bank as before", total(&accounts));
    #[cfg(feature = "observe")]
    println!("\n{}", guarded_state::report());
}
