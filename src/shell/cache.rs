//! The arguments of an object's containers, each read as a script once, when someone first asks for it.

use std::cell::OnceCell;

use super::error::ScriptError;
use super::parse::parse;
use super::syntax::Tree;
use crate::manifest::document::Node;
use crate::manifest::workload::{Job, Object, Pod};

/// What a script says, or why it cannot be read.
pub type ParsedScript<'s> = Result<Tree<'s>, ScriptError>;

/// The scripts of an object as its manifest has them.
pub struct ScriptCache<'d>(Vec<(Node<'d>, OnceCell<ParsedScript<'d>>)>);

impl<'d> ScriptCache<'d> {
    /// Makes the cache of an object, in which nothing has been read yet.
    pub fn new(object: Object<'d>) -> Self {
        let containers = object.job().and_then(Job::pod).into_iter().flat_map(Pod::containers);
        let arguments = containers.flat_map(|container| container.command_line().collect::<Vec<_>>());
        let mut cells: Vec<_> = arguments.map(|node| (node, OnceCell::new())).collect();
        cells.sort_by_key(|(node, _)| node.id);
        ScriptCache(cells)
    }

    /// Returns an argument parsed as a script; `None` if no container has it.
    pub fn get(&self, argument: Node<'_>) -> Option<&ParsedScript<'d>> {
        let at = self.0.binary_search_by_key(&argument.id, |(node, _)| node.id).ok()?;
        let (node, cell) = &self.0[at];
        Some(cell.get_or_init(|| parse(node.text().unwrap_or_default())))
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
