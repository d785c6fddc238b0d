//! A field is not its value.

use guarded_state::guarded;

use guarded_state::Guarded;

#[guarded]
struct S {
    #[guarded]
    found: Option<u32>,
}

fn main() {
    let s = S { found: Guarded::new(None) };
    if let Some(found) = s.found {
        println!("{found}");
    }
}
