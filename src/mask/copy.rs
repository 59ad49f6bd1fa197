//! Changed copies of credentials: a suggestion writes `dragon-7405` where `dragon$7405` stands.

use std::ops::Range;

use super::everyday::is_everyday;
use super::name::promise;
use super::short_word::is_plain_word;
use crate::text::finder::Finder;

/// A shorter copy is there by chance, in letters and digits.
const MIN_COPY: usize = 6;

/// Of a longer value the beginning is looked for, because names are cut: in letters and digits.
const LONGEST_COPY: usize = 50;

/// Values without their marks, to be found whatever marks a copy has.
pub(super) struct Copies(Option<Finder>);

impl Copies {
    /// Makes them of those values that have marks: others are found as they are.
    pub(super) fn new<'v>(values: impl Iterator<Item = &'v str>) -> Self {
        let has_marks = |it: &&str| it.contains(is_mark) && !it.contains(char::is_whitespace);
        let bare = values
            .filter(has_marks)
            .map(|it| it.chars().filter(|it| !is_mark(*it)).take(LONGEST_COPY).collect::<String>());
        let is_odd = |it: &String| it.len() >= MIN_COPY && !is_everyday(it) && promise(it).is_none();
        let bare: Vec<String> = bare.filter(is_odd).collect();
        Copies((!bare.is_empty()).then(|| Finder::new(bare.iter().map(String::as_str))))
    }

    /// Finds copies in parts of a text; one that is a plain word without its marks is a whole part.
    pub(super) fn find(&self, text: &str, parts: impl Iterator<Item = Range<usize>>) -> Vec<Range<usize>> {
        let mut found = Vec::new();
        let Some(finder) = &self.0 else { return found };
        for part in parts {
            let mut places = Vec::new();
            let mut bare = String::new();
            for (at, letter) in text[part.clone()].char_indices().filter(|it| !is_mark(it.1)) {
                bare.push(letter);
                let end = at + letter.len_utf8();
                places.resize(bare.len(), part.start + at..part.start + end);
            }
            let is_copy = |it: &Range<usize>| {
                *it == (0..bare.len()) || !is_plain_word(&bare[it.clone()].to_ascii_lowercase())
            };
            let matches = finder.find(&bare).map(|it| it.range);
            found.extend(matches.filter(is_copy).map(|it| places[it.start].start..places[it.end - 1].end));
        }
        found
    }
}

fn is_mark(it: char) -> bool {
    !it.is_alphanumeric()
}
