//! A pipeline of three parts that could be three crates. Each declares what its fields come after, so the order of all of
//! them is checked by the compiler, without a list in one place.

use guarded_state::{Key, MayTake, field};

mod intake {
    use guarded_state::guarded;

    /// Knows nobody.
    #[guarded(ordered)]
    #[derive(Default)]
    pub(crate) struct Intake {
        #[guarded(mutex)]
        pub(crate) lines: Vec<String>,
    }
}

mod parse {
    use guarded_state::guarded;

    /// Knows the intake.
    #[guarded(ordered)]
    #[derive(Default)]
    pub(crate) struct Parser {
        #[guarded(after = crate::intake::Intake::lines)]
        pub(crate) numbers: Vec<i64>,
        #[guarded(mutex)]
        pub(crate) refused: Vec<String>,
    }
}

mod store {
    use guarded_state::guarded;

    /// Knows the parser.
    #[guarded(ordered)]
    #[derive(Default)]
    pub(crate) struct Store {
        #[guarded(after = crate::parse::Parser::refused)]
        pub(crate) sum: i64,
        #[guarded(leaf)]
        pub(crate) steps: u64,
    }
}

#[derive(Default)]
struct Pipeline {
    intake: intake::Intake,
    parser: parse::Parser,
    store: store::Store,
}

impl Pipeline {
    /// Takes one line through all parts; each part is locked while the one before it still is.
    fn step(&self, key: &mut Key) -> bool {
        self.intake.lines.under(key).with_write(|lines, key| {
            let Some(line) = lines.pop() else { return false };
            match line.parse() {
                Ok(number) => self.keep(number, key),
                Err(_) => self.parser.refused.under(key).with_write(|refused, _| refused.push(line)),
            }
            true
        })
    }

    /// Can be called with anything held that comes before the numbers. The other way round it does not compile:
    /// `store.sum` under a key of `store.steps`, `intake.lines` under a key of `parser.numbers`.
    fn keep<L: MayTake<field!(parse::Parser::numbers)>>(&self, number: i64, key: &mut Key<L>) {
        self.parser.numbers.under(key).with_write(|numbers, key| {
            numbers.push(number);
            self.store.sum.under(key).with_write(|sum, key| {
                *sum += number;
                self.store.steps.under(key).with_write(|steps, _| *steps += 1);
            });
        });
    }
}

fn main() {
    let pipeline = Pipeline::default();
    let mut key = Key::claim().expect("nothing is held at the start");
    let lines = (0..1_000).map(|n| if n % 100 == 7 { format!("line {n}") } else { n.to_string() });
    pipeline.intake.lines.under(&mut key).set(lines.collect());
    std::thread::scope(|scope| {
        for _ in 0..3 {
            scope.spawn(|| {
                let mut key = Key::claim().expect("this thread holds nothing yet");
                while pipeline.step(&mut key) {}
            });
        }
    });
    let refused = pipeline.parser.refused.under(&mut key).cloned();
    let steps = pipeline.store.steps.under(&mut key).cloned();
    let sum = pipeline.store.sum.under(&mut key).cloned();
    let numbers = pipeline.parser.numbers.under(&mut key).take();
    assert_eq!((refused.len(), steps), (10, 990));
    assert_eq!(sum, numbers.into_iter().sum::<i64>());
    println!("{steps} numbers, {} lines refused, sum {sum}", refused.len());
}
