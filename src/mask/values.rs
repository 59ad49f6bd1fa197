//! The values of credentials, wherever else they are written.

use std::collections::HashSet;
use std::ops::Range;

use crate::text::finder::{Finder, Match};

/// A shorter value is hidden only where it was found: elsewhere it would be hidden by chance.
pub(super) const MIN: usize = 4;

/// Values to hide, in all the ways in which they may be written.
pub(super) struct Values {
    pub texts: Vec<String>,
    /// Whether one of them is a plain word.
    pub has_plain_words: bool,
    finder: Finder,
}

impl Values {
    pub(super) fn new(texts: impl IntoIterator<Item = String>) -> Self {
        let mut known = HashSet::new();
        let texts: Vec<String> = texts.into_iter().filter(|it| known.insert(it.clone())).collect();
        let finder = Finder::new(texts.iter().map(String::as_str));
        let has_plain_words = texts.iter().any(|it| is_plain_word(it));
        Values { texts, has_plain_words, finder }
    }

    /// Finds the values in a text, those that overlap too; of those that end at the same byte the longest.
    pub(super) fn find<'a>(&'a self, text: &'a str) -> impl Iterator<Item = Range<usize>> + 'a {
        let is_whole = |range: &Range<usize>, value: &str| {
            !is_plain_word(value) || text[range.clone()] == *value && stands_alone(text, range, value)
        };
        let is_value = move |it: &Match| it.index.is_none_or(|index| is_whole(&it.range, &self.texts[index]));
        self.finder.find(text).filter(is_value).map(|it| it.range)
    }
}

/// Returns the ways in which other places may write a value: as it is, line by line, and escaped as in JSON, once or
/// twice, as `last-applied-configuration` has it.
pub(super) fn forms(value: &str) -> Vec<String> {
    let value = value.trim();
    if value.len() < MIN {
        return Vec::new();
    }
    let lines = value.lines().map(str::trim).filter(|line| line.len() >= 2 * MIN && line.len() < value.len());
    let mut forms: Vec<String> = lines.map(str::to_owned).collect();
    let needs_escapes = |it: char| it.is_control() || "\"\\&<>".contains(it);
    if value.contains(needs_escapes) {
        let escaped = escape(value);
        // Go escapes these three as well.
        let of_go = escaped.replace('&', "\\u0026").replace('<', "\\u003c").replace('>', "\\u003e");
        forms.extend([escape(&escaped), escape(&of_go), escaped, of_go]);
    }
    // YAML takes the first character of a password that has no quotation marks for a mark of its own, and errors name the
    // rest: `*hunter2` is an alias of `hunter2`.
    let unmarked = value.trim_start_matches(|it| "*&!{[%@`|>".contains(it));
    if unmarked.len() >= MIN && unmarked.len() < value.len() {
        // Errors name an alias without the rest of the line.
        let first = unmarked.split_whitespace().next().filter(|it| it.len() >= MIN && value.starts_with('*'));
        forms.extend([Some(unmarked), first].into_iter().flatten().map(str::to_owned));
    }
    forms.push(value.to_owned());
    forms
}

/// Writes a text as between the quotes of JSON.
fn escape(text: &str) -> String {
    let mut quoted = serde_json::to_string(text).unwrap_or_default();
    quoted.pop();
    quoted.split_off(quoted.len().min(1))
}

/// Whether a value that is a plain word or a number is a word of its own in a text, so that `pass` is not found in
/// `passes`.
pub(super) fn stands_alone(text: &str, place: &Range<usize>, value: &str) -> bool {
    let is_inner = |letter: Option<char>| letter.is_some_and(|it| it.is_alphanumeric() || it == '_');
    let around = || (text[..place.start].chars().next_back(), text[place.end..].chars().next());
    !is_plain_word(value) || !matches!(around(), (before, after) if is_inner(before) || is_inner(after))
}

pub(super) fn is_plain_word(value: &str) -> bool {
    let is_all = |test: fn(&u8) -> bool| value.as_bytes().iter().all(test);
    value.len() < 12 && (is_all(u8::is_ascii_lowercase) || is_all(u8::is_ascii_digit))
}
