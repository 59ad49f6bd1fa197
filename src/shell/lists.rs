//! All lists of commands of a script.

use super::syntax::List;
use super::traversal::lists_of;
use crate::shell::script::Script;

impl<'a> Script<'a> {
    /// Returns the list of a script and those within its commands.
    pub(super) fn lists(&self) -> Vec<&'a List<'a>> {
        let inner = self.commands().iter().flat_map(|command| lists_of(command));
        std::iter::once(&self.tree.list).chain(inner).collect()
    }
}
