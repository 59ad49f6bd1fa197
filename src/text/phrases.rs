//! Words and numbers in sentences.

use std::fmt::Display;

/// Returns the count with its noun: `1 retry`, `2 retries`.
pub fn count<N: Display + PartialEq + From<u8>>(number: N, noun: &str) -> String {
    let is_one = number == N::from(1);
    if is_one { format!("{number} {noun}") } else { format!("{number} {}", plural(noun)) }
}

fn plural(noun: &str) -> String {
    match noun.strip_suffix('y') {
        Some(stem) => format!("{stem}ies"),
        None if noun.ends_with(['x', 's']) || noun.ends_with("ch") => format!("{noun}es"),
        None => format!("{noun}s"),
    }
}

/// Joins texts as a list in a sentence: `a, b and c`.
pub fn list(items: &[String]) -> String {
    join(items, "and")
}

/// Joins the first few texts in a sentence, and counts the rest: `a, b and 3 more`.
pub fn first_of(items: impl ExactSizeIterator<Item = String>, most: usize) -> String {
    let more = items.len().saturating_sub(most);
    list(&items.take(most).chain((more > 0).then(|| format!("{more} more"))).collect::<Vec<_>>())
}

/// Joins texts as alternatives in a sentence: `a, b or c`.
pub fn alternatives(items: &[String]) -> String {
    join(items, "or")
}

fn join(items: &[String], conjunction: &str) -> String {
    match items {
        [first @ .., last] if !first.is_empty() => format!("{} {conjunction} {last}", first.join(", ")),
        _ => items.join(", "),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nouns_follow_their_count() {
        assert_eq!(count(1_usize, "file"), "1 file");
        assert_eq!(count(0_usize, "file"), "0 files");
        assert_eq!(count(2_i64, "retry"), "2 retries");
        assert_eq!(count(3_u64, "patch"), "3 patches");
        assert_eq!(count(2_usize, "fix"), "2 fixes");
    }
}
