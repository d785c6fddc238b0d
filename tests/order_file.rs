//! Proves that the order can be seen, kept over many processes, and compared with what is declared.
#![cfg(feature = "order-check")]

use guarded_state::{Key, OrderFile, guarded, order, read, with_all, write};
use std::path::{Path, PathBuf};
use std::process::Command;

#[guarded]
#[derive(Default)]
struct Seen {
    #[guarded(mutex)]
    gate: u32,
    #[guarded]
    a: u32,
    #[guarded(mutex)]
    b: u32,
}

#[guarded(ordered)]
#[derive(Default)]
struct Declared {
    #[guarded]
    first: u32,
    #[guarded]
    second: u32,
    #[guarded(leaf)]
    last: u32,
    #[guarded]
    third: u32,
}

const CASE: &str = "GUARDED_ORDER_CASE";

/// What the processes run; nothing in the parent.
#[test]
fn child() {
    let seen = Seen::default();
    let forwards = || seen.a.with_write(|_| seen.b.with_write(|_| ()));
    let backwards = || seen.b.with_read(|_| seen.a.with_read(|_| ()));
    match std::env::var(CASE).as_deref() {
        Ok("forwards") => forwards(),
        Ok("backwards") => backwards(),
        Ok("gated backwards") => seen.gate.with_write(|_| backwards()),
        Ok("gated forwards") => seen.gate.with_write(|_| forwards()),
        Ok("declared") => {
            let declared = Declared::default();
            let mut key = Key::claim().unwrap();
            declared.first.under(&mut key).with_read(|_, key| declared.third.under(key).with_read(|_, _| ()));
            declared.third.under(&mut key).with_read(|_, key| declared.last.under(key).with_read(|_, _| ()));
        }
        Ok("against") => {
            let declared = Declared::default();
            declared
                .second
                .try_with_write(|_| with_all((write(&declared.first),), |(first,)| *first = 1))
                .unwrap();
        }
        _ => {}
    }
}

fn file(name: &str, cases: &[&str]) -> OrderFile {
    let path: PathBuf = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    drop(std::fs::remove_file(&path));
    for case in cases {
        let status = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "child", "--test-threads=1"])
            .envs([(CASE, *case), ("GUARDED_ORDER_FILE", path.to_str().unwrap())])
            .env("GUARDED_FINDINGS", "report") // a panic would only end the process sooner
            .stdout(std::process::Stdio::null())
            .status();
        assert!(status.unwrap().success(), "{case}");
    }
    OrderFile::read(path).unwrap()
}

#[test]
fn a_ring_that_no_single_run_has_seen_is_found() {
    let both = file("both.tsv", &["forwards", "backwards", "forwards"]);
    let rings = both.rings();
    assert_eq!(rings.len(), 1, "{rings:?}");
    assert!(
        rings[0].contains("Seen.a") && rings[0].contains("Seen.b") && rings[0].matches(file!()).count() == 4
    );
    let both = file("gated.tsv", &["gated forwards", "gated backwards"]);
    assert_eq!(both.rings(), [""; 0], "a common outer lock excuses it");
    let both = file("half-gated.tsv", &["gated forwards", "gated backwards", "backwards", "forwards"]);
    assert!(!both.rings().is_empty(), "not without it");
}

#[test]
fn what_is_declared_is_compared() {
    let kept = file("declared.tsv", &["declared", "forwards"]);
    assert_eq!(kept.rings(), [""; 0]);
    let order = kept.order();
    assert_eq!(order.undeclared(), [("Seen.a", "Seen.b")]);
    let unseen = [
        ("Declared.first", "Declared.second"),
        ("Declared.second", "Declared.last"),
        ("Declared.second", "Declared.third"),
    ];
    assert_eq!(order.unseen(), unseen);
    assert!(
        order.to_dot().contains(r#""Declared.first" -> "Declared.third" [style=bold"#),
        "{}",
        order.to_dot()
    );
    let against = file("against.tsv", &["declared", "against"]);
    assert_eq!(against.rings().len(), 1, "{:?}", against.rings());
}

#[test]
fn this_process_can_be_asked() {
    let (seen, declared) = (Seen::default(), Declared::default());
    let line = line!() + 1;
    seen.gate.with_write(|_| with_all((read(&declared.second),), |_| ()));
    let order = order();
    let pair = ("Seen.gate".to_owned(), "Declared.second".to_owned());
    let place = format!("{}:{line}", file!());
    assert!(order.observed[&pair].0.starts_with(&place) && order.observed[&pair].1.starts_with(&place));
    assert!(order.declared.contains(&("Declared.first".to_owned(), "Declared.second".to_owned())));
    assert!(
        order.to_dot().contains("\"Declared.first\" -> \"Declared.second\" [style=dashed]"),
        "{}",
        order.to_dot()
    );
}

/// Who asked for the order does not get a success without it.
#[test]
fn a_file_that_cannot_be_written_is_told() {
    let output = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "child", "--test-threads=1", "--nocapture"])
        .envs([(CASE, "forwards"), ("GUARDED_ORDER_FILE", "no/such/folder/order.tsv")])
        .output()
        .unwrap();
    let told = String::from_utf8_lossy(&output.stderr);
    assert!(!output.status.success() && told.contains("no/such/folder/order.tsv"), "{told}");
}
