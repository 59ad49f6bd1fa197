//! Renames of what an earlier run has left: `mv shop.sql shop.old.sql` before the dump. In the first run there is nothing to rename.

use super::script::Script;
use super::syntax::{Command, Word};
use super::traversal::own_words;
use crate::text::word_list::has_word;

impl Script<'_> {
    /// Whether a command renames a file that the script has not made, and works on without the new name.
    pub(super) fn renames_earlier_result(&self, command: &Command<'_>) -> bool {
        let Some((from, to)) = renamed(command) else { return false };
        let text = |word: &Word<'_>| word.span.text(self.text()).trim_matches(['"', '\'']).to_owned();
        let (from, to) = (text(from), text(to));
        let (mut is_made, mut is_made_again, mut is_used, mut is_first) = (false, false, false, false);
        for other in self.commands() {
            let is_before = other.span.end <= command.span.start;
            let is_after = other.span.start >= command.span.end;
            let mentions = |name: &str| {
                let mut found = false;
                own_words(other, &mut |word| found |= word.span.text(self.text()).contains(name));
                found
            };
            is_made |= is_before && mentions(&from);
            is_used |= is_after && mentions(&to);
            is_made_again |= is_after && mentions(&from);
            is_first |= is_after && self.is_work(other);
        }
        let directory = |path: &str| path.rfind(['/', ':']).map(|at| path[..at].to_owned());
        let is_in_place = directory(&from) == directory(&to);
        is_first && !is_made && !is_used && (is_in_place || is_made_again)
    }
}

/// Returns what a command renames, and the new name.
fn renamed<'w, 's>(command: &'w Command<'s>) -> Option<(&'w Word<'s>, &'w Word<'s>)> {
    const CLIENTS: &str = "aws gcloud gsutil mc mcli rclone s3cmd s5cmd";
    let name = command.name()?;
    let is_option = |it: &&Word<'_>| it.prefix().starts_with('-');
    let is_verb = |it: &Word<'_>| ["mv", "move", "moveto"].iter().any(|verb| it.is(verb));
    let start = match &*name {
        "mv" => 0,
        client if has_word(CLIENTS, client) => command.arguments().iter().position(is_verb)? + 1,
        _ => return None,
    };
    let mut operands = command.arguments()[start..].iter().filter(|it| !is_option(it));
    match (operands.next(), operands.next(), operands.next()) {
        (Some(from), Some(to), None) => Some((from, to)),
        _ => None,
    }
}

/// Whether a command only gives another name to what is there already.
pub fn renames(command: &Command<'_>) -> bool {
    renamed(command).is_some()
}
