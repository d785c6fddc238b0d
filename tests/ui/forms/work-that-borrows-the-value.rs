//! What is put off runs when the lock is released.

use guarded_state::{Guarded, afterwards};

fn main() {
    let names = Guarded::rw(vec![String::from("ada")]);
    afterwards(|after| names.with_read(|names| after.run(|| println!("{}", names[0]))));
}
