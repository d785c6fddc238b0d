//! An index of the words of a folder of source code: which word stands in which files, on which lines.
//!
//! `cargo run --release --example code_index -- [PATH] [--query WORD] [--threads N] [--report FILE.html]`
//!
//! One `#[guarded]` struct holds all that the threads share: a queue they wait at, the index, the totals, and what went
//! wrong. The run ends with the lock report, which tells whether any of it was a bottleneck.
//!
//! To check the counts: `LC_ALL=C grep -raow WORD PATH | wc -l` for the times, `LC_ALL=C grep -rawc WORD PATH` for the lines.

mod options;
mod output;
mod state;
mod walk;
mod words;
mod work;

use options::{Options, Request};
use state::CodeIndex;
use std::io;
use std::process::ExitCode;

fn main() -> ExitCode {
    let options = match options::parse(std::env::args_os().skip(1)) {
        Ok(Request::Run(options)) => options,
        Ok(Request::Help) => return end(output::help()),
        Err(mistake) => return refuse(&mistake),
    };
    let kind = match std::fs::metadata(&options.path) {
        Ok(found) => found.file_type(),
        Err(error) => return refuse(&format!("cannot read {}: {error}", options.path.display())),
    };
    if !kind.is_dir() && !kind.is_file() {
        return refuse(&format!("{} is neither a folder nor a file", options.path.display()));
    }

    let state = CodeIndex::default();
    work::run(&state, &options);
    output::problems(&state);
    end(answer(&state, &options))
}

fn answer(state: &CodeIndex, options: &Options) -> io::Result<()> {
    if let Some(file) = &options.report {
        output::write_page(file)?;
    }
    output::answer(state, &options.queries)
}

/// A mistake of the caller's.
fn refuse(mistake: &str) -> ExitCode {
    output::tell(&format!("code_index: {mistake}\n{}", options::USAGE));
    ExitCode::from(2)
}

/// A reader that has seen enough (`| head`) is no error.
fn end(result: io::Result<()>) -> ExitCode {
    match result {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            output::tell(&format!("code_index: {error}"));
            ExitCode::FAILURE
        }
        _ => ExitCode::SUCCESS,
    }
}
