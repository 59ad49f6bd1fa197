//! An item of a `List` that is read by itself.

use super::data::{Content, Data, Document, EntryData, Link, Style, Text, digest, keys_of};
use super::node::Node;
use crate::text::span::{Span, to_u32};

/// What a `List` says of its items.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct ListType {
    pub(super) api_version: Option<String>,
    pub(super) kind: Option<String>,
}

impl ListType {
    /// Reads it from the mapping of a list.
    pub(super) fn of(list: Node<'_>) -> Self {
        let text = |key| list.get(key).and_then(Node::text).map(str::to_owned);
        ListType { api_version: text("apiVersion"), kind: text("kind") }
    }
}

/// Returns the kind or version that items without their own have in a list of this kind or version.
pub(crate) fn type_of_items(of_list: &str) -> Option<&str> {
    Some(of_list.strip_suffix("List").unwrap_or(of_list)).filter(|it| !it.is_empty())
}

impl Document {
    /// Puts the list around a document that is an item in brackets or after a dash, so that it reads as it would in its place;
    /// `None` if the document is something else.
    pub(super) fn into_item(mut self, number: usize, list: &ListType) -> Option<Document> {
        let Content::List { start, len: 1 } = self.nodes[0].content else { return None };
        let item = self.items[start as usize];
        // Comments above the item are its own.
        let nowhere = Span { end: self.span.start, ..self.span };
        let first = to_u32(self.entries.len());
        let Data { content: items, span, style, .. } = self.nodes[0].clone();
        let mut add = |key: &str, content: Content, span: Span, style: Style| {
            let (id, entry) = (to_u32(self.nodes.len()), to_u32(self.entries.len()));
            let link = Link::Entry(entry);
            self.nodes.push(Data { content, span, parent: 0, link, style, aliased: false });
            let (digest, key) = (digest(key.as_bytes()), Text::Owned(key.into()));
            self.entries.push(EntryData { key, key_span: nowhere, value: id, digest });
            id
        };
        for (key, text) in [("apiVersion", &list.api_version), ("kind", &list.kind)] {
            if let Some(text) = text {
                let text = Content::String(Text::Owned(text.as_str().into()));
                add(key, text, nowhere, Style::Plain);
            }
        }
        let items = add("items", items, span, style);
        self.nodes[item as usize].parent = items;
        let added = &self.entries[first as usize..];
        let (keys, len) = (keys_of(added), to_u32(added.len()));
        self.nodes[0].content = Content::Map { start: first, len, keys };
        self.objects = vec![item];
        self.first_item = number;
        Some(self)
    }
}
