//! How many columns a name takes on a terminal.
//!
//! Names are Rust identifiers and paths, in any script; counting `char`s would push every column right of a Chinese
//! or combining name out of line. The table knows the wide and the zero-width blocks that identifiers use, no more.

/// First and last character of the blocks that take two columns.
const WIDE: [(char, char); 9] = [
    ('\u{1100}', '\u{115f}'),   // Hangul leading consonants
    ('\u{2e80}', '\u{303e}'),   // CJK radicals and punctuation
    ('\u{3041}', '\u{4dbf}'),   // kana, CJK extension A
    ('\u{4e00}', '\u{a4cf}'),   // CJK, Yi
    ('\u{a960}', '\u{a97f}'),   // Hangul extended A
    ('\u{ac00}', '\u{d7a3}'),   // Hangul syllables
    ('\u{f900}', '\u{faff}'),   // CJK compatibility
    ('\u{ff01}', '\u{ff60}'),   // full-width forms
    ('\u{1f300}', '\u{3fffd}'), // pictographs, CJK extensions
];

/// First and last character of the blocks that take none.
const ZERO: [(char, char); 9] = [
    ('\u{0300}', '\u{036f}'), // combining diacritics
    ('\u{0483}', '\u{0489}'), // Cyrillic
    ('\u{0591}', '\u{05bd}'), // Hebrew points
    ('\u{064b}', '\u{065f}'), // Arabic marks
    ('\u{1ab0}', '\u{1aff}'), // combining diacritics, extended
    ('\u{1dc0}', '\u{1dff}'), // combining diacritics, supplement
    ('\u{200b}', '\u{200f}'), // zero-width spaces and joiners
    ('\u{20d0}', '\u{20ff}'), // combining marks for symbols
    ('\u{fe00}', '\u{fe0f}'), // variation selectors
];

/// The columns that `text` takes.
pub(super) fn columns(text: &str) -> usize {
    let within =
        |c: char, blocks: &[(char, char)]| blocks.iter().any(|&(first, last)| (first..=last).contains(&c));
    text.chars()
        .map(|c| match c {
            ' '..='~' => 1,
            _ if within(c, &ZERO) => 0,
            _ if within(c, &WIDE) => 2,
            _ => 1,
        })
        .sum()
}

/// `text` followed by as many spaces as it needs to take `width` columns.
pub(super) fn pad_right(text: &str, width: usize) -> String {
    format!("{text}{:1$}", "", width.saturating_sub(columns(text)))
}

/// `text` after as many spaces as it needs to take `width` columns.
pub(super) fn pad_left(text: &str, width: usize) -> String {
    format!("{:1$}{text}", "", width.saturating_sub(columns(text)))
}

/// `text` with control characters escaped, so that no name can break a line or speak to the terminal.
pub(super) fn printable(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if c.is_control() || matches!(c, '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}') {
            out.extend(c.escape_default());
        } else {
            out.push(c);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wide_and_combining_characters_are_counted_as_shown() {
        assert_eq!(columns("stock"), 5);
        assert_eq!(columns("größe"), 5);
        assert_eq!(columns("gro\u{0308}ße"), 5);
        assert_eq!(columns("在庫.数量"), 9);
        assert_eq!(columns("재고"), 4);
    }

    #[test]
    fn padding_counts_columns() {
        assert_eq!(pad_right("在庫", 6), "在庫  ");
        assert_eq!(pad_left("ö", 3), "  ö");
        assert_eq!(pad_right("long", 2), "long");
    }

    #[test]
    fn control_and_direction_characters_are_escaped() {
        assert_eq!(printable("a\n\u{1b}[31m\u{202e}é"), "a\\n\\u{1b}[31m\\u{202e}é");
    }
}
