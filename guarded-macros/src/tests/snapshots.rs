//! Each right form beside what it becomes. The outputs are files in `snapshots/`; after an intended change
//! `UPDATE_SNAPSHOTS=1 cargo test -p guarded-macros` writes them anew, and the diff is what is reviewed.

use super::cases::RIGHT;
use super::{expand, messages, pretty};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

fn directory() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src/tests/snapshots")
}

#[test]
fn r71_every_form_expands_as_recorded() {
    let update = std::env::var_os("UPDATE_SNAPSHOTS").is_some();
    let mut differing = Vec::new();
    for (name, source) in RIGHT {
        let output = expand(source);
        assert_eq!(messages(&output), Vec::<String>::new(), "{name}");
        let output = pretty(&output);
        let path = directory().join(format!("{name}.rs"));
        if update {
            std::fs::write(&path, &output).unwrap();
        }
        let recorded = std::fs::read_to_string(&path).unwrap_or_default();
        if recorded != output {
            differing.push(format!("== {name}: recorded\n{recorded}\n== {name}: now\n{output}"));
        }
    }
    assert!(differing.is_empty(), "{}", differing.join("\n"));
}

#[test]
fn no_snapshot_without_a_case() {
    let cases: BTreeSet<_> = RIGHT.iter().map(|(name, _)| format!("{name}.rs")).collect();
    let files: BTreeSet<_> = std::fs::read_dir(directory())
        .unwrap()
        .map(|file| file.unwrap().file_name().into_string().unwrap())
        .collect();
    assert_eq!(files, cases);
}

#[test]
fn each_case_has_its_own_name() {
    let names: BTreeSet<_> = RIGHT.iter().map(|(name, _)| name).collect();
    assert_eq!(names.len(), RIGHT.len());
}
