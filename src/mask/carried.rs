//! What a text hides because another version of it does: a fix moves a word to where nothing says that it is a password.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::ops::Range;

use super::file::{Secrets, is_apart, words_of};
use super::known::Places;
use super::unread;
use super::values::{MIN, is_plain_word};
use crate::text::finder::Finder;

/// What a version hides of a line: its parts, and whether nobody understood it.
#[derive(Default)]
struct HiddenLine {
    parts: Vec<Range<usize>>,
    is_unread: bool,
}

/// Finds what of a text stays hidden because `other`, the version with the credentials `secrets`, hides it.
///
/// A line that both have is hidden in both alike. In a line of this text alone, the words are hidden that the other version hides
/// anywhere, and the changed copies of its credentials.
pub(super) fn carried(secrets: &Secrets, other: &str, text: &str) -> Places {
    let (lines, hidden) = hidden_lines(secrets, other);
    let mut words: BTreeMap<&str, bool> = BTreeMap::new();
    for (line, HiddenLine { parts, is_unread }) in &hidden {
        let inner = parts.iter().flat_map(|it| line[it.clone()].split(unread::is_end));
        for word in inner.filter(|it| it.len() >= MIN) {
            *words.entry(word).or_default() |= is_unread;
        }
    }
    let finder = Finder::new(words.keys().copied());
    let flags: Vec<bool> = words.values().copied().collect();
    let mut places = Places::default();
    for (start, line) in with_starts(text) {
        let whole = start..start + line.len();
        if let Some(known) = hidden.get(line) {
            places.hidden.extend(known.parts.iter().map(|it| start + it.start..start + it.end));
            places.unread.extend(known.is_unread.then_some(whole));
            continue;
        }
        if lines.contains(line) {
            continue;
        }
        let is_word = |it: &Range<usize>| !is_plain_word(&line[it.clone()]) || is_apart(line, it);
        let mut is_unread = false;
        for found in finder.find(line).filter(|it| is_word(&it.range)) {
            is_unread |= found.index.is_some_and(|index| flags[index]);
            places.hidden.push(start + found.range.start..start + found.range.end);
        }
        places.unread.extend(is_unread.then_some(whole));
        let copies = secrets.known.values.copies(line, words_of(line));
        places.hidden.extend(copies.into_iter().map(|it| start + it.start..start + it.end));
    }
    places
}

/// Returns all lines of a text, and what is hidden of those of which something is.
fn hidden_lines<'t>(secrets: &Secrets, text: &'t str) -> (HashSet<&'t str>, HashMap<&'t str, HiddenLine>) {
    let lines: Vec<(usize, &str)> = with_starts(text).collect();
    let mut hidden: HashMap<&str, HiddenLine> = HashMap::new();
    let mut each = |range: &Range<usize>, is_unread: bool| {
        let first = lines.partition_point(|(start, line)| start + line.len() <= range.start);
        for (start, line) in lines[first..].iter().take_while(|it| it.0 < range.end) {
            let part = range.start.max(*start) - start..range.end.min(start + line.len()) - start;
            let known = hidden.entry(line).or_default();
            known.is_unread |= is_unread;
            known.parts.extend((!is_unread).then_some(part));
        }
    };
    joined(&secrets.spans).iter().for_each(|it| each(it, false));
    secrets.unread.iter().for_each(|it| each(it, true));
    (lines.into_iter().map(|it| it.1).collect(), hidden)
}

/// Joins ranges, in order of their starts, that overlap.
fn joined(ranges: &[Range<usize>]) -> Vec<Range<usize>> {
    let mut joined: Vec<Range<usize>> = Vec::new();
    for range in ranges {
        match joined.last_mut() {
            Some(last) if range.start < last.end => last.end = last.end.max(range.end),
            _ => joined.push(range.clone()),
        }
    }
    joined
}

/// Returns the lines of a text with where they start.
fn with_starts(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut start = 0;
    text.split_inclusive('\n').map(move |line| {
        start += line.len();
        (start - line.len(), line)
    })
}
