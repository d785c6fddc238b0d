//! The lock order of many processes, merged and judged.
//!
//! ```sh
//! GUARDED_ORDER_FILE=/tmp/order.tsv cargo test          # every test process adds what it has seen
//! cargo run --example order_file -- /tmp/order.tsv      # rings that no single run has seen; exits with 1 if there are any
//! cargo run --example order_file -- /tmp/order.tsv --declared   # and fails on pairs that no declaration orders
//! cargo run --example order_file -- /tmp/order.tsv --dot | dot -Tsvg >order.svg
//! ```
//! Without a file it shows the order of a small program of its own.

use guarded_state::{Order, OrderFile, guarded, order};
use std::process::ExitCode;

#[guarded(ordered)]
#[derive(Default)]
struct Shop {
    #[guarded]
    stock: u32,
    #[guarded]
    journal: Vec<String>,
    #[guarded]
    till: u64,
}

#[guarded]
#[derive(Default)]
struct Audit {
    #[guarded(mutex)]
    log: Vec<String>,
}

/// A pair that is declared and was seen, one that is declared only, and one that nobody has declared.
fn of_this_process() -> Order {
    let (shop, audit) = (Shop::default(), Audit::default());
    let mut key = guarded_state::Key::claim().expect("nothing is held");
    shop.stock.under(&mut key).with_write(|stock, key| {
        *stock += 1;
        shop.journal.under(key).with_write(|journal, _| {
            journal.push("one more".into());
            audit.log.with_write(|log| log.push("the stock has changed".into()));
        });
        shop.till.under(key).with_write(|till, _| *till += 1);
    });
    order()
}

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let has = |flag: &str| arguments.iter().any(|argument| argument == flag);
    let Some(path) = arguments.iter().find(|argument| !argument.starts_with("--")) else {
        print!("{}", of_this_process().to_dot());
        return ExitCode::SUCCESS;
    };
    let file = match OrderFile::read(path) {
        Ok(file) => file,
        Err(error) => {
            eprintln!("{path}: {error}");
            return ExitCode::from(2);
        }
    };
    let order = file.order();
    if has("--dot") {
        print!("{}", order.to_dot());
        return ExitCode::SUCCESS;
    }
    let rings = file.rings();
    for ring in &rings {
        println!("{ring}");
    }
    let undeclared = order.undeclared();
    if has("--declared") {
        for (held, taken) in &undeclared {
            println!("undeclared: `{taken}` is taken while `{held}` is held");
        }
    }
    for (before, after) in order.unseen() {
        println!("declared and never seen: `{after}` after `{before}`");
    }
    println!("{} pairs, {} rings", order.observed.len(), rings.len());
    ExitCode::from(u8::from(!rings.is_empty() || has("--declared") && !undeclared.is_empty()))
}
