//! What cannot be carried over, for a person to decide about.

use std::collections::BTreeMap;

use crate::manifest::document::Document;
use crate::text::phrases;
use crate::text::source::Source;
use crate::text::span::Span;

/// More lines than this are counted.
const MAX_LINES: usize = 100;

/// More checks than this are counted in a line.
const MAX_SUBJECTS: usize = 40;

/// The most characters of a name that is shown.
const MAX_NAME: usize = 60;

/// Something that a person has to decide.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Note {
    /// The file; empty for the command line.
    pub file: String,
    /// Its line, from 1.
    pub line: usize,
    /// What it is about, such as a check.
    pub subject: String,
    /// What there is to say of it.
    pub text: String,
}

impl Note {
    /// Makes a note about bytes of a source.
    pub(super) fn at(source: &Source, span: Span, subject: &str, text: impl Into<String>) -> Note {
        let line = source.positions(span).0.line;
        Note { file: source.name.clone(), line, subject: shortened(subject), text: text.into() }
    }

    /// Makes a note about bytes of a document.
    pub(super) fn of(document: &Document, span: Span, subject: &str, text: impl Into<String>) -> Note {
        Note::at(&document.source, span, subject, text)
    }

    /// Makes a note about the command line.
    pub(super) fn of_flag(subject: &str, text: impl Into<String>) -> Note {
        Note { file: String::new(), line: 0, subject: shortened(subject), text: text.into() }
    }
}

fn shortened(name: &str) -> String {
    match name.char_indices().nth(MAX_NAME) {
        Some((end, _)) => format!("{}…", &name[..end]),
        None => name.to_owned(),
    }
}

/// Returns a line for everything that was noted: of what is the same for several subjects, one with the first place.
pub fn lines(notes: &[Note]) -> Vec<String> {
    let mut groups: BTreeMap<&str, Vec<&Note>> = BTreeMap::new();
    for note in notes {
        groups.entry(&note.text).or_default().push(note);
    }
    let mut groups: Vec<_> = groups.into_values().collect();
    groups.iter_mut().for_each(|group| group.sort());
    groups.sort();
    let mut lines: Vec<String> = groups.iter().take(MAX_LINES).map(|group| line(group)).collect();
    lines.extend((groups.len() > MAX_LINES).then(|| format!("{} more", groups.len() - MAX_LINES)));
    lines
}

fn line(group: &[&Note]) -> String {
    let Some(first) = group.first() else { return String::new() };
    let mut subjects: Vec<&str> = group.iter().map(|it| it.subject.as_str()).collect();
    subjects.sort_unstable();
    subjects.dedup();
    let mut shown: Vec<String> = subjects.iter().take(MAX_SUBJECTS).map(|it| format!("`{it}`")).collect();
    shown.extend((subjects.len() > MAX_SUBJECTS).then(|| format!("{} more", subjects.len() - MAX_SUBJECTS)));
    let places = group.len() - 1;
    let place = match first.file.as_str() {
        "" => String::new(),
        file if places == 0 || subjects.len() > 1 => format!("{file}:{}: ", first.line),
        file => format!("{file}:{} and {}: ", first.line, phrases::count(places, "other place")),
    };
    format!("{place}{}: {}", phrases::list(&shown), first.text)
}
