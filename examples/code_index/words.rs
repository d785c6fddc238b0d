//! What a word is, and where the words of a text are.

use std::collections::HashMap;

/// A word is a longest run of these bytes: A-Z, a-z, 0-9 and _. So it is what `LC_ALL=C grep -ow` takes for one.
pub(crate) fn is_part(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

/// What one file adds to the index.
#[derive(Default)]
pub(crate) struct Found<'t> {
    /// Word -> (line, times on that line), lines ascending from 1.
    pub hits: HashMap<&'t str, Vec<(u32, u32)>>,
    pub lines: u64,
    pub words: u64,
}

pub(crate) fn scan(text: &str) -> Found<'_> {
    let lines = text.bytes().map(|byte| u64::from(byte == b'\n')).sum();
    let mut found = Found { lines, ..Found::default() };
    for (line, text) in (1..).zip(text.split('\n')) {
        let words = text.split(|c: char| !u8::try_from(c).is_ok_and(is_part));
        for word in words.filter(|word| !word.is_empty()) {
            found.words += 1;
            let hits = found.hits.entry(word).or_default();
            match hits.last_mut() {
                Some((last, times)) if *last == line => *times += 1,
                _ => hits.push((line, 1)),
            }
        }
    }
    found
}

/// The text of a file, or why it is none.
pub(crate) fn text(bytes: &[u8]) -> Result<&str, String> {
    if let Some(place) = bytes.iter().position(|byte| *byte == 0) {
        return Err(format!("not text: a zero byte at {place}"));
    }
    str::from_utf8(bytes).map_err(|error| format!("not text: no UTF-8 at byte {}", error.valid_up_to()))
}
