//! What the user sees.

use crate::options::USAGE;
use crate::state::{CodeIndex, Kind};
use std::collections::BTreeMap;
use std::io::{self, Write};
use std::path::Path;

/// Problems that are told one by one.
const SHOWN: usize = 20;

/// To standard error; `eprintln` would panic where that is closed.
pub(crate) fn tell(text: &str) {
    writeln!(io::stderr(), "{text}").ok();
}

pub(crate) fn help() -> io::Result<()> {
    writeln!(
        io::stdout(),
        "{USAGE}\n\nIndexes the words (A-Z, a-z, 0-9, _) of all text files under PATH, without .git, target and symbolic links."
    )
}

pub(crate) fn draw_bar(done: u64, found: u64, all_found: bool, lines: u64) {
    let of = if all_found { format!("of {found}") } else { format!("of {found} found so far") };
    let filled = usize::try_from(done * 30 / found.max(1)).unwrap_or(30);
    write!(io::stderr(), "\r\x1b[K[{:-<30}] {done} {of}, {lines} lines", "#".repeat(filled)).ok();
}

pub(crate) fn clear_bar() {
    write!(io::stderr(), "\r\x1b[K").ok();
}

/// What was left out, on standard error.
pub(crate) fn problems(state: &CodeIndex) {
    state.problems.with_write(|problems| {
        problems.sort_by(|a, b| a.path.cmp(&b.path));
        for problem in problems.iter().take(SHOWN) {
            tell(&format!("skipped {}: {}", problem.path.display(), problem.why));
        }
        if problems.len() > SHOWN {
            tell(&format!("and {} more skipped", problems.len() - SHOWN));
        }
    });
}

/// The totals, the answers and the lock report, on standard output.
pub(crate) fn answer(state: &CodeIndex, queries: &[String]) -> io::Result<()> {
    let mut out = io::BufWriter::new(io::stdout().lock());
    let distinct = state.index.len();
    state.totals.with_read(|totals| {
        writeln!(out, "files: {}", totals.files)?;
        writeln!(out, "lines: {}", totals.lines)?;
        writeln!(out, "bytes: {}", totals.bytes)?;
        writeln!(out, "words: {}", totals.words)?;
        writeln!(out, "distinct words: {distinct}")
    })?;
    let kinds = [
        (Kind::NotText, "not text"),
        (Kind::Unreadable, "unreadable"),
        (Kind::Link, "links not followed"),
        (Kind::Special, "special files"),
    ];
    for (kind, name) in kinds {
        let count = state
            .problems
            .with_read(|problems| problems.iter().filter(|problem| problem.kind == kind).count());
        writeln!(out, "{name}: {count}")?;
    }
    for word in queries {
        query(state, word, &mut out)?;
    }
    lock_report(&mut out)?;
    out.flush()
}

/// A word's files by name, each with its lines.
fn query(state: &CodeIndex, word: &str, out: &mut impl Write) -> io::Result<()> {
    state.index.with_read_key(word, |hits| {
        let hits = hits.map_or(&[][..], Vec::as_slice);
        let paths = state.paths.cloned();
        let mut files: BTreeMap<&Path, Vec<u32>> = BTreeMap::new();
        for hit in hits {
            files.entry(&paths[hit.file as usize]).or_default().push(hit.line);
        }
        let times: u64 = hits.iter().map(|hit| u64::from(hit.times)).sum();
        writeln!(out, "\n{word}: {times} times on {} lines in {} files", hits.len(), files.len())?;
        for (file, lines) in files {
            let lines: Vec<String> = lines.iter().map(u32::to_string).collect();
            writeln!(out, "{}: {}", file.display(), lines.join(" "))?;
        }
        Ok(())
    })
}

#[cfg(feature = "observe")]
fn lock_report(out: &mut impl Write) -> io::Result<()> {
    writeln!(out, "\n{}", guarded_state::report())
}

#[cfg(feature = "observe")]
pub(crate) fn write_page(file: &Path) -> io::Result<()> {
    std::fs::write(file, guarded_state::report().to_html())
        .map_err(|error| io::Error::other(format!("cannot write {}: {error}", file.display())))
}

#[cfg(not(feature = "observe"))]
fn lock_report(out: &mut impl Write) -> io::Result<()> {
    writeln!(out, "\nno lock report: the feature `observe` is off")
}

#[cfg(not(feature = "observe"))]
pub(crate) fn write_page(_: &Path) -> io::Result<()> {
    Err(io::Error::other("--report needs the feature `observe`"))
}
