//! Keeps the values of detected secrets out of everything that is shown: messages, excerpts, related places.
//!
//! Whatever rules run, the findings of a file get a copy of its text in which stars stand for its secrets, at the same
//! offsets, lines and columns. Such a text is to be shown: edits must be made on the file itself.

use std::collections::HashMap;
use std::ops::Range;
use std::sync::Arc;

use crate::document::{Document, Node, Style};
use crate::finding::{Finding, Place};
use crate::source::Source;
use crate::span::Span;
use crate::value::secret::{Secret, promise, secrets};
use crate::workload::{Object, Reading};

/// With more such words or texts, all are hidden: each is compared with every place of a secret.
const MOST_CLEAR: usize = 100;

/// What stands in messages for a secret.
const MASK: &str = "***";

/// A shorter value is hidden only where it was found: elsewhere it would be hidden by chance.
const LEAST: usize = 4;

/// Replaces the secrets of a file's documents wherever the findings of that file would show them.
pub fn hide_secrets(findings: &mut [Finding], secrets: &[Secret<'_>], documents: &[Document]) {
    let Some(source) = documents.first().map(|it| &it.source).filter(|_| !findings.is_empty()) else {
        return;
    };
    let hidden = Secrets::of(secrets, documents);
    if hidden.spans.is_empty() {
        return;
    }
    let own_places: Vec<String> = match hidden.clear.is_empty() {
        true => Vec::new(),
        false => secrets.iter().map(|it| it.value.path()).collect(),
    };
    let masked = Arc::new(source.with_text(overwrite(&source.text, hidden.places(&source.text))));
    for finding in findings.iter_mut().filter(|finding| Arc::ptr_eq(&finding.source, source)) {
        finding.source = masked.clone();
        let is_own = |place: &Place| own_places.contains(&place.path);
        let is_about_secret = is_own(&finding.place) || finding.related.iter().any(|it| is_own(&it.place));
        let related = finding.related.iter_mut().map(|it| &mut it.text);
        for text in related.chain(&mut finding.help).chain([&mut finding.message]) {
            hidden.hide(text, is_about_secret);
        }
        // Edits are applied as they are, and so not shown.
        for fix in finding.fix.iter_mut().chain(&mut finding.alternative) {
            let shows =
                |text: &str| hidden.values.iter().any(|value| occurrences(text, value).next().is_some());
            fix.confidential |= fix.edits.iter().any(|edit| shows(&edit.text));
            if shows(&fix.title) {
                hidden.hide(fix.title.to_mut(), is_about_secret);
            }
        }
    }
}

/// Hides the secrets of documents in findings that point into the files that these were made of: templates, which are no
/// documents, and `origins`, which can have secrets of their own.
pub(crate) fn hide_in_origins(findings: &mut [Finding], made: &[Document], origins: &[Document]) {
    let secrets = all_secrets(made);
    let of_made = Secrets::of(&secrets, made);
    let of_origins = Secrets::of(&all_secrets(origins), origins);
    let short: Vec<&str> = secrets.iter().map(|it| it.text.trim()).filter(|it| it.len() < LEAST).collect();
    let mut masked: HashMap<*const Source, (Arc<Source>, Arc<Source>)> = HashMap::new();
    for finding in findings {
        let source = finding.source.clone();
        let entry = masked.entry(Arc::as_ptr(&source)).or_insert_with(|| {
            let text = source.text.as_str();
            let own = origins.iter().filter(|it| Arc::ptr_eq(&it.source, &source));
            let own: Vec<Range<usize>> = own.flat_map(spans_of).map(Span::range).collect();
            let values = of_made.values.iter().chain(&of_origins.values);
            let everywhere = values.flat_map(|value| occurrences(text, value));
            let words = short.iter().flat_map(|value| words(text, value));
            let hidden = overwrite(text, own.into_iter().chain(everywhere).chain(words));
            // The first one is kept, so that no other takes its address.
            (source.clone(), Arc::new(Source::new(source.name.as_str(), hidden)))
        });
        finding.source = entry.1.clone();
        let related = finding.related.iter_mut().map(|it| &mut it.text);
        for text in related.chain(&mut finding.help).chain([&mut finding.message]) {
            of_origins.hide(text, true);
        }
    }
}

/// Returns where the secrets of a document are.
fn spans_of(document: &Document) -> Vec<Span> {
    let documents = std::slice::from_ref(document);
    Secrets::of(&all_secrets(documents), documents).spans
}

/// Finds a short value where it stands alone.
fn words<'a>(text: &'a str, value: &'a str) -> impl Iterator<Item = Range<usize>> {
    let is_inner = |letter: Option<char>| letter.is_some_and(|it| it.is_alphanumeric() || it == '_');
    let ranges = text.match_indices(value).map(|(at, _)| at..at + value.len());
    ranges.filter(move |it| {
        !it.is_empty()
            && !is_inner(text[..it.start].chars().next_back())
            && !is_inner(text[it.end..].chars().next())
    })
}

