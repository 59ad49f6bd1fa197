//! What is hidden of a file, and of what is said about it.

use std::borrow::Cow;
use std::collections::HashSet;
use std::ops::Range;

use super::copy::Copies;
use super::hidden::Prose;
use super::known::{Collected, Known, Places};
use super::nodes::{inside, objects};
use super::scan::scan_with;
use super::stars::{quoted, replace, replace_in};
use super::unread;
use super::values::{MIN, Values, is_plain_word, stands_alone};
use crate::diagnostic::finding::Finding;
use crate::facts::secret::detected::Secret;
use crate::manifest::document::{Document, Node};
use crate::manifest::edit::Edit;
use crate::manifest::place::Place;
use crate::text::finder::Finder;
use crate::text::span::{Span, range_in};

/// The longest value whose hidden words may be copied in what is said about it, in bytes.
const LONGEST_NAME: usize = 1024;

/// So many of what is hidden overlap at one place, as far as that is asked.
const MOST_OVERLAPS: usize = 4;

/// The credentials of a file.
pub(crate) struct Secrets {
    /// Where they are.
    pub(super) spans: Vec<Range<usize>>,
    /// The parts of the file that nobody understood, in order and apart from each other.
    pub(super) unread: Vec<Range<usize>>,
    /// What they are.
    pub(super) known: Known,
    /// Texts that are not credentials and contain one that is a plain word, by their places: `postgres` is an image and a user
    /// before it is a password. There the word tells nothing, and stars would destroy the text.
    pub(super) clear: Vec<(Span, String)>,
    clear_texts: Finder,
}

