//! A credential that was found, and where it stands.

use std::collections::BTreeMap;
use std::ops::Range;

use crate::facts::secret::shape::shape;
use crate::facts::secret::url;
use crate::manifest::document::Node;
use crate::manifest::place::Place;
use crate::shell::SourceMap;
use crate::text::span::{Span, range_in};

/// Where a credential stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Within {
    /// In the value of a variable.
    Env,
    /// In another field of the pod: a header of a probe, an attribute of a CSI volume.
    Field,
    /// In a command or its arguments.
    Command,
    /// In an address, wherever that is.
    Url,
    /// In an annotation or label.
    Metadata,
}

/// A credential in a manifest.
#[derive(Clone, Copy)]
pub struct Secret<'d> {
    /// The name of the variable, the flag or the key that holds it; empty where none does.
    pub name: &'d str,
    /// The value that it is, or is a part of.
    pub value: Node<'d>,
    /// The credential.
    pub text: &'d str,
    /// Where it stands, if it is a part of the value.
    pub part: Option<Span>,
    /// What it is, such as `a GitHub token`, where its shape tells.
    pub shape: Option<&'static str>,
    /// Where it stands.
    pub within: Within,
}

impl Secret<'_> {
    /// Returns where it stands in the manifest.
    pub fn place(&self) -> Place {
        Place { path: self.value.path(), span: self.part.unwrap_or(self.value.span()) }
    }
}

/// Finds the passwords in the addresses of a value.
pub fn in_url<'d>(name: &'d str, value: Node<'d>) -> Vec<Secret<'d>> {
    let passwords = url::passwords(value.text().unwrap_or_default());
    if passwords.is_empty() {
        return Vec::new();
    }
    let mut parts = Parts::default();
    let secret = |text| {
        let (part, shape) = (parts.place(value, text), shape(text));
        Secret { name, value, text, part, shape, within: Within::Url }
    };
    passwords.into_iter().map(secret).collect()
}

/// The parts of values in which a credential is known.
#[derive(Default)]
pub(super) struct Known(BTreeMap<(u32, usize), usize>);

impl Known {
    /// Notes a part of a value; `false` if a credential overlaps it that is known.
    pub(super) fn add(&mut self, value: Node<'_>, part: &str) -> bool {
        let (start, id) = (part.as_ptr().addr(), value.id);
        let end = start + part.len();
        let before = self.0.range(..(id, end)).next_back();
        let is_new = !before.is_some_and(|(place, before_end)| place.0 == id && *before_end > start);
        if is_new {
            self.0.insert((id, start), end);
        }
        is_new
    }
}

/// Finds where parts of values stand in the manifest; a value is gone through once for all of its parts that follow each
/// other.
#[derive(Default)]
pub struct Parts<'d>(Option<(Node<'d>, SourceMap)>);

impl<'d> Parts<'d> {
    /// Returns where a part of a value's text stands, if it is not all of it.
    pub fn place(&mut self, value: Node<'d>, part: &str) -> Option<Span> {
        let whole = value.text()?;
        let Range { start, end } = range_in(whole, part).filter(|it| it.len() < whole.len())?;
        let known = self.0.take().filter(|it| it.0 == value);
        let (_, places) = self.0.insert(known.unwrap_or_else(|| (value, SourceMap::new(value))));
        Some(places.span(Span::new(start, end)))
    }
}
