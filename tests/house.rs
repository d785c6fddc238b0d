//! Proves that the house stays as CONTRIBUTING.md describes it: who may be unsafe, who names locks, who imports whom.

use std::fs;
use std::path::{Path, PathBuf};

fn sources(below: &str) -> Vec<(String, String)> {
    fn walk(folder: &Path, found: &mut Vec<PathBuf>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                walk(&path, found);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                found.push(path);
            }
        }
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join(below);
    let mut found = Vec::new();
    walk(&root, &mut found);
    assert!(!found.is_empty(), "{below} is empty");
    let text = |path: &PathBuf| {
        let name = path.strip_prefix(&root).unwrap().to_string_lossy().replace('\\', "/");
        (name, fs::read_to_string(path).unwrap())
    };
    found.iter().map(text).collect()
}

/// The lines of code, without comments.
fn code(text: &str) -> impl Iterator<Item = &str> {
    text.lines().map(|line| line.split("//").next().unwrap_or_default())
}

#[test]
fn unsafe_code_is_argued_where_it_stands() {
    let allowed = [
        "cell/contend.rs",
        "cell/guard.rs",
        "cell/hold.rs",
        "cell/loan.rs",
        "cell/monitor.rs",
        "cell/monitor/polled.rs",
        "cell/monitor/queue.rs",
        "cell/stall.rs",
        "cell/storage.rs",
        "sync.rs",
    ];
    for (name, text) in sources("guarded-core/src") {
        let opens = text.lines().any(|line| line.starts_with("#![allow(unsafe_code)] // "));
        assert_eq!(opens, allowed.contains(&name.as_str()), "{name}");
        let mut argued = 0;
        for line in text.lines().map(str::trim) {
            if line.starts_with("//") {
                argued = if line.contains("SAFETY:") { 12 } else { argued };
            } else if line.contains("unsafe {") || line.starts_with("unsafe impl") {
                assert!(argued > 0 || name.starts_with("sync/"), "{name}: no SAFETY beside `{line}`");
            }
            argued = i32::max(argued - 1, 0);
        }
    }
    for crate_root in ["src/lib.rs", "guarded-macros/src/lib.rs"] {
        let text = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(crate_root)).unwrap();
        assert!(text.contains("#![forbid(unsafe_code)]"), "{crate_root}");
    }
}

#[test]
fn locks_are_named_in_one_place() {
    for (name, text) in sources("guarded-core/src") {
        let named = code(&text).any(|line| {
            line.contains("parking_lot") || line.contains("loom::") || line.contains("shuttle::")
        });
        assert!(
            !named || name == "sync.rs" || name.starts_with("sync/"),
            "{name} names a lock of another crate"
        );
    }
}

#[test]
fn imports_point_downwards() {
    for (name, text) in sources("guarded-core/src") {
        let part = name.split(['/', '.']).next().unwrap();
        let forbidden: &[&str] = match part {
            "order" if name.starts_with("order/graph") => {
                &["cell", "observe", "sync", "site", "thread", "event"]
            }
            "observe" if name.starts_with("observe/report/") => &["cell", "order", "sync", "thread"],
            "order" | "observe" | "site" | "error" | "event" => &["cell"],
            "sync" => &["cell", "order", "observe", "site", "error", "event"],
            _ => &[],
        };
        for other in forbidden {
            let import = format!("crate::{other}");
            assert!(!code(&text).any(|line| line.contains(&import)), "{name} imports {import}");
        }
    }
}
