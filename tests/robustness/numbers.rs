//! Each of the 75 cases is held by something that carries its number: `r13_..` in a test, `r39-..` as a ui case.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

const CASES: u32 = 75;

/// Numbers after an `r` that begins a word, with `-` or `_` behind them.
fn numbers_in(text: &str, found: &mut BTreeSet<u32>) {
    let bytes = text.as_bytes();
    for at in 0..bytes.len().saturating_sub(3) {
        let [b'r', tens, ones, b'_' | b'-'] = bytes[at..at + 4] else { continue };
        let begins = at == 0 || !bytes[at - 1].is_ascii_alphanumeric();
        if begins && tens.is_ascii_digit() && ones.is_ascii_digit() {
            found.insert(u32::from(tens - b'0') * 10 + u32::from(ones - b'0'));
        }
    }
}

fn numbers_below(path: &Path, found: &mut BTreeSet<u32>) {
    for entry in fs::read_dir(path).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            numbers_below(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            numbers_in(&path.file_name().unwrap().to_string_lossy(), found);
            if !path.ends_with("robustness/numbers.rs") {
                numbers_in(&fs::read_to_string(&path).unwrap(), found);
            }
        }
    }
}

#[test]
fn every_case_is_held_by_a_test() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut found = BTreeSet::new();
    for tree in ["tests", "guarded-macros/src/tests"] {
        numbers_below(&root.join(tree), &mut found);
    }
    let missing: Vec<_> = (1..=CASES).filter(|case| !found.contains(case)).collect();
    assert!(missing.is_empty(), "no test for {missing:?}");
}
