//! What the credentials of a file are, collected from all its parts.

use std::collections::{BTreeSet, HashSet};
use std::ops::Range;
use std::rc::Rc;
use std::sync::Arc;

use super::nodes::{self, inside};
use super::scan::scan;
use super::stars::replace;
use super::values::{Values, forms, is_plain_word};
use crate::diagnostic::finding::Subject;
use crate::facts::secret::detected::Secret;
use crate::manifest::document::{Document, Style};

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

impl Collected {
    /// Adds the values in a text, in the documents in it, and of the credentials that these have; returns where they are.
    pub(crate) fn add(
        &mut self,
        secrets: &[Secret<'_>],
        documents: &[Document],
        text: &str,
    ) -> Vec<Range<usize>> {
        let mut spans = Vec::new();
        for &Secret { value, text, part, .. } in secrets {
            let mut values = forms(text);
            let span = part.unwrap_or(inside(value));
            spans.push(span.range());
            if matches!(value.style(), Style::SingleQuoted | Style::DoubleQuoted) {
                values.extend(forms(span.text(&value.document.source.text)));
            }
            self.detected.extend(values.iter().filter(|it| is_plain_word(it)).cloned());
            self.texts.extend(values);
        }
        for hidden in documents.iter().flat_map(nodes::hidden) {
            self.texts.extend(forms(&hidden.text));
            self.texts.extend(forms(hidden.span.text(text)));
            spans.push(hidden.span.range());
        }
        for range in scan(text) {
            self.texts.extend(forms(&text[range.clone()]));
            spans.push(range);
        }
        spans.retain(|it| !it.is_empty());
        spans
    }

    /// Adds the values of another part of the file.
    pub(crate) fn append(&mut self, mut other: Collected) {
        self.texts.append(&mut other.texts);
        self.detected.extend(other.detected);
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

    /// Finds the credentials in a name or a path, of which plain words are none.
    fn in_name(&self, name: &str) -> Vec<Range<usize>> {
        self.values.find(name).filter(|it| !is_plain_word(&name[it.clone()])).collect()
    }

    pub(super) fn hide_in_name(&self, name: &mut String) {
        replace(name, self.in_name(name));
    }

    /// Replaces the credentials in the names of an object; other findings may share them.
    pub(crate) fn hide_in_subject(&self, subject: &mut Arc<Subject>) {
        if [&subject.name, &subject.namespace].iter().any(|it| !self.in_name(it).is_empty()) {
            let subject = Arc::make_mut(subject);
            self.hide_in_name(&mut subject.name);
            self.hide_in_name(&mut subject.namespace);
        }
    }
}
