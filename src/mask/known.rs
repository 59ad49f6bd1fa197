//! What the credentials of a file are, collected from all its parts.

use std::collections::{BTreeSet, HashSet};
use std::ops::Range;
use std::rc::Rc;
use std::sync::Arc;

use super::hidden::Prose;
use super::nodes::{self, inside};
use super::prose::hides_elsewhere;
use super::reference;
use super::scan::scan_with;
use super::stars::replace;
use super::unparsed::unparsed;
use super::unread::{Misfits, is_foreign, misfits, odd_words, words};
use super::values::{Values, forms, is_plain_word};
use crate::diagnostic::finding::Subject;
use crate::facts::secret::detected::Secret;
use crate::manifest::document::{Document, Style};
use crate::manifest::workload::is_manifest;
use crate::text::span::Span;

/// The values of the credentials of a file, wherever else they are written.
#[derive(Clone)]
pub(crate) struct Known {
    /// How they may be written.
    pub(super) values: Rc<Values>,
    /// Which plain words rules detected. Others may be anything, and are hidden in the text only where they were found.
    pub(super) detected: Rc<HashSet<String>>,
}

/// The values that have been found so far.
#[derive(Default)]
pub(crate) struct Collected {
    pub(super) texts: BTreeSet<String>,
    detected: HashSet<String>,
}

/// Where the credentials of a text may be.
#[derive(Default)]
pub(crate) struct Places {
    /// Where some are.
    pub(super) hidden: Vec<Range<usize>>,
    /// The parts that nobody understood.
    pub(super) unread: Vec<Range<usize>>,
}

impl Places {
    /// Whether there are none.
    pub(crate) fn is_empty(&self) -> bool {
        self.hidden.is_empty() && self.unread.is_empty()
    }

    /// Whether a part was not understood.
    pub(crate) fn has_unread(&self) -> bool {
        !self.unread.is_empty()
    }
}

impl Collected {
    /// Adds the values in a text, in the documents in it, and of the credentials that these have; returns where they are.
    pub(crate) fn add(&mut self, secrets: &[Secret<'_>], documents: &[Document], text: &str) -> Places {
        let mut places = Places::default();
        let mut hide = |range: Range<usize>| {
            if !range.is_empty() {
                places.hidden.push(range);
            }
        };
        for &Secret { value, text, part, .. } in secrets {
            let span = part.unwrap_or(inside(value));
            hide(span.range());
            self.add_detected(text);
            if matches!(value.style(), Style::SingleQuoted | Style::DoubleQuoted) {
                self.add_detected(span.text(&value.document.source.text));
            }
        }
        for document in documents {
            let mut add = |span: Span, value: &str| {
                self.add_value(value);
                self.add_value(span.text(text));
                hide(span.range());
            };
            nodes::hidden(document, &mut add);
            reference::pasted(document, &mut add);
        }
        let mut prose = Prose::default();
        for range in scan_with(text, &mut prose) {
            self.add_value(&text[range.clone()]);
            hide(range);
        }
        prose.names.sort_unstable();
        let mut hide_word = |word: Range<usize>| {
            if hides_elsewhere(&text[word.clone()]) {
                self.add_value(&text[word.clone()]);
            }
            hide(word);
        };
        documents.iter().for_each(|it| nodes::sentences(it, &prose.names, &mut hide_word));
        prose.words.into_iter().for_each(&mut hide);
        let may_be_manifest = is_manifest(text);
        for document in documents {
            let Misfits { values, names, announced } = misfits(document);
            let mut hide = |word: Range<usize>| {
                self.add_value(&text[word.clone()]);
                places.hidden.push(word);
            };
            names.iter().for_each(|it| odd_words(text, it.clone(), &mut hide));
            announced.iter().for_each(|it| words(text, it.clone(), &mut hide));
            places.unread.extend(values);
            // What is said about such a document, as that a chart cannot be rendered, does not quote it.
            if may_be_manifest && is_foreign(document) {
                words(text, document.span.range(), &mut |word| places.hidden.push(word));
            }
            places.unread.extend(unparsed(document));
        }
        places
    }

    /// Does the same, with the odd words that nobody understood; each of them takes memory.
    pub(super) fn add_all(&mut self, secrets: &[Secret<'_>], documents: &[Document], text: &str) {
        for part in self.add(secrets, documents, text).unread {
            odd_words(text, part, &mut |word| self.add_value(&text[word]));
        }
    }

    fn add_value(&mut self, value: &str) {
        forms(value, &mut |form| {
            if !self.texts.contains(form) {
                self.texts.insert(form.to_owned());
            }
        });
    }

    fn add_detected(&mut self, value: &str) {
        self.add_value(value);
        forms(value, &mut |form| {
            if is_plain_word(form) {
                self.detected.insert(form.to_owned());
            }
        });
    }

    /// Adds the values of another part of the file.
    pub(crate) fn append(&mut self, mut other: Collected) {
        self.texts.append(&mut other.texts);
        self.detected.extend(other.detected);
    }

    /// Adds values that are known already, of an earlier text.
    pub(super) fn add_known(&mut self, known: &Known) {
        self.texts.extend(known.values.texts.iter().cloned());
        self.detected.extend(known.detected.iter().cloned());
    }

    /// Returns all of them, to look for.
    pub(crate) fn known(self) -> Known {
        Known { values: Rc::new(Values::new(self.texts)), detected: Rc::new(self.detected) }
    }
}

impl Known {
    /// Whether there are none.
    pub(crate) fn is_empty(&self) -> bool {
        self.values.texts.is_empty()
    }

    /// Finds the credentials in a name or a path, of which plain words are none, except in a key that is hardly the name of a field.
    fn in_name(&self, name: &str) -> Vec<Range<usize>> {
        let is_shown = |it: &Range<usize>| is_plain_word(&name[it.clone()]) && !is_in_odd_key(name, it);
        let copies = self.values.copies(name, std::iter::once(0..name.len()));
        self.values.find(name).filter(|it| !is_shown(it)).chain(copies).collect()
    }

    pub(super) fn hide_in_name(&self, name: &mut String) {
        replace(name, self.in_name(name));
    }

    /// Replaces the credentials in the names of an object; other findings may share them.
    pub(crate) fn hide_in_subject(&self, subject: &mut Arc<Subject>) {
        if [&subject.name, &subject.namespace, &subject.owner].iter().any(|it| !self.in_name(it).is_empty()) {
            let subject = Arc::make_mut(subject);
            self.hide_in_name(&mut subject.name);
            self.hide_in_name(&mut subject.namespace);
            self.hide_in_name(&mut subject.owner);
        }
    }
}

/// Whether a part of a path is in a key with marks that no name has: `env[0][value "hunter2"]`, `labels[password=hunter2]`.
fn is_in_odd_key(path: &str, part: &Range<usize>) -> bool {
    let start = path[..part.start].rfind('[').map_or(part.start, |at| at + 1);
    let end = path[part.end..].find(']').map_or(part.end, |at| part.end + at);
    path[start..end].contains(|it: char| !it.is_alphanumeric() && !"-_./[".contains(it))
}
