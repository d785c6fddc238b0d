//! Two crates are put in order by a third: by a list, or by a struct of its own that comes after theirs.

#[cfg(test)]
mod tests {
    use guarded_state::{Key, guarded, lock_order};
    use test_order_billing::Ledger;
    use test_order_depot::Depot;

    lock_order! {
        /// The depot is locked before the books.
        Program = [Depot::stock, Ledger::entries, Ledger::sum];
    }

    #[guarded(ordered)]
    #[derive(Default)]
    struct Audit {
        #[guarded(after = (Depot::doors, Ledger::sum))]
        log: Vec<u64>,
    }

    #[test]
    fn a_list_orders_two_crates() {
        let (depot, ledger) = (Depot::default(), Ledger::default());
        let mut key = Key::<_, Program>::claim_in().unwrap();
        depot.stock.under(&mut key).with_write(|stock, key| {
            stock.push(7);
            ledger.enter(70, key);
        });
        assert_eq!(ledger.sum.under(&mut key).cloned(), 70);
    }

    #[test]
    fn a_struct_comes_after_two_crates() {
        let (depot, ledger, audit) = (Depot::default(), Ledger::default(), Audit::default());
        let mut key = Key::claim().unwrap();
        depot.doors.under(&mut key).with_write(|doors, key| {
            *doors += 1;
            audit.log.under(key).with_write(|log, _| log.push(1));
        });
        ledger.enter(3, &mut key);
        ledger
            .sum
            .under(&mut key)
            .with_read(|sum, key| audit.log.under(key).with_write(|log, _| log.push(*sum)));
        assert_eq!(audit.log.under(&mut key).cloned(), [1, 3]);
    }
}
