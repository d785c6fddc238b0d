//! What must not compile, with what rustc says about it: `tests/ui/<kind of mistake>/<mistake>.rs` and its `.stderr`.
//!
//! `TRYBUILD=overwrite cargo test --test ui` writes the messages anew; read each as someone who meets it for the first time.
// With a feature off there are fewer methods, and rustc suggests others.
#![cfg(all(feature = "observe", feature = "order-check"))]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The toolchain whose words the `.stderr` files repeat.
const PINNED: &str = "rustc 1.95.";

fn cases(below: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(below).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            let needs_serde = path.file_name().is_some_and(|name| name == "serde");
            if !needs_serde || cfg!(feature = "serde") {
                cases(&path, found);
            }
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
    found.sort();
}

fn pinned() -> bool {
    let rustc = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let version = Command::new(rustc).arg("--version").output().unwrap().stdout;
    String::from_utf8_lossy(&version).starts_with(PINNED)
}

#[test]
fn mistakes_do_not_compile() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut found = Vec::new();
    cases(&root.join("tests/ui"), &mut found);
    assert!(found.len() >= 45, "{} cases", found.len());
    let pinned = pinned();
    if !pinned && std::env::var_os("TRYBUILD").is_none() {
        // A missing `.stderr` fails the test unless it may be written; trybuild takes that from the environment.
        let again = Command::new(std::env::current_exe().unwrap()).env("TRYBUILD", "overwrite").status();
        assert!(again.unwrap().success(), "a mistake compiles");
        return;
    }
    let tests = trybuild::TestCases::new();
    for path in found {
        let name = path.strip_prefix(root).unwrap();
        if pinned {
            tests.compile_fail(name);
        } else {
            // Beside a copy any message will do; that there is one is still asserted.
            let copy = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
            fs::create_dir_all(copy.parent().unwrap()).unwrap();
            fs::copy(&path, &copy).unwrap();
            tests.compile_fail(copy);
        }
    }
}
