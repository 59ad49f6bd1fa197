//! The values of credentials, wherever else they are written.

use std::cell::OnceCell;
use std::ops::Range;

use super::copy::Copies;
pub(super) use super::short_word::is_plain_word;
use super::unread::is_plain;
use crate::manifest::document::resolve::{self, Scalar};
use crate::text::finder::{Finder, Match};

/// A shorter value is hidden only where it was found: elsewhere it would be hidden by chance.
pub(super) const MIN: usize = 4;

/// Of a longer value only the beginning is looked for: each byte that is looked for takes some thirty bytes of memory.
const LONGEST: usize = 1024;

/// Where there are many, it is less of each, so that all together hardly have more bytes than this.
const MOST: usize = 1 << 20;

/// So much of each is looked for however many there are, in bytes.
const SHORTEST_BEGINNING: usize = 32;

/// Values to hide, in all the ways in which they may be written.
pub(super) struct Values {
    pub texts: Vec<String>,
    /// Whether one of them is a plain word.
    pub has_plain_words: bool,
    /// So much of each is looked for, in bytes.
    longest: usize,
    finder: Finder,
    copies: OnceCell<Copies>,
}

impl Values {
    pub(super) fn new(texts: impl IntoIterator<Item = String>) -> Self {
        let mut texts: Vec<String> = texts.into_iter().collect();
        let length = texts.iter().map(String::len).sum::<usize>();
        let longest =
            if length > MOST { (MOST / texts.len()).clamp(SHORTEST_BEGINNING, LONGEST) } else { LONGEST };
        texts.iter_mut().for_each(|it| it.truncate(it.floor_char_boundary(longest)));
        texts.sort_unstable();
        texts.dedup();
        let finder = Finder::new(texts.iter().map(String::as_str));
        let has_plain_words = texts.iter().any(|it| is_plain_word(it));
        Values { texts, has_plain_words, longest, finder, copies: OnceCell::new() }
    }

    /// Finds the values in a text, those that overlap too; of those that end at the same byte the longest. Where a long
    /// value begins, the rest of the line belongs to it.
    pub(super) fn find<'a>(&'a self, text: &'a str) -> impl Iterator<Item = Range<usize>> + 'a {
        let is_whole = |range: &Range<usize>, value: &str| {
            !is_plain_word(value) || text[range.clone()] == *value && stands_alone(text, range, value)
        };
        let is_value = move |it: &Match| it.index.is_none_or(|index| is_whole(&it.range, &self.texts[index]));
        let mut last = 0..0;
        self.finder.find(text).filter(is_value).filter_map(move |Match { mut range, index }| {
            let is_long = |index: usize| self.texts[index].len() > self.longest - char::MAX.len_utf8();
            if index.is_some_and(is_long) {
                // Values that overlap themselves end on the line that is found already.
                if last.contains(&range.start) && range.end <= last.end {
                    return None;
                }
                if range.end > last.end {
                    range.end = text[range.end..].find('\n').map_or(text.len(), |at| range.end + at);
                    last = range.clone();
                }
            }
            Some(range)
        })
    }
}

impl Values {
    /// Finds changed copies of the values in parts of a text.
    pub(super) fn copies(&self, text: &str, parts: impl Iterator<Item = Range<usize>>) -> Vec<Range<usize>> {
        let copies = self.copies.get_or_init(|| Copies::new(self.texts.iter().map(String::as_str)));
        copies.find(text, parts)
    }
}

/// Calls `each` with the ways in which other places may write a value: as it is, line by line, and escaped as in JSON, once
/// or twice, as `last-applied-configuration` has it; of each no more than is looked for.
pub(super) fn forms(value: &str, each: &mut dyn FnMut(&str)) {
    let value = value.trim();
    if value.len() < MIN {
        return;
    }
    let lines = value.lines().map(str::trim).filter(|line| line.len() >= 2 * MIN && line.len() < value.len());
    lines.for_each(|line| each(beginning(line)));
    let value = beginning(value);
    // A command line that is hidden as a whole is quoted in parts.
    let is_part = |it: &&str| it.len() > MIN && it.len() < value.len() && !is_plain(it);
    let is_mark = |it: char| it.is_whitespace() || "|&;<>()\"'".contains(it);
    value.split(is_mark).filter(is_part).for_each(&mut *each);
    // `0123456` is octal, and messages name the number.
    if let Some(number) = number(value).filter(|it| it.len() >= MIN && it != value) {
        each(&number);
    }
    let needs_escapes = |it: char| it.is_control() || "\"\\&<>".contains(it);
    if value.contains(needs_escapes) {
        let escaped = escape(value);
        // Go escapes these three as well.
        let of_go = escaped.replace('&', "\\u0026").replace('<', "\\u003c").replace('>', "\\u003e");
        for form in [&escape(&escaped), &escape(&of_go), &escaped, &of_go] {
            each(beginning(form));
        }
    }
    // YAML takes the first character of a password that has no quotation marks for a mark of its own, and errors name the
    // rest: `*hunter2` is an alias of `hunter2`.
    let unmarked = value.trim_start_matches(|it| "*&!{[%@`|>".contains(it));
    if unmarked.len() >= MIN && unmarked.len() < value.len() {
        // Errors name an alias without the rest of the line.
        let first = unmarked.split_whitespace().next().filter(|it| it.len() >= MIN && value.starts_with('*'));
        [Some(unmarked), first].into_iter().flatten().for_each(&mut *each);
    }
    each(value);
}

/// Returns the number that YAML makes of a text.
fn number(text: &str) -> Option<String> {
    if !text.starts_with(|it: char| it.is_ascii_digit() || "+-.".contains(it)) {
        return None;
    }
    match resolve::plain(text) {
        Scalar::Int(number) => Some(number.to_string()),
        Scalar::Uint(number) => Some(number.to_string()),
        Scalar::Float(number) => Some(number.to_string()),
        _ => None,
    }
}

fn beginning(text: &str) -> &str {
    &text[..text.floor_char_boundary(LONGEST)]
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
