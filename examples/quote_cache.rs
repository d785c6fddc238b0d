//! A stampede: 200 threads ask for the same cold quote at once, of a server that takes its time.
//!
//! The wrong version looks, misses, loads and stores: each step is safe, and between two of them everybody else misses
//! too, so that the server is asked many times for one quote. With a single flight it is asked once.

use guarded_state::{LoadError, guarded};
use std::collections::HashMap;
use std::sync::Barrier;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

const CALLERS: usize = 200;

#[derive(Debug, PartialEq)]
struct NotListed(String);

#[guarded]
#[derive(Default)]
struct Quotes {
    /// The wrong version.
    #[guarded]
    plain: HashMap<String, u32>,
    #[guarded(single_flight)]
    loaded: HashMap<String, u32>,
}

/// Slow, and counts what it is asked.
#[derive(Default)]
struct Server(AtomicUsize);

impl Server {
    fn quote(&self, name: &str) -> Result<u32, NotListed> {
        self.0.fetch_add(1, Ordering::Relaxed);
        thread::sleep(Duration::from_millis(2)); // the network
        if name == "ACME" { Ok(42) } else { Err(NotListed(name.to_owned())) }
    }

    fn asked(&self) -> usize {
        self.0.swap(0, Ordering::Relaxed)
    }
}

/// All at once.
fn stampede(ask: impl Fn() + Sync) {
    let start = Barrier::new(CALLERS);
    thread::scope(|scope| {
        for _ in 0..CALLERS {
            scope.spawn(|| {
                start.wait();
                ask();
            });
        }
    });
}

fn main() {
    let server = Server::default();

    let Quotes { plain, loaded: quotes } = Quotes::default();
    stampede(|| {
        if plain.with_read(|quotes| quotes.get("ACME").copied()).is_none() {
            let quote = server.quote("ACME").expect("it is listed");
            plain.with_write(|quotes| quotes.insert("ACME".into(), quote));
        }
    });
    println!("look, load, store: the server was asked {} times", server.asked());

    stampede(|| {
        let quote = quotes.get_or_load("ACME".into(), |name| server.quote(name));
        assert_eq!(quote.expect("it is listed").value, 42);
    });
    let asked = server.asked();
    println!("get_or_load:       the server was asked {asked} times");
    assert_eq!(asked, 1);

    // An error is shared by those who wait for it, and tried again by those who come later.
    stampede(|| {
        let error =
            quotes.get_or_load("EVIL".into(), |name| server.quote(name)).expect_err("it is not listed");
        assert_eq!(*error, NotListed("EVIL".into()));
    });
    println!("an error:          the server was asked {} times", server.asked());

    // Who cannot wait for the network says how long.
    thread::scope(|scope| {
        scope.spawn(|| {
            quotes.get_or_load("ACME 2".into(), |_| server.quote("ACME")).map(|loaded| loaded.value)
        });
        while !format!("{quotes:?}").contains("loads: 1") && quotes.get_cloned("ACME 2").is_none() {
            thread::yield_now();
        }
        match quotes.get_or_load_for(Duration::from_micros(200), "ACME 2".into(), |_| server.quote("ACME")) {
            Ok(loaded) => println!("just in time: {}", loaded.value),
            Err(LoadError::TimedOut { leader, loading_for, .. }) => {
                println!("given up: {leader} has been loading for {loading_for:?}");
            }
            Err(other) => panic!("{other:?}"),
        }
    });
}
