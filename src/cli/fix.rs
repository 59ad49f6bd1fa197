//! `--fix` and `--diff`: fixes, applied to files or shown.
#![expect(clippy::disallowed_methods, reason = "fixed files are written here")]

use std::fs;
use std::io::{self, Write as _};
use std::path::Path;

use crate::config::Config;
use crate::fix::{Fix, Safety, apply};
use crate::lint::{Outcome, lint};
use crate::mask::without_secrets;
use crate::source::Source;

/// Fixes can make room for others; more rounds than this mean that two undo each other.
const MOST_ROUNDS: usize = 10;

/// What is to be done with fixes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Fixing {
    /// The least safe ones to apply.
    pub(super) least: Safety,
    /// Whether to write files, instead of showing what would change.
    pub(super) write: bool,
}

/// What fixing a text came to.
pub(super) struct Fixed {
    /// The text with all fixes applied.
    pub(super) text: String,
    /// How many there were.
    pub(super) fixes: usize,
    /// What is found in the fixed text.
    pub(super) outcome: Outcome,
}

/// Applies fixes to a text until none is left.
pub(super) fn fix(name: &str, text: String, config: &Config, least: Safety) -> Fixed {
    let mut outcome = lint(Source::new(name, text.as_str()), config);
    let mut fixed = Fixed { text, fixes: 0, outcome: Outcome::default() };
    for _ in 0..MOST_ROUNDS {
        let offered = outcome.findings.iter().filter_map(|finding| finding.fix.as_ref());
        let wanted: Vec<&Fix> = offered.filter(|fix| fix.safety <= least).collect();
        let text = apply(&fixed.text, wanted.iter().copied());
        if text == fixed.text {
            break;
        }
        let next = lint(Source::new(name, text.as_str()), config);
        // A fix that breaks a file is none.
        if next.unread > outcome.unread {
            break;
        }
        fixed.fixes += outcome.findings.len().saturating_sub(next.findings.len()).max(1);
        (fixed.text, outcome) = (text, next);
    }
    fixed.outcome = outcome;
    fixed
}

/// Writes a file whole or not at all: through a new file beside it, which gets its permissions. A link stays a link.
pub(super) fn write(path: &Path, text: &str) -> io::Result<()> {
    let path = fs::canonicalize(path)?;
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let beside = path.with_file_name(format!(".{name}.{}.tmp", std::process::id()));
    let written = (|| {
        let mut file = fs::File::create_new(&beside)?;
        file.write_all(text.as_bytes())?;
        file.set_permissions(fs::metadata(&path)?.permissions())?;
        file.sync_all()?;
        fs::rename(&beside, &path)
    })();
    if written.is_err() {
        let _ = fs::remove_file(&beside);
    }
    written
}

/// Shows what would change, as a unified diff without the values of secrets.
pub(super) fn diff(name: &str, before: &str, after: &str) -> String {
    let [before, after] = without_secrets([before, after]);
    let diff = similar::TextDiff::from_lines(&before, &after);
    diff.unified_diff().context_radius(3).header(&format!("a/{name}"), &format!("b/{name}")).to_string()
}
