//! Counts words with several threads, under three strategies that differ by one word.
//!
//! `cargo run --release --example word_count -- src README.md`

use guarded_state::guarded;
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// The same program for each word.
macro_rules! count_under {
    ($strategy:ident, $files:expr) => {{
        #[guarded]
        #[derive(Default)]
        struct Counts {
            #[guarded($strategy)]
            words: HashMap<String, u64>,
            #[guarded(mutex)]
            files: Vec<PathBuf>,
        }

        let counts = Counts { files: $files.into(), ..Counts::default() };
        let start = Instant::now();
        std::thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| {
                    while let Some(file) = counts.files.with_write(Vec::pop) {
                        let text = std::fs::read_to_string(file).unwrap_or_default();
                        for word in text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty())
                        {
                            counts.words.with_write_key(word.to_lowercase(), |n| *n.or_default() += 1);
                        }
                    }
                });
            }
        });
        (counts.words.snapshot(), start.elapsed())
    }};
}

fn main() {
    let mut roots: Vec<PathBuf> = std::env::args().skip(1).map(PathBuf::from).collect();
    if roots.is_empty() {
        roots.push("src".into());
    }
    let mut files = Vec::new();
    for root in roots {
        collect(&root, &mut files);
    }

    let (by_rw, rw) = count_under!(rw, files.clone());
    let (by_mutex, mutex) = count_under!(mutex, files.clone());
    let (by_shards, sharded) = count_under!(sharded, files.clone());
    assert!(by_rw == by_mutex && by_rw == by_shards, "one meaning under each");

    let mut words: Vec<_> = by_shards.iter().collect();
    words.sort_by(|a, b| b.1.cmp(a.1).then(a.0.cmp(b.0)));
    println!("{} files, {} words, {} different", files.len(), by_rw.values().sum::<u64>(), words.len());
    for (word, n) in words.iter().take(5) {
        println!("{n:8} {word}");
    }
    let ratio = |time: Duration| rw.as_secs_f64() / time.as_secs_f64();
    println!("against `rw`: `mutex` {:.2} times as fast, `sharded` {:.2}", ratio(mutex), ratio(sharded));
}

/// All files below.
fn collect(path: &Path, files: &mut Vec<PathBuf>) {
    match std::fs::read_dir(path) {
        Ok(entries) => entries.flatten().for_each(|entry| collect(&entry.path(), files)),
        Err(_) => files.push(path.to_owned()),
    }
}
