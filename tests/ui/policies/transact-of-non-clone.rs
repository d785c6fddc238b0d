//! What cannot be saved cannot be restored.

use guarded_state::guarded;

use guarded_state::Guarded;

struct Log(Vec<u32>);

#[guarded]
struct S {
    #[guarded]
    log: Log,
}

fn main() {
    let s = S { log: Guarded::new(Log(vec![])) };
    let _: Result<(), ()> = s.log.transact(|log| {
        log.0.push(1);
        Err(())
    });
}
