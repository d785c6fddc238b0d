//! Conditions, and the end of waiting for them, are a monitor's.

use guarded_state::guarded;

#[guarded]
#[derive(Default)]
struct App {
    #[guarded]
    jobs: Vec<u32>,
}

fn main() {
    let app = App::default();
    let _wait = app.jobs.with_write_when_async(|jobs| !jobs.is_empty(), |jobs| jobs.pop());
    app.jobs.close();
}