impl Secrets {
    /// Collects what to hide of a text, of the documents in it, and of the credentials that these have.
    pub(super) fn of(secrets: &[Secret<'_>], documents: &[Document], text: &str) -> Self {
        let mut collected = Collected::default();
        let places = collected.add(secrets, documents, text);
        Secrets::new(places, collected.known(), secrets, documents, text)
    }

    pub(super) fn new(
        places: Places,
        known: Known,
        secrets: &[Secret<'_>],
        documents: &[Document],
        text: &str,
    ) -> Self {
        let Places { hidden: mut spans, mut unread } = places;
        unread.sort_unstable_by_key(|it| (it.start, it.end));
        unread.dedup_by(|next, part| {
            let is_joined = next.start <= part.end;
            if is_joined {
                part.end = part.end.max(next.end);
            }
            is_joined
        });
        for part in &unread {
            unread::words(text, part.clone(), &mut |word| spans.push(word));
        }
        spans.sort_unstable_by_key(|it| (it.start, it.end));
        let clear = in_the_clear(secrets, &spans, &known.values, documents);
        let clear_texts = Finder::new(clear.iter().map(|it| it.1.as_str()));
        Secrets { spans, unread, known, clear, clear_texts }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.spans.is_empty() && self.unread.is_empty() && self.known.is_empty()
    }

    /// Whether a finding is about a text that nobody understood.
    fn is_unread(&self, finding: &Finding) -> bool {
        let mut spans = finding.related.iter().map(|it| it.place.span).chain([finding.place.span]);
        spans.any(|span| overlaps(&self.unread, span))
    }

    /// Returns the bytes to hide in the text of the file.
    pub(super) fn places<'a>(&'a self, text: &'a str) -> impl Iterator<Item = Range<usize>> {
        let is_clear = |it: &Range<usize>| {
            let before = self.clear.partition_point(|(span, _)| span.start as usize <= it.start);
            before > 0 && it.end <= self.clear[before - 1].0.end as usize
        };
        let is_hidden = move |it: &Range<usize>| {
            let value = &text[it.clone()];
            !is_plain_word(value) || self.known.detected.contains(value) && !is_clear(it)
        };
        self.spans.iter().cloned().chain(self.known.values.find(text).filter(is_hidden))
    }

    /// Finds the credentials that a text would show. What is said about a credential itself hides it wherever it stands
    /// alone.
    pub(super) fn shown(&self, text: &str, is_about_secret: bool) -> Vec<Range<usize>> {
        let mut found: Vec<_> = self.known.values.find(text).collect();
        if found.is_empty() {
            return found;
        }
        let places: HashSet<Range<usize>> = found.iter().cloned().collect();
        let clear = self.clear_texts.find(text).map(|it| it.range);
        let is_clear = |it: &Range<usize>| {
            stands_alone(text, it, &text[it.clone()]) && !(is_about_secret && places.contains(it))
        };
        let clear: Vec<_> = clear.filter(is_clear).collect();
        // They are in the order of their ends: this is where the first starts that ends there or later.
        let mut starts: Vec<usize> = clear.iter().map(|it| it.start).collect();
        for at in (1..starts.len()).rev() {
            starts[at - 1] = starts[at - 1].min(starts[at]);
        }
        let quoted = quoted(text);
        found.retain(|it| {
            let at = clear.partition_point(|clear| clear.end < it.end);
            let is_within_clear = starts.get(at).is_some_and(|start| *start <= it.start);
            let at = quoted.partition_point(|quoted| quoted.end < it.end);
            let is_quoted = quoted.get(at).is_some_and(|quoted| quoted.start <= it.start);
            !is_plain_word(&text[it.clone()]) || is_quoted && !is_within_clear
        });
        found
    }

    /// Hides the credentials of `text`, the file's own, in a finding of it.
    pub(super) fn hide_in_finding(&self, finding: &mut Finding, own_places: &HashSet<String>, text: &str) {
        let is_own = |place: &Place| own_places.contains(&place.path);
        let is_about_secret = is_own(&finding.place) || finding.related.iter().any(|it| is_own(&it.place));
        let is_unread = self.is_unread(finding);
        let name = Some(finding.place.span).filter(|it| it.range().len() <= LONGEST_NAME);
        let own = Copies::new(name.into_iter().flat_map(|it| self.hidden_in(it, text)));
        let shown = |text: &str| {
            let mut found = self.shown(text, is_about_secret);
            found.extend(self.known.values.copies(text, quoted(text).into_iter()));
            found.extend(own.find(text, quoted(text).into_iter()));
            if is_unread {
                found.extend(unread_words(text));
            }
            found
        };
        // What is borrowed is a text of the program, which is the same whatever the file holds.
        for text in finding.sentences_mut().filter(|it| matches!(it, Cow::Owned(_))) {
            replace_in(text, shown(text));
        }
        let paths = finding.related.iter_mut().map(|it| &mut it.place.path);
        for path in paths.chain([&mut finding.place.path]) {
            self.known.hide_in_name(path);
            if is_unread {
                *path = path.split('.').map(without_unread).collect::<Vec<_>>().join(".");
            }
        }
        // Edits are applied as they are, and so not shown.
        for fix in finding.fix.iter_mut().chain(&mut finding.alternative) {
            fix.confidential |= self.is_shown_by(&fix.edits, is_unread, text);
            let found = shown(&fix.title);
            replace_in(&mut fix.title, found);
        }
    }

    /// Whether edits of a text insert what is hidden in it: a credential, or a word of what they remove that is hidden only there.
    fn is_shown_by(&self, edits: &[Edit], is_unread: bool, text: &str) -> bool {
        let is_unread = is_unread || edits.iter().any(|it| overlaps(&self.unread, it.span));
        let has_odd = |text: &str| is_unread && !unread_words(text).is_empty();
        let has_hidden = |text: &str| {
            let mut prose = Prose::default();
            !scan_with(text, &mut prose).is_empty() || !prose.words.is_empty()
        };
        let shows = |text: &str| {
            let copies = || self.known.values.copies(text, words_of(text));
            self.known.values.find(text).next().is_some() || !copies().is_empty()
        };
        let inserts =
            |test: &dyn Fn(&str) -> bool| edits.iter().any(|it| !it.text.is_empty() && test(&it.text));
        if inserts(&shows) || inserts(&has_odd) || inserts(&has_hidden) {
            return true;
        }
        let removed: Vec<&str> = edits.iter().flat_map(|it| self.hidden_in(it.span, text)).collect();
        let words = (!removed.is_empty()).then(|| Finder::new(removed.into_iter()));
        words.is_some_and(|it| {
            inserts(&|text| {
                it.find(text).any(|it| !is_plain_word(&text[it.range.clone()]) || is_apart(text, &it.range))
            })
        })
    }

    /// Returns the words of what is hidden in a part of a text.
    fn hidden_in<'t>(&self, part: Span, text: &'t str) -> impl Iterator<Item = &'t str> {
        let first =
            self.spans.partition_point(|it| it.start < part.start as usize).saturating_sub(MOST_OVERLAPS);
        let within = self.spans[first..].iter().take_while(move |it| it.start < part.end as usize);
        let hidden =
            within.filter(move |it| it.end > part.start as usize).filter_map(|it| text.get(it.clone()));
        hidden.flat_map(str::split_whitespace).filter(|it| it.len() >= MIN)
    }
}

