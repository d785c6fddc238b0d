//! The value of a lazy field is made by a closure that returns it, and may fail.

use guarded_state::guarded;

#[guarded]
#[derive(Default)]
struct App {
    #[guarded(lazy)]
    index: Vec<u32>,
}

fn main() {
    let app = App::default();
    let _index = app.index.get_or_init(|| Ok(vec![1]));
    app.index.with_write(|index| index.push(1));
}
