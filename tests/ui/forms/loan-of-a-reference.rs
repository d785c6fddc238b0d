//! What is lent is moved out: a reference would outlive its scope.

use guarded_state::Guarded;

fn main() {
    let idle = Guarded::mutex(vec![String::from("a")]);
    let _first = idle.lend(|idle| &idle[0], |_, _| ());
}
