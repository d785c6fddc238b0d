//! The threads: one walks, several read, one shows how far they are.

use crate::options::Options;
use crate::state::{CodeIndex, Hit, Kind, Problem};
use crate::{output, walk, words};
use guarded_state::Outcome;
use std::io::IsTerminal;
use std::path::PathBuf;
use std::time::Duration;

/// A file beyond this is no source code, and the workers keep whole files in memory.
const LARGEST: u64 = 256 << 20;

pub(crate) fn run(state: &CodeIndex, options: &Options) {
    state.queue.with_write(|queue| queue.workers = options.threads);
    std::thread::scope(|scope| {
        for _ in 0..options.threads {
            scope.spawn(|| {
                let _leaves = Leaves(state);
                while let Some(path) = next(state) {
                    read(state, path);
                }
            });
        }
        if std::io::stderr().is_terminal() {
            scope.spawn(|| show_progress(state));
        }
        walk::walk(state, &options.path);
        state.queue.with_write(|queue| queue.closed = true);
    });
}

/// Tells the walker that a worker is gone, be it by a panic: it must not wait for room for ever.
struct Leaves<'s>(&'s CodeIndex);

impl Drop for Leaves<'_> {
    fn drop(&mut self) {
        self.0.queue.with_write(|queue| queue.workers -= 1);
    }
}

/// The next file; none if there will be no more.
fn next(state: &CodeIndex) -> Option<PathBuf> {
    state
        .queue
        .with_write_when(|queue| !queue.files.is_empty() || queue.closed, |queue| queue.files.pop_front())
}

/// Reads and counts without any lock; then each word takes the lock of its part of the index.
fn read(state: &CodeIndex, path: PathBuf) {
    let bytes = match std::fs::metadata(&path).and_then(|found| {
        if found.len() > LARGEST {
            return Err(std::io::Error::other("too large"));
        }
        std::fs::read(&path)
    }) {
        Ok(bytes) => bytes,
        Err(error) => return walk::unreadable(state, path, &error),
    };
    let text = match words::text(&bytes) {
        Ok(text) => text,
        Err(why) => {
            let problem = Problem { path, kind: Kind::NotText, why };
            return state.problems.with_write(|problems| problems.push(problem));
        }
    };
    let found = words::scan(text);
    let file = state.paths.with_write(|paths| {
        paths.push(path);
        u32::try_from(paths.len() - 1).expect("fewer than 2^32 files")
    });
    for (word, lines) in found.hits {
        let hits: Vec<Hit> = lines.into_iter().map(|(line, times)| Hit { file, line, times }).collect();
        // Looked up first: a key is made only for a new word. Another worker may have made it since.
        if state.index.modify(word, |known| known.extend_from_slice(&hits)).is_none() {
            state.index.with_write_key(word.into(), |known| known.or_default().extend(hits));
        }
    }
    state.totals.with_write(|totals| {
        totals.files += 1;
        totals.lines += found.lines;
        totals.bytes += bytes.len() as u64;
        totals.words += found.words;
    });
}

/// Ten times a second, until the last worker is gone.
fn show_progress(state: &CodeIndex) {
    loop {
        let (found, left, closed, outcome) = state.queue.with_write_when_for(
            Duration::from_millis(100),
            |queue| queue.workers == 0,
            |queue, outcome| (queue.found, queue.files.len() as u64, queue.closed, outcome),
        );
        if outcome == Outcome::Met {
            return output::clear_bar();
        }
        output::draw_bar(found - left, found, closed, state.totals.with_read(|totals| totals.lines));
    }
}
