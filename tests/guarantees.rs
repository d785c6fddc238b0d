//! Proves that each line of GUARANTEES.md has an id of its own and names tests that exist.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

/// Fewer lines than this: promises were lost, or the list is read wrongly.
const FLOOR: usize = 100;

struct Promise {
    id: String,
    tests: Vec<String>,
}

fn read(path: &str) -> Result<String, String> {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path))
        .map_err(|error| format!("{path}: {error}"))
}

fn promises(text: &str) -> Vec<Promise> {
    let lines = text.lines().filter_map(|line| line.strip_prefix("- **"));
    lines
        .map(|line| {
            let (id, promise) = line.split_once("** ").expect("an id in stars before the promise");
            let held_by = promise.rsplit_once(" Held by ").map_or("", |(_, tests)| tests);
            let tests = held_by.split('`').skip(1).step_by(2).map(str::to_owned).collect();
            Promise { id: id.to_owned(), tests }
        })
        .collect()
}

/// The characters on both sides belong to no name.
fn words<'t>(text: &'t str, name: &str) -> impl Iterator<Item = (&'t str, &'t str)> {
    let in_name = |c: char| c.is_alphanumeric() || c == '_';
    text.match_indices(name)
        .map(|(at, name)| (&text[..at], &text[at + name.len()..]))
        .filter(move |(before, after)| !before.ends_with(in_name) && !after.starts_with(in_name))
}

/// `fn name` below `#[test]`, or a name that a macro makes a test of, for a kind or for every kind.
fn is_test(text: &str, name: &str) -> bool {
    words(text, name).any(|(before, after)| {
        let marked = before.rsplit(['}', ';']).next().is_some_and(|head| head.contains("test]"));
        let made = after.trim_start_matches([':', ' ']);
        (before.ends_with("fn ") && marked)
            || before.ends_with("check!(")
            || ["Rw", "Mutex", "Monitor", "Guarded", "Sharded", "BTreeMap", "HashMap", "imbl"]
                .iter()
                .any(|kind| made.starts_with(kind))
                && !before.ends_with("fn ")
    })
}

/// A case that runs in a process of its own: a function of tests/misuse that tests/misuse.rs lists.
fn is_misuse(path: &str, text: &str, name: &str) -> Result<bool, String> {
    let module = path.strip_prefix("tests/misuse/").and_then(|file| file.strip_suffix(".rs"));
    let Some(module) = module else { return Ok(false) };
    let listed = words(&read("tests/misuse.rs")?, &format!("{module}::{name}")).next().is_some();
    Ok(listed && text.contains(&format!("fn {name}(")))
}

/// A row of `ci/cost` with a bound.
fn is_bound(text: &str, row: &str) -> bool {
    text.lines()
        .map(|line| line.split_whitespace().collect::<Vec<_>>())
        .any(|words| matches!(words[..], ["on" | "off", name, .., bound] if name == row && bound != "-"))
}

fn exists(held_by: &str) -> Result<bool, String> {
    let Some((path, name)) = held_by.split_once("::") else {
        let message = held_by.strip_suffix(".rs").map(|case| read(&format!("{case}.stderr")));
        return Ok(held_by.starts_with("tests/ui/")
            && read(held_by).is_ok()
            && message.is_some_and(|text| text.is_ok()));
    };
    let text = read(path)?;
    if path == "ci/cost" {
        return Ok(is_bound(&text, name));
    }
    Ok(is_test(&text, name) || is_misuse(path, &text, name)?)
}

#[test]
fn every_promise_is_held_by_a_test() {
    let promises = promises(&read("GUARANTEES.md").unwrap());
    assert!(promises.len() >= FLOOR, "{} promises", promises.len());
    let mut ids = BTreeSet::new();
    let mut wrong = Vec::new();
    for Promise { id, tests } in &promises {
        let number = id.strip_prefix(|letter: char| letter.is_ascii_uppercase()).unwrap_or_default();
        if number.is_empty() || !number.bytes().all(|digit| digit.is_ascii_digit()) || number.starts_with('0')
        {
            wrong.push(format!("`{id}` is no letter and number"));
        }
        if !ids.insert(id) {
            wrong.push(format!("{id} is there twice"));
        }
        if tests.is_empty() {
            wrong.push(format!("{id} names no test"));
        }
        for test in tests {
            match exists(test) {
                Ok(true) => {}
                Ok(false) => wrong.push(format!("{id}: no test `{test}`")),
                Err(error) => wrong.push(format!("{id}: {error}")),
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_line_of_the_list_is_read() {
    let text = read("GUARANTEES.md").unwrap();
    let listed = text.lines().filter(|line| line.starts_with("- ")).count();
    assert_eq!(promises(&text).len(), listed);
    for line in text.lines().filter(|line| line.starts_with("- ")) {
        assert_eq!(line.matches(" Held by ").count(), 1, "{line}");
    }
}

#[test]
fn the_check_tells_a_test_from_other_functions() {
    let text = "#[test]\nfn held() {}\nfn helper() {}\nevery!(keep: made Rw<Keep>;);\n// made_up\n";
    let found = ["held", "helper", "made", "made_up", "hel"].map(|name| is_test(text, name));
    assert_eq!(found, [true, false, true, false, false]);
    assert!(
        is_bound("on  write  here  bare  40\n", "write") && !is_bound("on  write  here  bare  -\n", "write")
    );
    assert_eq!(exists("tests/ui/direct/no-such-case.rs"), Ok(false));
}
