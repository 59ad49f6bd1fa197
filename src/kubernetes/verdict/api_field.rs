//! A field as the API server sees it after decoding: a value, or the place where it is missing.

use crate::kubernetes::verdict::body::Body;
use crate::manifest::document::{Node, Value};
use crate::manifest::place::Place;

/// The deepest chain of fields below one that is missing: `jobTemplate.spec.template.spec.containers` and one more.
const DEEPEST: usize = 6;

/// A field of an object whose types are known to be right: asking for a text, a number or a list cannot fail.
///
/// What is missing or `null` reads as Go's zero value, and so does everything below it. Its path is known all the same.
#[derive(Clone, Copy)]
pub struct ApiField<'d> {
    /// The value, or the nearest mapping that is there.
    node: Node<'d>,
    /// The fields below `node` that are not there.
    missing: [&'static str; DEEPEST],
    depth: u8,
    body: Body,
}

impl<'d> From<Node<'d>> for ApiField<'d> {
    fn from(node: Node<'d>) -> Self {
        ApiField { node, missing: [""; DEEPEST], depth: 0, body: Body::Yaml }
    }
}

impl<'d> ApiField<'d> {
    /// Makes the field of an object that is sent as `body`.
    pub fn in_body(node: Node<'d>, body: Body) -> Self {
        ApiField { body, ..ApiField::from(node) }
    }

    /// Returns how the object reaches the API server.
    pub fn body(self) -> Body {
        self.body
    }

    /// Returns the field `name`.
    #[inline]
    pub fn get(&self, name: &'static str) -> ApiField<'d> {
        if self.depth == 0
            && let Some(node) = self.node.get(name).filter(|node| !node.is_null())
        {
            return ApiField { node, ..*self };
        }
        let mut field = *self;
        if let Some(last) = field.missing.get_mut(usize::from(self.depth)) {
            *last = name;
            field.depth += 1;
        }
        field
    }

    /// Returns the field `name`, which servers before the minor `since` drop: their feature gate is off.
    pub fn get_since(self, name: &'static str, since: u8, minor: u8) -> ApiField<'d> {
        let field = self.get(name);
        if minor >= since || field.depth > 0 {
            return field;
        }
        let mut dropped = self;
        (dropped.missing[0], dropped.depth) = (name, 1);
        dropped
    }

    /// Returns the value, unless it is missing or `null`.
    pub fn node(self) -> Option<Node<'d>> {
        (self.depth == 0 && !self.node.is_null()).then_some(self.node)
    }

    /// Whether the field is there and not `null`: a pointer that is not nil.
    pub fn is_set(self) -> bool {
        self.node().is_some()
    }

    /// Returns the field, if it is set.
    pub fn set(self) -> Option<ApiField<'d>> {
        self.is_set().then_some(self)
    }

    /// Returns the text, if there is one.
    pub fn opt_text(self) -> Option<&'d str> {
        self.node()?.text()
    }

    /// Returns the text, empty where there is none.
    pub fn text(self) -> &'d str {
        self.opt_text().unwrap_or_default()
    }

    /// Returns the text, or `default` where it is missing or empty.
    pub fn text_or(self, default: &'static str) -> &'d str {
        self.opt_text().filter(|text| !text.is_empty()).unwrap_or(default)
    }

    /// Returns the number, if there is one.
    pub fn opt_int(self) -> Option<i64> {
        self.node()?.integer()
    }

    /// Returns the number, 0 where there is none.
    pub fn int(self) -> i64 {
        self.opt_int().unwrap_or_default()
    }

    /// Returns the truth value, if there is one.
    pub fn opt_bool(self) -> Option<bool> {
        self.node()?.boolean()
    }

    /// Whether the field is `true`.
    pub fn is_true(self) -> bool {
        self.opt_bool() == Some(true)
    }

    /// Returns the items of a list; none where it is missing.
    pub fn items(self) -> impl DoubleEndedIterator<Item = ApiField<'d>> + ExactSizeIterator {
        let node = if self.depth == 0 { self.node } else { self.node.document.root() };
        let skip = if self.depth == 0 { 0 } else { usize::MAX };
        node.items().skip(skip).map(move |node| ApiField::in_body(node, self.body))
    }

    /// Returns how many items a list, or entries a mapping, has.
    pub fn len(self) -> usize {
        self.node().map_or(0, |node| node.items().len() + node.entries().len())
    }

    /// Whether a list or mapping has nothing in it, or is missing.
    pub fn is_empty(self) -> bool {
        self.len() == 0
    }

    /// Returns the entries of a mapping; none where it is missing.
    pub fn entries(self) -> impl Iterator<Item = (&'d str, ApiField<'d>)> {
        self.node()
            .into_iter()
            .flat_map(|node| node.entries())
            .map(move |it| (it.key, ApiField::in_body(it.value, self.body)))
    }

    /// Returns the value of a key in a mapping that is not a struct, such as labels; a `null` there is an empty value.
    pub fn entry(self, key: &str) -> Option<ApiField<'d>> {
        self.node()?.get(key).map(|node| ApiField::in_body(node, self.body))
    }

    /// Returns the value, or the nearest mapping that is there.
    pub fn nearest(self) -> Node<'d> {
        self.node
    }

    /// Returns the path as Kubernetes writes it.
    pub fn path(self) -> String {
        let mut path = self.node.path();
        for name in &self.missing[..usize::from(self.depth)] {
            if !path.is_empty() {
                path.push('.');
            }
            path.push_str(name);
        }
        path
    }

    /// Returns where to report the field: its value, the key of a whole mapping or list, or the key of the mapping that
    /// lacks it.
    pub fn place(self) -> Place {
        let path = self.path();
        let Some(first) = self.missing[..usize::from(self.depth)].first() else {
            let is_collection = matches!(self.node.value(), Value::Map | Value::List);
            let span = if is_collection { self.node.head() } else { self.node.span() };
            return Place { path, span };
        };
        let written = self.node.entries().find(|entry| entry.key == *first);
        let span = match written {
            Some(entry) if entry.value.raw().is_empty() => entry.key_span,
            Some(entry) => entry.value.span(),
            None => self.node.head(),
        };
        Place { path, span }
    }

    /// Returns the field with another path in messages, where Kubernetes has one of its own.
    pub fn with_path(self, path: impl Into<String>) -> ReportedField<'d> {
        ReportedField { field: self, path: path.into() }
    }

    /// Returns the value of `key` in a mapping that is not a struct, with the path `limits[cpu]`.
    pub fn key(self, key: &str) -> ReportedField<'d> {
        let path = format!("{}[{key}]", self.path());
        ReportedField { field: self.entry(key).unwrap_or(self), path }
    }
}

/// A field with the path that messages give it.
#[derive(Clone)]
pub struct ReportedField<'d> {
    /// The field.
    pub field: ApiField<'d>,
    /// The path in messages.
    pub path: String,
}

impl<'d> From<ApiField<'d>> for ReportedField<'d> {
    fn from(field: ApiField<'d>) -> Self {
        ReportedField { field, path: field.path() }
    }
}
