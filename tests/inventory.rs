//! One struct through the whole of it.
use guarded_state::guarded;
use std::collections::HashMap;

#[guarded]
#[derive(Debug, Default)]
struct Inventory {
    /// Units on hand.
    #[guarded]
    stock: HashMap<String, u32>,
    #[guarded(mutex, on_panic = poison)]
    journal: Vec<String>,
    #[guarded(monitor)]
    orders: Vec<u32>,
    #[guarded(group = totals)]
    in_transit: u64,
    #[guarded(group = totals)]
    reserved: u64,
    name: String,
}

#[test]
fn a_struct_with_every_strategy() {
    let inv = Inventory::default();
    inv.stock.with_write(|stock| *stock.entry("a".into()).or_default() += 5);
    inv.journal.with_write(|journal| journal.push("a".into()));
    inv.orders.with_write(|orders| orders.push(1));
    inv.totals.with_write(|totals| {
        totals.in_transit += 1;
        totals.reserved += totals.in_transit;
    });
    assert_eq!(inv.stock.with_read(|stock| stock["a"]), 5);
    assert_eq!(inv.orders.with_write_when(|orders| !orders.is_empty(), Vec::pop), Some(1));
    assert_eq!(inv.totals.with_read(|totals| totals.reserved), 1);
    assert!(inv.name.is_empty());
}

#[test]
fn two_instances_in_two_orders_are_told() {
    let (a, b) = (Inventory::default(), Inventory::default());
    a.stock.with_read(|_| b.stock.with_read(|_| ()));
    let other_way = std::panic::catch_unwind(|| b.stock.with_read(|_| a.stock.with_read(|_| ())));
    let message = *other_way.unwrap_err().downcast::<String>().unwrap();
    assert!(message.contains("Inventory.stock") && message.contains("tests/inventory.rs"), "{message}");
    println!("{message}");
}

#[test]
fn two_fields_in_two_orders_are_told() {
    let a = Inventory::default();
    a.journal.with_read(|_| a.orders.with_read(|_| ()));
    let other_way = std::panic::catch_unwind(|| a.orders.with_read(|_| a.journal.with_read(|_| ())));
    let message = *other_way.unwrap_err().downcast::<String>().unwrap();
    println!("{message}");
    assert_eq!(message.matches("tests/inventory.rs").count(), 4, "{message}");
    let twice = std::panic::catch_unwind(|| a.totals.with_read(|_| a.totals.with_write(|_| ())));
    println!("{}", twice.unwrap_err().downcast::<String>().unwrap());
}
