//! `--fix` and `--diff`: fixes, applied to files or shown.
#![expect(clippy::disallowed_methods, reason = "fixed files are written here")]

use std::fs;
use std::io::{self, Write as _};
use std::path::Path;

use crate::fix::Safety;
use crate::mask::without_secrets;

/// What is to be done with fixes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Fixing {
    /// The least safe ones to apply.
    pub(super) least: Safety,
    /// Whether to write files, instead of showing what would change.
    pub(super) write: bool,
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
