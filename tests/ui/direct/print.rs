//! A field is not its value.

use guarded_state::guarded;

use guarded_state::Guarded;

#[guarded]
struct S {
    #[guarded]
    count: u32,
}

fn main() {
    let s = S { count: Guarded::new(1) };
    println!("{}", s.count);
}
