//! What a command that has failed ends with.

use crate::shell::Script;
use crate::shell::syntax::Pipeline;

/// Returns what messages call the end that `||` gives a command that has failed: `true`, `exit 0`.
pub(super) fn ending(script: &Script<'_>, handler: &Pipeline<'_>) -> String {
    let name = handler.commands.first().map(|it| script.title(it)).unwrap_or_default();
    if matches!(name.as_str(), "exit" | "return") { format!("{name} 0") } else { name }
}