/// Replaces the secrets of documents wherever texts would show them.
pub(crate) fn hide_in<'t>(texts: impl Iterator<Item = &'t mut String>, documents: &[Document]) {
    let hidden = Secrets::of(&all_secrets(documents), documents);
    texts.for_each(|text| hidden.hide(text, true));
}

/// Returns texts to show, in which stars stand for the secrets of any of them, and of others that were between them.
pub(crate) fn without_secrets(texts: [&str; 2], between: &[String]) -> [String; 2] {
    let secrets_of = |text: &str| {
        let documents = crate::document::read(&Arc::new(Source::new("", text))).documents;
        Secrets::of(&all_secrets(&documents), &documents)
    };
    let mut secrets = texts.map(secrets_of);
    let others = between.iter().flat_map(|text| secrets_of(text).values);
    let all: Vec<String> = secrets.iter().flat_map(|secrets| secrets.values.clone()).chain(others).collect();
    secrets.iter_mut().for_each(|it| it.values.clone_from(&all));
    let mut own = secrets.into_iter();
    texts.map(|text| own.next().map_or_else(String::new, |it| overwrite(text, it.places(text))))
}

/// Finds the credentials in all objects of documents.
pub(crate) fn all_secrets(documents: &[Document]) -> Vec<Secret<'_>> {
    objects(documents).flat_map(secrets).collect()
}

fn objects(documents: &[Document]) -> impl Iterator<Item = Object<'_>> {
    documents.iter().flat_map(Document::objects).filter_map(|node| match Reading::of(node) {
        Reading::Object(object) => Some(object),
        _ => None,
    })
}

/// The secrets of a file.
struct Secrets {
    /// Where they are.
    spans: Vec<Span>,
    /// How they may be written elsewhere, the longest first, for another may be a part of it.
    values: Vec<String>,
    /// Texts that are no secrets and hold one that is a plain word, with their places: `postgres` is an image and a user
    /// before it is a password. There the word tells nothing, and stars would destroy the text.
    clear: Vec<(Span, String)>,
}

impl Secrets {
    /// Collects what to hide of the credentials that the objects of a file's documents hold.
    fn of(secrets: &[Secret<'_>], documents: &[Document]) -> Self {
        let (mut spans, mut values) = (Vec::new(), Vec::new());
        for &Secret { value, text, part, .. } in secrets {
            values.extend(forms(text));
            let span = part.unwrap_or(inside(value));
            spans.push(span);
            if matches!(value.style(), Style::SingleQuoted | Style::DoubleQuoted) {
                values.extend(forms(span.text(&value.document.source.text)));
            }
        }
        spans.extend(documents.iter().flat_map(lost_values));
        values.sort_by(|left, right| right.len().cmp(&left.len()).then_with(|| left.cmp(right)));
        values.dedup();
        let clear = in_the_clear(secrets, &values, documents);
        Secrets { spans, values, clear }
    }

    /// Returns the bytes to hide in the text of the file.
    fn places<'a>(&'a self, text: &'a str) -> impl Iterator<Item = Range<usize>> {
        let is_clear = |it: &Range<usize>| self.clear.iter().any(|(span, _)| is_within(it, &span.range()));
        let everywhere = self.values.iter().flat_map(|value| occurrences(text, value));
        self.spans.iter().map(|it| it.range()).chain(everywhere.filter(move |it| !is_clear(it)))
    }

    /// Replaces the secrets in a text to show. What is said about a secret itself hides it wherever it stands alone.
    fn hide(&self, text: &mut String, is_about_secret: bool) {
        for value in &self.values {
            let clear = self.clear.iter().map(|(_, clear)| clear).filter(|clear| {
                is_plain_word(value) && clear.contains(value) && !(is_about_secret && *clear == value)
            });
            let clear: Vec<_> = clear.flat_map(|clear| occurrences(text, clear)).collect();
            let found = occurrences(text, value).filter(|it| !clear.iter().any(|clear| is_within(it, clear)));
            let found: Vec<_> = found.collect();
            found.into_iter().rev().for_each(|range| text.replace_range(range, MASK));
        }
    }
}

fn is_within(inner: &Range<usize>, outer: &Range<usize>) -> bool {
    outer.start <= inner.start && inner.end <= outer.end
}

