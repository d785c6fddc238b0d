//! Finds the files.

use crate::state::{CodeIndex, Kind, Problem};
use std::fs::FileType;
use std::io;
use std::path::{Path, PathBuf};

/// Files in the queue at once; the walk is faster than the reading.
const ROOM: usize = 256;

/// Puts every file under `root` into the queue, as long as there is someone to take them.
pub(crate) fn walk(state: &CodeIndex, root: &Path) {
    if root.is_file() {
        send(state, root.to_owned());
        return;
    }
    // A stack of our own: folders may be nested more deeply than calls.
    let mut folders = vec![root.to_owned()];
    while let Some(folder) = folders.pop() {
        let entries = match std::fs::read_dir(&folder) {
            Ok(entries) => entries,
            Err(error) => {
                unreadable(state, folder, &error);
                continue;
            }
        };
        for entry in entries {
            let (path, kind) = match entry.and_then(|entry| Ok((entry.path(), entry.file_type()?))) {
                Ok(found) => found,
                Err(error) => {
                    unreadable(state, folder.clone(), &error);
                    continue;
                }
            };
            if kind.is_dir() {
                if !is_skipped(&path) {
                    folders.push(path);
                }
            } else if kind.is_file() {
                if !send(state, path) {
                    return;
                }
            } else {
                leave_out(state, path, kind);
            }
        }
    }
}

/// What is made by tools, unless the user has named it.
fn is_skipped(folder: &Path) -> bool {
    folder.file_name().is_some_and(|name| name == ".git" || name == "target")
}

/// Waits for room. False if there is no worker any more.
fn send(state: &CodeIndex, path: PathBuf) -> bool {
    state.queue.with_write_when(
        |queue| queue.files.len() < ROOM || queue.workers == 0,
        |queue| {
            queue.files.push_back(path);
            queue.found += 1;
            queue.workers > 0
        },
    )
}

fn leave_out(state: &CodeIndex, path: PathBuf, kind: FileType) {
    let (kind, why) = if kind.is_symlink() {
        (Kind::Link, "a symbolic link, not followed")
    } else {
        (Kind::Special, "neither a folder nor a file")
    };
    state.problems.with_write(|problems| problems.push(Problem { path, kind, why: why.into() }));
}

pub(crate) fn unreadable(state: &CodeIndex, path: PathBuf, error: &io::Error) {
    let problem = Problem { path, kind: Kind::Unreadable, why: error.to_string() };
    state.problems.with_write(|problems| problems.push(problem));
}
