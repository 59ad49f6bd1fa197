//! What an outline consists of.

use std::ops::Range;

/// One document of a text, taken apart: an arena of nodes, the first of which is the document as a whole.
#[derive(Debug)]
pub struct Outline<'t> {
    /// The whole text.
    pub text: &'t str,
    /// The bytes of the document, without its `---`.
    pub span: Range<usize>,
    /// The nodes, in the order of the text.
    pub nodes: Vec<OutlineNode>,
    /// Block scalars, which are texts and no YAML.
    pub scalars: Vec<Range<usize>>,
}

/// A key of a mapping or an item of a list, with what belongs to it.
#[derive(Clone, Debug)]
pub struct OutlineNode {
    /// The node around it; the first node is its own parent.
    pub parent: usize,
    /// How its parent holds it.
    pub step: ParentLink,
    /// The bytes of the key as it is written, or of an item's dash; empty for an item in brackets.
    pub key: Range<usize>,
    /// The bytes of the value on the key's line, or of everything in brackets; empty where it stands below or nowhere.
    pub value: Range<usize>,
    /// The column of the key or dash, from 1; 0 for the document.
    pub column: usize,
    /// The bytes between the brackets of a value in flow style.
    pub brackets: Option<Range<usize>>,
    /// Whether it stands in brackets.
    pub is_flow: bool,
    /// Where the last line that belongs to it ends.
    pub end: usize,
    /// How many items it holds so far.
    pub items: usize,
}

/// How a node is held by its parent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ParentLink {
    /// It is the document.
    Document,
    /// By a key.
    Key,
    /// As an item of a list, from 0.
    Item(usize),
}

impl OutlineNode {
    pub(super) fn new(parent: usize, step: ParentLink, key: Range<usize>, column: usize) -> Self {
        let end = key.end;
        OutlineNode {
            parent,
            step,
            value: end..end,
            key,
            column,
            brackets: None,
            is_flow: false,
            end,
            items: 0,
        }
    }
}

/// What is typed at a place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cursor {
    /// A key, or an item of a list: what stands at `word` may become either.
    Word {
        /// The node that holds it.
        holder: usize,
        /// The node that is there already.
        node: Option<usize>,
        /// The bytes of what is typed so far, and of what follows it without a blank.
        word: Range<usize>,
        /// How deep the key stands, in columns.
        indent: usize,
    },
    /// The value of a node.
    Value {
        /// The node.
        node: usize,
        /// The bytes of the value.
        word: Range<usize>,
    },
}
