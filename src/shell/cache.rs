//! The arguments of an object's containers, each read as a script once, when someone first asks for it.

use std::cell::{Cell, OnceCell};

use super::continued::parse;
use super::error::ScriptError;
use super::parse::MAX_LENGTH;
use super::syntax::Tree;
use crate::manifest::document::Node;
use crate::manifest::workload::{Job, Object, Pod};

/// What a script says, or why it cannot be read.
pub type ParsedScript<'s> = Result<Tree<'s>, ScriptError>;

/// Of an object's scripts so many bytes are kept as trees, which are many times as large. Rules read no more either.
pub const MAX_KEPT: usize = 2 * MAX_LENGTH;

/// The scripts of an object as its manifest has them.
pub struct ScriptCache<'d> {
    arguments: Vec<(Node<'d>, OnceCell<ParsedScript<'d>>)>,
    /// So many bytes can still be kept.
    left: Cell<usize>,
}

impl<'d> ScriptCache<'d> {
    /// Makes the cache of an object, in which nothing has been read yet.
    pub fn new(object: Object<'d>) -> Self {
        let containers = object.job().and_then(Job::pod).into_iter().flat_map(Pod::containers);
        let arguments = containers.flat_map(|container| container.command_line().collect::<Vec<_>>());
        // A single word is read again in no time.
        let scripts = arguments.filter(|it| it.text().is_some_and(|it| it.contains([' ', '\n', ';'])));
        let mut cells: Vec<_> = scripts.map(|node| (node, OnceCell::new())).collect();
        cells.sort_by_key(|(node, _)| node.id);
        ScriptCache { arguments: cells, left: Cell::new(MAX_KEPT) }
    }

    /// Returns an argument parsed as a script; `None` if it is a word, no container's, or one too many
    /// to be kept.
    pub fn get(&self, argument: Node<'_>) -> Option<&ParsedScript<'d>> {
        let at = self.arguments.binary_search_by_key(&argument.id, |(node, _)| node.id).ok()?;
        let (node, cell) = &self.arguments[at];
        if cell.get().is_none() {
            let text = node.text().unwrap_or_default();
            // One that is too long to be read is kept as an error, which is small.
            let length = if text.len() > MAX_LENGTH { 0 } else { text.len() };
            self.left.set(self.left.get().checked_sub(length)?);
            return Some(cell.get_or_init(|| parse(text)));
        }
        cell.get()
    }
}

/// A script that rules read.
pub enum RuleScript<'s> {
    /// As the manifest has it.
    Shared(&'s ParsedScript<'s>),
    /// As the shell gets it, which is not what the manifest says.
    Own(ParsedScript<'s>),
}

impl<'s> RuleScript<'s> {
    /// Returns what it says.
    pub fn parsed(&self) -> &ParsedScript<'s> {
        match self {
            RuleScript::Shared(parsed) => parsed,
            RuleScript::Own(parsed) => parsed,
        }
    }
}
