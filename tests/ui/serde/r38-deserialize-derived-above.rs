//! `Deserialize` above the attribute sees the struct before its fields change.

use guarded_state::guarded;

#[derive(serde::Serialize, serde::Deserialize)]
#[guarded]
struct S {
    #[guarded]
    count: u32,
}

fn main() {}
