//! The member moved behind the lock.

use guarded_state::guarded;

#[guarded]
#[derive(Default)]
struct S {
    #[guarded(group = totals)]
    sent: u32,
    #[guarded(group = totals)]
    kept: u32,
}

fn main() {
    let s = S::default();
    s.sent.with_read(|sent| *sent);
}
