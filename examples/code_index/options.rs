//! What the command line asks for.

use std::ffi::OsString;
use std::num::NonZero;
use std::path::PathBuf;

pub(crate) const USAGE: &str =
    "usage: code_index [PATH] [--query WORD]... [--threads N] [--report FILE.html]";

/// More threads than this is a slip of the finger.
const MOST_THREADS: usize = 1024;

pub(crate) struct Options {
    pub path: PathBuf,
    pub queries: Vec<String>,
    pub threads: usize,
    pub report: Option<PathBuf>,
}

pub(crate) enum Request {
    Run(Options),
    Help,
}

pub(crate) fn parse(args: impl Iterator<Item = OsString>) -> Result<Request, String> {
    let (mut path, mut queries, mut threads, mut report) = (None, Vec::new(), None, None);
    let mut args = args;
    let mut only_paths = false;
    while let Some(arg) = args.next() {
        let mut value = |what: &str| args.next().ok_or_else(|| format!("{what} is missing"));
        match arg.to_str() {
            Some("--") if !only_paths => only_paths = true,
            Some("-h" | "--help") if !only_paths => return Ok(Request::Help),
            Some("--query") if !only_paths => queries.push(word(&value("the WORD of --query")?)?),
            Some("--threads") if !only_paths => threads = Some(count(&value("the N of --threads")?)?),
            Some("--report") if !only_paths => report = Some(value("the FILE of --report")?.into()),
            Some(option) if !only_paths && option.starts_with('-') => {
                return Err(format!("unknown option {option}"));
            }
            _ if path.is_some() => return Err(format!("a second PATH: {}", arg.display())),
            _ => path = Some(arg.into()),
        }
    }
    let threads = threads.unwrap_or_else(|| std::thread::available_parallelism().map_or(2, NonZero::get));
    Ok(Request::Run(Options { path: path.unwrap_or_else(|| ".".into()), queries, threads, report }))
}

fn word(given: &OsString) -> Result<String, String> {
    match given.to_str() {
        Some(word) if !word.is_empty() && word.bytes().all(crate::words::is_part) => Ok(word.to_owned()),
        _ => Err(format!("--query takes one word of A-Z, a-z, 0-9 and _, not `{}`", given.display())),
    }
}

fn count(given: &OsString) -> Result<usize, String> {
    let count = given.to_str().and_then(|n| n.parse().ok()).filter(|n| (1..=MOST_THREADS).contains(n));
    count.ok_or_else(|| {
        format!("--threads takes a number from 1 to {MOST_THREADS}, not `{}`", given.display())
    })
}
