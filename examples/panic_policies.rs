//! What a panic in a write scope leaves behind, by policy. The lock itself is released under each.

use guarded_state::{TryError, guarded};
use std::panic::{AssertUnwindSafe, catch_unwind};

#[guarded]
#[derive(Debug, Default)]
struct Account {
    #[guarded] // the default: the value stays as the panic left it, and that is remembered
    kept: Vec<u32>,
    #[guarded(on_panic = poison)] // nobody sees a half-written value by accident
    poisoned: Vec<u32>,
    #[guarded(on_panic = rollback)] // as if the scope had not begun, for a clone a write
    restored: Vec<u32>,
}

fn half_done(value: &mut Vec<u32>) {
    value.push(1);
    panic!("after the first of two steps");
}

/// Runs what is going to panic, and goes on.
fn survive(f: impl FnOnce()) {
    assert!(catch_unwind(AssertUnwindSafe(f)).is_err());
}

fn main() {
    std::panic::set_hook(Box::new(|info| println!("  (panic at {})", info.location().unwrap())));
    let account = Account::default();

    println!("keep:");
    survive(|| account.kept.with_write(half_done));
    println!("  the value is {:?}", account.kept.cloned());
    let left = account.kept.left_by_panic();
    println!("  left by a panic: {left:?}");

    println!("poison:");
    survive(|| account.poisoned.with_write(half_done));
    let error = account.poisoned.try_with_read(Vec::len).unwrap_err();
    println!("  {error}");
    // Mend the value, and the field is open again.
    account.poisoned.recover(Vec::clear);

    println!("rollback:");
    survive(|| account.restored.with_write(half_done));
    println!("  the value is {:?}", account.restored.cloned());

    // The same for an error: `transact` takes back what a closure did that returns `Err`.
    let refused: Result<(), &str> = account.kept.transact(|value| {
        value.push(2);
        Err("no")
    });

    assert_eq!(account.kept.cloned(), [1]);
    assert_eq!(left.is_some(), cfg!(feature = "observe"));
    assert!(matches!(error, TryError::Poisoned { .. }));
    assert_eq!(account.poisoned.try_with_read(Vec::len), Ok(0));
    assert!(account.restored.cloned().is_empty());
    assert_eq!(refused, Err("no"));
}
