//! What a text hides because another version of it does: a fix moves a word to where nothing says that it is a password.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::ops::Range;
use std::sync::Arc;

use super::file::{Secrets, is_apart, words_of};
use super::known::{Collected, Places};
use super::nodes::all_secrets;
use super::unread;
use super::values::MIN;
use crate::facts::secret::detected::Secret;
use crate::manifest::document::{self, Document};
use crate::text::finder::Finder;
use crate::text::source::Source;

/// What a version hides of a line: its parts, and whether nobody understood it.
#[derive(Default)]
struct HiddenLine {
    parts: Vec<Range<usize>>,
    is_unread: bool,
}

impl Secrets {
    /// Collects what to hide of a whole file, of which `documents` are what could be read. What its earlier texts hid stays hidden.
    pub(super) fn of_file(secrets: &[Secret<'_>], documents: &[Document], source: &Source) -> Self {
        let text = source.text.as_str();
        let mut collected = Collected::default();
        let mut places = collected.add(secrets, documents, text);
        places.unread.extend(unread::outside(text, documents));
        for earlier in &source.earlier {
            let secrets = Secrets::of_text(earlier);
            collected.add_known(&secrets.known);
            let mut carried = carried(&secrets, earlier, text);
            places.hidden.append(&mut carried.hidden);
            places.unread.append(&mut carried.unread);
        }
        Secrets::new(places, collected.known(), secrets, documents, text)
    }

    /// Does the same for the text of a file.
    pub(super) fn of_text(text: &str) -> Self {
        let source = Arc::new(Source::new("", text));
        let documents = document::read(&source).documents;
        Secrets::of_file(&all_secrets(&documents), &documents, &source)
    }
}

/// Finds what of a text stays hidden because `other`, the version with the credentials `secrets`, hides it.
///
/// A line that both have is hidden in both alike. In a line of this text alone, the words are hidden that the other version hides
/// in its own lines, and the changed copies of its credentials.
pub(super) fn carried(secrets: &Secrets, other: &str, text: &str) -> Places {
    let (lines, hidden) = hidden_lines(secrets, other);
    let mut words: BTreeMap<&str, bool> = BTreeMap::new();
    // What a line hides that both have has not been moved.
    let own: HashSet<&str> = with_starts(text).map(|it| it.1).collect();
    for (line, HiddenLine { parts, is_unread }) in hidden.iter().filter(|it| !own.contains(it.0)) {
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
        let mut is_unread = false;
        for found in finder.find(line).filter(|it| is_apart(line, &it.range)) {
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
    // A line can be there any number of times.
    for HiddenLine { parts, .. } in hidden.values_mut() {
        parts.sort_unstable_by_key(|it| (it.start, it.end));
        parts.dedup();
    }
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
