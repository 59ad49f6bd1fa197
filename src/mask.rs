//! Keeps the values of detected secrets out of everything that is shown: messages, excerpts, related places.
//!
//! Whatever rules run, the findings of a file get a copy of its text in which stars stand for its secrets, at the same
//! offsets, lines and columns. Such a text is to be shown: edits must be made on the file itself.

use std::collections::HashMap;
use std::ops::Range;
use std::sync::Arc;

use crate::document::{Document, Node, Style};
use crate::finding::Finding;
use crate::source::Source;
use crate::span::Span;
use crate::value::secret::{Secret, promise, secrets};
use crate::workload::Reading;

/// What stands in messages for a secret.
const MASK: &str = "***";

/// A shorter value is hidden only where it was found: elsewhere it would be hidden by chance.
const LEAST: usize = 4;

/// Replaces the secrets of a file's documents wherever the findings of that file would show them.
pub fn hide_secrets(findings: &mut [Finding], secrets: &[Secret<'_>], documents: &[Document]) {
    let Some(source) = documents.first().map(|it| &it.source).filter(|_| !findings.is_empty()) else {
        return;
    };
    let Secrets { spans, values } = Secrets::of(secrets, documents);
    if spans.is_empty() {
        return;
    }
    let everywhere = values.iter().flat_map(|value| occurrences(&source.text, value));
    let masked = spans.iter().map(|it| it.range()).chain(everywhere);
    let masked = Arc::new(source.with_text(overwrite(&source.text, masked)));
    for finding in findings.iter_mut().filter(|finding| Arc::ptr_eq(&finding.source, source)) {
        finding.source = masked.clone();
        let related = finding.related.iter_mut().map(|it| &mut it.text);
        for text in related.chain(&mut finding.help).chain([&mut finding.message]) {
            values.iter().for_each(|value| replace(text, value));
        }
        // Edits are applied as they are, and so not shown.
        for fix in finding.fix.iter_mut().chain(&mut finding.alternative) {
            let shows = |text: &str| values.iter().any(|value| occurrences(text, value).next().is_some());
            fix.confidential |= fix.edits.iter().any(|edit| shows(&edit.text));
            if shows(&fix.title) {
                values.iter().for_each(|value| replace(fix.title.to_mut(), value));
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
            of_origins.values.iter().for_each(|value| replace(text, value));
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
    let Secrets { values, .. } = Secrets::of(&all_secrets(documents), documents);
    for text in texts {
        values.iter().for_each(|value| replace(text, value));
    }
}

/// Returns texts to show, in which stars stand for the secrets of any of them, and of others that were between them.
pub(crate) fn without_secrets(texts: [&str; 2], between: &[String]) -> [String; 2] {
    let secrets_of = |text: &str| {
        let documents = crate::document::read(&Arc::new(Source::new("", text))).documents;
        Secrets::of(&all_secrets(&documents), &documents)
    };
    let secrets = texts.map(secrets_of);
    let others = between.iter().flat_map(|text| secrets_of(text).values);
    let all: Vec<String> = secrets.iter().flat_map(|secrets| secrets.values.clone()).chain(others).collect();
    let mut own = secrets.into_iter();
    texts.map(|text| {
        let spans = own.next().map(|secrets| secrets.spans).unwrap_or_default();
        let everywhere = all.iter().flat_map(|value| occurrences(text, value));
        overwrite(text, spans.iter().map(|it| it.range()).chain(everywhere))
    })
}

/// Finds the credentials in all objects of documents.
pub(crate) fn all_secrets(documents: &[Document]) -> Vec<Secret<'_>> {
    let objects = documents.iter().flat_map(Document::objects).filter_map(|node| match Reading::of(node) {
        Reading::Object(object) => Some(object),
        _ => None,
    });
    objects.flat_map(secrets).collect()
}

/// The secrets of a file.
struct Secrets {
    /// Where they are.
    spans: Vec<Span>,
    /// How they may be written elsewhere, the longest first, for another may be a part of it.
    values: Vec<String>,
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
        Secrets { spans, values }
    }
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
    let is_word = value.len() < 12 && value.chars().all(|it| it.is_ascii_lowercase());
    let ranges = text.match_indices(value).map(|(at, _)| at..at + value.len());
    ranges.filter(move |it| {
        let (before, after) = (text[..it.start].chars().next_back(), text[it.end..].chars().next());
        !is_word || !(is_inner(before) || is_inner(after))
    })
}

fn replace(text: &mut String, value: &str) {
    let found: Vec<_> = occurrences(text, value).collect();
    found.into_iter().rev().for_each(|range| text.replace_range(range, MASK));
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
