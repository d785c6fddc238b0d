//! The other one.

use guarded_state::guarded;

/// What is there.
#[guarded(ordered)]
#[derive(Debug, Default)]
pub struct Depot {
    /// Units.
    #[guarded]
    pub stock: Vec<u32>,
    /// Comes after the stock, and is not named by the program's order.
    #[guarded(monitor)]
    pub doors: u32,
}
