//! `--fix`, `--add-ignore` and `--diff`: changes that are written to files or shown.
#![expect(clippy::disallowed_methods, reason = "fixed files are written here")]

use std::borrow::Cow;
use std::fs;
use std::io::{self, Write as _};
use std::path::Path;

use crate::config::Config;
use crate::fix::{Fixed, Safety, fix_all};
use crate::lint::Outcome;
use crate::mask::without_secrets;
use crate::source::Source;
use crate::suppress::{Added, add_suppressions};

/// What is to be done with files.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Fixing {
    /// What to change.
    pub(super) change: Change,
    /// Whether to write files, instead of showing what would change.
    pub(super) write: bool,
}

/// What to change in a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Change {
    /// Apply the fixes up to a safety.
    Fix(Safety),
    /// Suppress what is found, for this reason.
    Suppress(String),
}

/// What changing a text came to.
pub(super) struct Changed {
    /// The text as it is now.
    pub(super) text: String,
    /// The texts between the first one and this.
    pub(super) between: Vec<String>,
    /// How many fixes were applied, or findings suppressed.
    pub(super) count: usize,
    /// What is found in it.
    pub(super) outcome: Outcome,
}

impl Change {
    /// Changes the text of a file.
    pub(super) fn apply(&self, source: &Source, config: &Config) -> Changed {
        match self {
            Change::Fix(least) => {
                let Fixed { text, between, fixes, outcome } = fix_all(source, config, *least);
                Changed { text, between, count: fixes, outcome }
            }
            Change::Suppress(reason) => {
                let Added { text, hidden, outcome } = add_suppressions(source, config, reason);
                Changed { text, between: Vec::new(), count: hidden, outcome }
            }
        }
    }
}

impl Fixing {
    /// Says how much was changed, or would be.
    pub(super) fn describe(&self, count: usize) -> String {
        let (done, would, what) = match &self.change {
            Change::Fix(_) => ("applied", "would apply", if count == 1 { "fix" } else { "fixes" }),
            Change::Suppress(_) => {
                ("suppressed", "would suppress", if count == 1 { "finding" } else { "findings" })
            }
        };
        format!("{} {count} {what}", if self.write { done } else { would })
    }
}

/// Writes a file whole or not at all: through a new file beside it, which gets its permissions. A link stays a link.
/// Others see the old text or the new one; that the new one outlasts a power cut is left to the file system, for to wait
/// for that takes longer than all else.
pub(super) fn write(path: &Path, text: &str) -> io::Result<()> {
    let mut metadata = fs::symlink_metadata(path)?;
    let mut path = Cow::Borrowed(path);
    if metadata.is_symlink() {
        path = Cow::Owned(fs::canonicalize(&path)?);
        metadata = fs::metadata(&path)?;
    }
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let beside = path.with_file_name(format!(".{name}.{}.tmp", std::process::id()));
    let written = (|| {
        let mut file = fs::File::create_new(&beside)?;
        file.write_all(text.as_bytes())?;
        file.set_permissions(metadata.permissions())?;
        fs::rename(&beside, &path)
    })();
    if written.is_err() {
        let _ = fs::remove_file(&beside);
    }
    written
}

/// Shows what would change, as a unified diff without the values of secrets.
pub(super) fn diff(name: &str, before: &str, after: &Changed) -> String {
    let [before, after] = without_secrets([before, &after.text], &after.between);
    let diff = similar::TextDiff::from_lines(&before, &after);
    diff.unified_diff().context_radius(3).header(&format!("a/{name}"), &format!("b/{name}")).to_string()
}
