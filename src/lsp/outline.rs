//! The keys and items of a document that need not parse: by indentation, and by brackets in flow style and JSON.
//!
//! A linter needs what Kubernetes reads ([`crate::manifest::document`]), and that is nothing while a line is half typed. Completion,
//! hover and symbols need just the way from the top to a line, so this reads every line on its own and never fails.

mod cursor;
mod flow;
mod lines;
mod model;

pub use model::{Cursor, Outline, OutlineNode, ParentLink};

use std::ops::Range;

impl<'t> Outline<'t> {
    /// Takes the document apart that holds the byte at `offset`.
    pub fn at(text: &'t str, offset: usize) -> Self {
        let spans = documents(text);
        let span = spans
            .iter()
            .rev()
            .find(|span| span.start <= offset)
            .or(spans.first())
            .cloned()
            .unwrap_or(0..text.len());
        Outline::parse(text, span)
    }

    /// Takes every document apart.
    pub fn all(text: &'t str) -> Vec<Self> {
        documents(text).into_iter().map(|span| Outline::parse(text, span)).collect()
    }

    fn parse(text: &'t str, span: Range<usize>) -> Self {
        let document = OutlineNode {
            end: span.end,
            ..OutlineNode::new(0, ParentLink::Document, span.start..span.start, 0)
        };
        let mut outline = Outline { text, span, nodes: vec![document], scalars: Vec::new() };
        lines::read_block(&mut outline);
        outline
    }

    /// Returns the key of a node, without quotes.
    pub fn key(&self, node: usize) -> &'t str {
        unquoted(&self.text[self.nodes[node].key.clone()])
    }

    /// Returns the value of a node on its line, without quotes.
    pub fn value(&self, node: usize) -> &'t str {
        unquoted(&self.text[self.nodes[node].value.clone()])
    }

    /// Returns the nodes that a node holds.
    pub fn children(&self, parent: usize) -> impl Iterator<Item = usize> {
        (parent + 1..self.nodes.len()).filter(move |&node| self.nodes[node].parent == parent)
    }

    /// Returns the node that a node holds by a key.
    pub fn child(&self, parent: usize, key: &str) -> Option<usize> {
        self.children(parent).find(|&node| self.nodes[node].step == ParentLink::Key && self.key(node) == key)
    }

    /// Returns the nodes from the document, which is left out, down to a node.
    pub fn ancestors(&self, node: usize) -> Vec<usize> {
        let mut ancestors = Vec::new();
        let mut at = node;
        while at != 0 {
            ancestors.push(at);
            at = self.nodes[at].parent;
        }
        ancestors.reverse();
        ancestors
    }

    /// Whether a node is there to hold others: its value does not stand on its line.
    fn is_open(&self, node: usize) -> bool {
        let value = &self.text[self.nodes[node].value.clone()];
        value.is_empty() || (value.starts_with(['&', '!']) && !value.contains(' '))
    }

    /// Whether a node that is not in brackets can hold a key or an item at a column.
    fn can_hold(&self, node: usize, column: usize, is_item: bool) -> bool {
        let holder = &self.nodes[node];
        // The items of a list may stand below their key without indentation.
        let is_left =
            holder.column < column || (is_item && holder.step == ParentLink::Key && holder.column == column);
        node == 0 || (is_left && self.is_open(node))
    }

    /// Climbs from a node to the one that can hold a key or an item at a column.
    pub(crate) fn holder(&self, mut node: usize, column: usize, is_item: bool) -> usize {
        while !self.can_hold(node, column, is_item) {
            node = self.nodes[node].parent;
        }
        node
    }

    /// Returns the last node that is not in brackets and starts before `offset`.
    pub fn last_before(&self, offset: usize) -> usize {
        let is_before = |node: &usize| {
            let it = &self.nodes[*node];
            !it.is_flow && (it.key.start < offset || *node == 0)
        };
        (0..self.nodes.len()).rev().find(is_before).unwrap_or(0)
    }

    /// Adds a node, and gives an item its number.
    fn add(&mut self, parent: usize, is_item: bool, key: Range<usize>, column: usize) -> usize {
        let items = &mut self.nodes[parent].items;
        let step = if is_item { ParentLink::Item(*items) } else { ParentLink::Key };
        *items += usize::from(is_item);
        self.nodes.push(OutlineNode::new(parent, step, key, column));
        self.nodes.len() - 1
    }
}

/// Takes the quotes off a scalar.
fn unquoted(text: &str) -> &str {
    let quote = text.chars().next().filter(|it| matches!(it, '"' | '\''));
    quote.map_or(text, |quote| {
        let inner = &text[1..];
        inner.strip_suffix(quote).unwrap_or(inner)
    })
}

/// Splits a text at lines that start with `---`, as kubectl does.
fn documents(text: &str) -> Vec<Range<usize>> {
    let (mut spans, mut start, mut at) = (Vec::new(), 0, 0);
    for line in text.split_inclusive('\n') {
        if line.starts_with("---") {
            if at > start || !spans.is_empty() {
                spans.push(start..at);
            }
            start = at + line.len();
        }
        at += line.len();
    }
    spans.push(start..text.len());
    spans
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Writes each node as its way and its value.
    fn ways(text: &str) -> Vec<String> {
        let outline = Outline::at(text, 0);
        let step = |&node: &usize| match outline.nodes[node].step {
            ParentLink::Item(number) => format!("[{number}]"),
            _ => format!(".{}", outline.key(node)),
        };
        let path = |node| outline.ancestors(node).iter().map(step).collect::<String>();
        (1..outline.nodes.len())
            .filter(|&node| outline.children(node).next().is_none())
            .map(|node| format!("{} = {}", path(node), outline.value(node)))
            .collect()
    }

    #[test]
    fn keys_and_items_are_read_by_indentation() {
        let text = "kind: Job # a comment\nspec:\n  template:\n    containers:\n    - name: \"a: b\"\n      args: [x, {y: z}]\n    - image:\n  rest\n";
        let expected = [
            ".kind = Job",
            ".spec.template.containers[0].name = a: b",
            ".spec.template.containers[0].args[0] = x",
            ".spec.template.containers[0].args[1].y = z",
            ".spec.template.containers[1].image = ",
        ];
        assert_eq!(ways(text), expected);
    }

    #[test]
    fn scripts_and_open_brackets_hide_nothing_below_them() {
        let text = "a:\n  script: |\n    key: no key\n  b: [x, \"y\n  c: 'open\nd: {e: 1,\n  f: 2}\ng: 1\n";
        let expected =
            [".a.script = |", ".a.b[0] = x", ".a.b[1] = y", ".a.c = open", ".d.e = 1", ".d.f = 2", ".g = 1"];
        assert_eq!(ways(text), expected);
    }

    #[test]
    fn json_is_one_value_in_brackets() {
        let text = "{\n  \"kind\": \"Job\",\n  \"spec\": {\"a\":[1, 2], \"b\":";
        assert_eq!(ways(text), [".kind = Job", ".spec.a[0] = 1", ".spec.a[1] = 2", ".spec.b = "]);
    }
}