/// Collects the texts of names, images, labels and settings in which a secret stands as a plain word; in commands and
/// annotations it may be the secret.
fn in_the_clear(secrets: &[Secret<'_>], values: &[String], documents: &[Document]) -> Vec<(Span, String)> {
    let words: Vec<&String> = values.iter().filter(|value| is_plain_word(value)).collect();
    let mut clear = Vec::new();
    for object in objects(documents).filter(|_| (1..=MOST_CLEAR).contains(&words.len())) {
        object.node.visit(&mut |node| {
            let Some(text) = node.text().filter(|text| words.iter().any(|word| text.contains(*word))) else {
                return;
            };
            let holders = std::iter::successors(Some(node), |it| it.parent()).filter_map(Node::key);
            let is_open = !holders.into_iter().any(|key| matches!(key, "args" | "command" | "annotations"));
            if is_open && clear.len() <= MOST_CLEAR && !secrets.iter().any(|secret| secret.value == node) {
                clear.push((node.span(), text.to_owned()));
            }
        });
    }
    if clear.len() > MOST_CLEAR { Vec::new() } else { clear }
}

/// Returns the bytes of a value within its quotes.
fn inside(value: Node<'_>) -> Span {
    let span = value.span();
    match value.style() {
        Style::SingleQuoted | Style::DoubleQuoted if span.end > span.start + 1 => {
            Span { start: span.start + 1, end: span.end - 1 }
        }
        _ => span,
    }
}

/// Returns the values that a second `value` replaces in a variable that promises a secret.
fn lost_values(document: &Document) -> impl Iterator<Item = Span> {
    document.duplicates.iter().filter_map(|duplicate| {
        let map = document.node(duplicate.map);
        let name = map.field("name").text()?;
        let (value, _) = map.entries().map(|it| (it.value, it.key)).find(|&(_, key)| key == "value")?;
        let is_value = value.key_span() == Some(duplicate.second);
        (is_value && promise(name).is_some()).then_some(duplicate.first_value)
    })
}

/// Returns the ways in which other places may write a value: as it is, line by line, and escaped as in JSON, once or
/// twice, as `last-applied-configuration` has it.
fn forms(value: &str) -> Vec<String> {
    let value = value.trim();
    let lines = value.lines().map(str::trim).filter(|line| line.len() >= 2 * LEAST);
    let mut forms: Vec<String> = lines.map(str::to_owned).collect();
    let escaped = escape(value);
    // Go escapes these three as well.
    let of_go = escaped.replace('&', "\\u0026").replace('<', "\\u003c").replace('>', "\\u003e");
    forms.extend([value.to_owned(), escape(&escaped), escape(&of_go), escaped, of_go]);
    forms.retain(|form| form.len() >= LEAST);
    forms
}

/// Writes a text as between the quotes of JSON.
fn escape(text: &str) -> String {
    let quoted = serde_json::Value::from(text).to_string();
    quoted[1..quoted.len() - 1].to_owned()
}

/// Finds a value in a text. A value that is a plain word counts only as a word of its own, so that `pass` is not found
/// in `passes`.
fn occurrences<'a>(text: &'a str, value: &'a str) -> impl Iterator<Item = Range<usize>> {
    let is_inner = |letter: Option<char>| letter.is_some_and(|it| it.is_alphanumeric() || it == '_');
    let is_word = is_plain_word(value);
    let ranges = text.match_indices(value).map(|(at, _)| at..at + value.len());
    ranges.filter(move |it| {
        let (before, after) = (text[..it.start].chars().next_back(), text[it.end..].chars().next());
        !is_word || !(is_inner(before) || is_inner(after))
    })
}

fn is_plain_word(value: &str) -> bool {
    value.len() < 12 && value.chars().all(|it| it.is_ascii_lowercase())
}

/// Writes stars over ranges of a text, each as long as the character under it. Indentation and line ends stay.
fn overwrite(text: &str, ranges: impl Iterator<Item = Range<usize>>) -> String {
    let mut is_hidden = vec![false; text.len()];
    for range in ranges {
        is_hidden.get_mut(range).into_iter().for_each(|bytes| bytes.fill(true));
    }
    let mut is_indentation = true;
    text.char_indices()
        .map(|(at, letter)| {
            is_indentation = letter == '\n' || (is_indentation && letter == ' ');
            match letter.len_utf8() {
                _ if !is_hidden[at] || is_indentation || letter == '\r' => letter,
                1 => '*',
                2 => '×',
                3 => '＊',
                _ => '🞰',
            }
        })
        .collect()
}
