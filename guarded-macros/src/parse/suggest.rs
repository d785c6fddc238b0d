//! Unknown keys: the known ones, and the nearest.

use std::fmt::Write as _;

/// What other libraries call it, in lower case without `_`.
const ELSEWHERE: [(&str, &str); 22] = [
    ("rwlock", "rw"),
    ("readwrite", "rw"),
    ("shared", "rw"),
    ("lock", "mutex"),
    ("exclusive", "mutex"),
    ("condvar", "monitor"),
    ("condition", "monitor"),
    ("guard", "guards"),
    ("dashmap", "sharded"),
    ("concurrent", "sharded"),
    ("keylock", "striped"),
    ("cache", "single_flight"),
    ("cow", "versioned"),
    ("rcu", "versioned"),
    ("snapshot", "versioned"),
    ("arc_swap", "versioned"),
    ("singleflight", "single_flight"),
    ("loading", "single_flight"),
    ("expires", "ttl"),
    ("once", "lazy"),
    ("oncelock", "lazy"),
    ("lazylock", "lazy"),
];

/// The message about an unknown key, with the way on.
pub(crate) fn unknown_option(found: &str, known: &[&str]) -> String {
    let mut message = format!("unknown option `{found}`");
    let plain = found.to_lowercase().replace('_', "");
    let elsewhere = ELSEWHERE.iter().find(|(word, ours)| *word == plain && known.contains(ours));
    if let Some(nearest) = elsewhere.map(|(_, ours)| *ours).or_else(|| nearest(&plain, known)) {
        // Writing to a string cannot fail.
        let _ = write!(message, ", did you mean `{nearest}`?");
    } else {
        message.push(':');
    }
    let list: Vec<_> = known.iter().map(|key| format!("`{key}`")).collect();
    let _ = write!(message, " known here: {}", list.join(", "));
    message
}

/// The known word with the fewest edits, if few enough to be a slip.
pub(crate) fn nearest<'k>(found: &str, known: &[&'k str]) -> Option<&'k str> {
    known
        .iter()
        .map(|word| (distance(found, word), *word))
        .filter(|(edits, word)| *edits <= word.chars().count().div_ceil(3).min(2))
        .min_by_key(|(edits, _)| *edits)
        .map(|(_, word)| word)
}

/// Levenshtein, one row at a time.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (line, left) in a.chars().enumerate() {
        let mut diagonal = line;
        let mut before = line + 1;
        let mut next = vec![before];
        for (right, above) in b.iter().zip(row.iter().skip(1)) {
            let cost = usize::from(left != *right);
            before = (diagonal + cost).min(above + 1).min(before + 1);
            diagonal = *above;
            next.push(before);
        }
        row = next;
    }
    row.last().copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::{distance, nearest};

    #[test]
    fn counts_edits() {
        assert_eq!(distance("", "abc"), 3);
        assert_eq!(distance("mutex", "mutex"), 0);
        assert_eq!(distance("mutx", "mutex"), 1);
        assert_eq!(distance("kitten", "sitting"), 3);
    }

    #[test]
    fn only_slips_are_suggested() {
        let known = ["rw", "mutex", "monitor", "on_panic"];
        assert_eq!(nearest("mutx", &known), Some("mutex"));
        assert_eq!(nearest("onpanic", &known), Some("on_panic"));
        assert_eq!(nearest("sharded", &known), None);
    }
}
