//! All that the threads share.

use guarded_state::guarded;
use std::collections::{HashMap, VecDeque};
use std::path::PathBuf;

#[guarded]
#[derive(Debug, Default)]
pub(crate) struct CodeIndex {
    /// Files that wait for a worker. The walker waits while it is full, the workers while it is empty.
    #[guarded(monitor)]
    pub queue: Queue,
    /// Files in the index: a [`Hit`] names one by its place.
    #[guarded(mutex)]
    pub paths: Vec<PathBuf>,
    /// In parts, each with a lock of its own: all workers write it all the time.
    #[guarded(sharded)]
    pub index: HashMap<Box<str>, Vec<Hit>>,
    /// What was left out, and why.
    #[guarded(mutex, leaf)]
    pub problems: Vec<Problem>,
    /// Text files in the index. Behind one lock with the others, so that they always belong together.
    #[guarded(group = totals)]
    pub files: u64,
    /// Line ends, as `wc -l` counts them.
    #[guarded(group = totals)]
    pub lines: u64,
    #[guarded(group = totals)]
    pub bytes: u64,
    /// Words, each as often as it stands there.
    #[guarded(group = totals)]
    pub words: u64,
}

#[derive(Debug, Default)]
pub(crate) struct Queue {
    pub files: VecDeque<PathBuf>,
    /// Files ever put in.
    pub found: u64,
    /// No more will come.
    pub closed: bool,
    /// Workers that have not ended.
    pub workers: usize,
}

/// A word on a line of a file.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Hit {
    /// Its place in [`CodeIndex::paths`].
    pub file: u32,
    pub line: u32,
    pub times: u32,
}

#[derive(Debug)]
pub(crate) struct Problem {
    pub path: PathBuf,
    pub kind: Kind,
    pub why: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    NotText,
    Unreadable,
    /// Symbolic links are not followed, as `grep -r` does not; so a loop of them cannot hold anything up.
    Link,
    /// Pipes, sockets, devices: reading one could wait for ever.
    Special,
}