/// Whether a word of a text is not a part of another one: of a name, as `shop` is of `shop-db`.
pub(super) fn is_apart(text: &str, word: &Range<usize>) -> bool {
    let is_inner = |it: Option<char>| it.is_some_and(|it| it.is_alphanumeric() || "_-.".contains(it));
    !is_inner(text[..word.start].chars().next_back()) && !is_inner(text[word.end..].chars().next())
}

/// Whether parts of a text, in order and apart from each other, have a byte of a span, or of what is around an empty one: what is
/// missing is missing between two bytes.
fn overlaps(parts: &[Range<usize>], span: Span) -> bool {
    let empty = u32::from(span.is_empty());
    let (start, end) = (span.start.saturating_sub(empty) as usize, (span.end + empty) as usize);
    let first = parts.partition_point(|it| it.end <= start);
    parts.get(first).is_some_and(|it| it.start < end)
}

/// Returns a sentence about a text that could not be read, with stars for its odd words.
pub(crate) fn without_unread(sentence: &str) -> String {
    let mut sentence = sentence.to_owned();
    let found = odd_words(&sentence);
    replace(&mut sentence, found);
    sentence
}

/// Returns where the words of a text are.
pub(super) fn words_of(text: &str) -> impl Iterator<Item = Range<usize>> {
    text.split(unread::is_end).filter_map(|word| range_in(text, word))
}

fn odd_words(sentence: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    unread::odd_words(sentence, 0..sentence.len(), &mut |word| found.push(word));
    found
}

/// Finds the odd words of a sentence, and what it quotes of a text that could not be read but for known words.
fn unread_words(sentence: &str) -> Vec<Range<usize>> {
    let mut found = odd_words(sentence);
    for part in quoted(sentence) {
        unread::words(sentence, part, &mut |word| found.push(word));
    }
    found
}

/// Collects the texts of names, images, labels and settings in which a credential stands as a plain word; in commands and
/// annotations it may be the credential.
fn in_the_clear(
    secrets: &[Secret<'_>],
    spans: &[Range<usize>],
    values: &Values,
    documents: &[Document],
) -> Vec<(Span, String)> {
    if !values.has_plain_words {
        return Vec::new();
    }
    let detected: HashSet<Span> = secrets.iter().map(|it| it.value.span()).collect();
    // Parts of a text that is hidden do not overlap much: the last that starts before its end tells.
    let is_hidden = |span: Span| {
        let before = spans.partition_point(|it| it.start < span.end as usize);
        spans[..before].iter().rev().take(MOST_OVERLAPS).any(|it| it.end > span.start as usize)
    };
    let mut clear = Vec::new();
    for object in objects(documents) {
        object.node.visit(&mut |node| {
            let Some(text) = node.text() else { return };
            let has_word = || values.find(text).any(|it| is_plain_word(&text[it]));
            let is_open = || {
                let holders = std::iter::successors(Some(node), |it| it.parent()).filter_map(Node::key);
                !holders.into_iter().any(|key| matches!(key, "args" | "command" | "annotations"))
            };
            if has_word() && is_open() && !detected.contains(&node.span()) && !is_hidden(inside(node)) {
                clear.push((node.span(), text.to_owned()));
            }
        });
    }
    clear.sort_unstable_by_key(|it| it.0);
    clear
}
