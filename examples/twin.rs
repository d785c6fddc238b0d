//! A plain struct for files, tests and messages, and a guarded twin of it while threads share it.

use guarded_state::Guarded;

#[derive(Clone, Debug, PartialEq, Guarded)]
#[guarded(twin = SharedBook)]
struct Book {
    #[guarded]
    copies: u32,
    #[guarded(mutex)]
    borrowers: Vec<String>,
    title: String,
}

fn main() {
    let book = Book { copies: 3, borrowers: Vec::new(), title: "Notes on the Engine".into() };
    let shared = SharedBook::from(book.clone());

    std::thread::scope(|scope| {
        for name in ["ada", "grace"] {
            let shared = &shared;
            scope.spawn(move || {
                shared.copies.with_write(|copies| *copies -= 1);
                shared.borrowers.with_write(|borrowers| borrowers.push(name.into()));
            });
        }
    });

    // Every lock is held for the moment of the copy, so its values belong together.
    let now: Book = shared.snapshot();
    println!("{} copies of {:?} are left", now.copies, shared.title);
    println!("changed: {}", now != book);

    // And back, without a copy.
    let back: Book = shared.into();
    assert_eq!(back, now);
    assert_eq!((back.copies, back.borrowers.len()), (1, 2));
}
