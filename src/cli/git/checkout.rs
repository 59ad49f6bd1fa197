//! The files of a commit in a folder of their own, for programs that render: outside of the repository, gone afterwards.
#![expect(clippy::disallowed_methods, reason = "a temporary folder is made and removed here")]

use std::fs::DirBuilder;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::super::files::plain;
use super::not_started;

/// A folder with the files of a commit; dropping it removes it.
pub(super) struct Checkout {
    folder: PathBuf,
    /// Where the files are.
    pub(super) files: PathBuf,
}

impl Checkout {
    /// Writes all files of a tree. An index of its own leaves that of the repository alone.
    pub(super) fn new(top: &Path, tree: &str) -> Result<Self, String> {
        let folder = make_folder()?;
        let checkout = Checkout { files: folder.join("files"), folder };
        // The prefix of the paths ends with a slash.
        let prefix = format!("--prefix={}/", checkout.files.display());
        for arguments in [&["read-tree", tree][..], &["checkout-index", "--all", "--quiet", &prefix]] {
            let mut command = Command::new("git");
            command.arg("-C").arg(top).args(arguments).env("GIT_INDEX_FILE", checkout.folder.join("index"));
            let output = command.env("LC_ALL", "C").output().map_err(|error| not_started(&error))?;
            if !output.status.success() {
                let message = String::from_utf8_lossy(&output.stderr);
                return Err(format!("`git {}` fails: {}", arguments[0], message.trim()));
            }
        }
        Ok(checkout)
    }

    /// Returns where a file of the repository is in the checkout; nothing for files outside of it.
    pub(super) fn path_of(&self, path: &Path, top: &Path) -> Option<PathBuf> {
        path.strip_prefix(top).ok().map(|path| self.files.join(path)).filter(|path| path.exists())
    }
}

impl Drop for Checkout {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

/// Makes a folder that nobody else can look into.
fn make_folder() -> Result<PathBuf, String> {
    let place = std::env::temp_dir();
    let place = std::fs::canonicalize(&place).unwrap_or(place);
    #[cfg_attr(not(unix), expect(unused_mut, reason = "only Unix has modes"))]
    let mut builder = DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    for number in 0..100 {
        let folder = place.join(format!("batchlint-{}-{number}", std::process::id()));
        match builder.create(&folder) {
            Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {}
            Err(error) => return Err(format!("{}: {}", folder.display(), plain(&error))),
            Ok(()) => return Ok(folder),
        }
    }
    Err(format!("{}: there is no name for a temporary folder", place.display()))
}
