//! `--fix`, `--add-ignore` and `--diff`: changes that are written to files or shown.
#![expect(clippy::disallowed_methods, reason = "fixed files are written here")]

use crate::text::phrases;
use std::borrow::Cow;
use std::collections::HashSet;
use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

use crate::engine::run::Run;
use crate::manifest::edit::Safety;
use crate::policy::config::Config;
use crate::rewrite::add_suppressions::{Added, add_suppressions};
use crate::rewrite::fix_all::{Fixed, fix_all};
use crate::text::source::Source;

/// What is to be done with files.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct FixRequest {
    /// What to change.
    pub(crate) change: Change,
    /// Whether to write files, instead of showing what would change.
    pub(crate) write: bool,
}

/// What to change in a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Change {
    /// Apply the fixes up to a safety.
    Fix(Safety),
    /// Suppress what is found, for this reason.
    Suppress(String),
}

/// What changing a text came to.
pub(crate) struct ChangedText {
    /// The text as it is now.
    pub(crate) text: String,
    /// The texts between the first one and this.
    pub(crate) between: Vec<String>,
    /// How many fixes were applied, or findings suppressed.
    pub(crate) count: usize,
    /// What is found in it.
    pub(crate) run: Run,
}

impl Change {
    /// Changes the text of a file.
    pub(crate) fn apply(&self, source: &Source, config: &Config) -> ChangedText {
        match self {
            Change::Fix(least) => {
                let Fixed { text, between, fixes, run } = fix_all(source, config, *least);
                ChangedText { text, between, count: fixes, run }
            }
            Change::Suppress(reason) => {
                let Added { text, hidden, run } = add_suppressions(source, config, reason);
                ChangedText { text, between: Vec::new(), count: hidden, run }
            }
        }
    }
}

impl FixRequest {
    /// Returns how much was changed, or would be.
    pub(crate) fn describe(&self, count: usize) -> String {
        let (done, would, noun) = match &self.change {
            Change::Fix(_) => ("applied", "would apply", "fix"),
            Change::Suppress(_) => ("suppressed", "would suppress", "finding"),
        };
        format!("{} {}", if self.write { done } else { would }, phrases::count(count, noun))
    }
}

/// What the name of a file that is being written begins with.
const UNFINISHED: &str = ".batchlint-fix-";

/// Writes files, and removes what a run that was killed has left next to them.
#[derive(Default)]
pub(crate) struct Writer {
    /// The directories that were looked through already.
    tidy: Mutex<HashSet<PathBuf>>,
    written: AtomicUsize,
}

impl Writer {
    /// Writes a file whole or not at all: through a new file next to it, which gets its owner, permissions and
    /// access list. A link
    /// stays a link. Others see the old text or the new one; that the new one outlasts a power cut is left to the file
    /// system, for to wait for that takes longer than all else.
    pub(crate) fn write(&self, path: &Path, text: &str) -> io::Result<()> {
        let is_link = fs::symlink_metadata(path)?.is_symlink();
        let path = if is_link { Cow::Owned(fs::canonicalize(path)?) } else { Cow::Borrowed(path) };
        let old = ensure_writable(&path)?;
        let directory = path.parent().filter(|it| !it.as_os_str().is_empty()).unwrap_or(Path::new("."));
        self.tidy(directory);
        let number = self.written.fetch_add(1, Ordering::Relaxed);
        let beside = directory.join(format!("{UNFINISHED}{}-{number}.tmp", std::process::id()));
        let mut file = fs::File::create_new(&beside)?;
        let written = (|| {
            // Other runs remove what nobody holds. Some file systems have no locks.
            let _ = file.try_lock();
            file.write_all(text.as_bytes())?;
            keep_owner_and_mode(&old.metadata()?, &file)?;
            #[cfg(target_os = "linux")]
            keep_attributes(&old, &file)?;
            fs::rename(&beside, path.as_ref())
        })();
        if written.is_err() {
            let _ = fs::remove_file(&beside);
        }
        written
    }

    /// Removes the unfinished files that an ended run has left in a directory.
    fn tidy(&self, directory: &Path) {
        if !self.tidy.lock().unwrap_or_else(PoisonError::into_inner).insert(directory.to_owned()) {
            return;
        }
        let Ok(entries) = fs::read_dir(directory) else { return };
        for entry in entries.flatten() {
            let name = entry.file_name();
            let name = name.to_string_lossy();
            let is_ours = name.starts_with(UNFINISHED) && name.ends_with(".tmp");
            if is_ours && entry.file_type().is_ok_and(|it| it.is_file()) && is_abandoned(&entry.path()) {
                let _ = fs::remove_file(entry.path());
            }
        }
    }
}

/// Whether nobody writes a file any more: its lock ended with its process.
fn is_abandoned(path: &Path) -> bool {
    open_without_waiting(path).is_ok_and(|file| file.try_lock().is_ok())
}

/// Opens a file that is to be replaced. What may not be written in place is not replaced either, and nothing is that has
/// other names, which would keep the old text.
fn ensure_writable(path: &Path) -> io::Result<fs::File> {
    let file = open_without_waiting(path)?;
    let metadata = file.metadata()?;
    if !metadata.is_file() {
        return Err(io::Error::other("it is not a regular file"));
    }
    if metadata.permissions().readonly() {
        return Err(io::Error::other("it is read-only"));
    }
    #[cfg(unix)]
    {
        let names = std::os::unix::fs::MetadataExt::nlink(&metadata);
        if names > 1 {
            let others = phrases::count(names - 1, "other name");
            let why = format!("it has {others} (hard links), which would keep the old content");
            return Err(io::Error::other(why));
        }
    }
    Ok(file)
}

fn open_without_waiting(path: &Path) -> io::Result<fs::File> {
    let mut options = fs::OpenOptions::new();
    options.write(true);
    #[cfg(unix)]
    {
        use rustix::fs::OFlags;
        let flags = OFlags::NONBLOCK | OFlags::NOFOLLOW | OFlags::NOCTTY;
        std::os::unix::fs::OpenOptionsExt::custom_flags(&mut options, flags.bits() as i32);
    }
    options.open(path)
}

/// Gives a new file the access list and the user's attributes of another one: without its list, the mode would mean more.
#[cfg(target_os = "linux")]
fn keep_attributes(old: &fs::File, new: &fs::File) -> io::Result<()> {
    use rustix::fs::{XattrFlags, fgetxattr, flistxattr, fsetxattr};
    // The most that Linux has of each.
    let (mut names, mut value) = (vec![0; 64 * 1024], vec![0; 64 * 1024]);
    // Some file systems have none.
    let Ok(length) = flistxattr(old, &mut names[..]) else { return Ok(()) };
    for name in names[..length].split(|it| *it == 0) {
        if !name.starts_with(b"user.") && name != b"system.posix_acl_access" {
            continue;
        }
        let kept = fgetxattr(old, name, &mut value[..])
            .and_then(|length| fsetxattr(new, name, &value[..length], XattrFlags::empty()));
        kept.map_err(|_| io::Error::other("its access list or attributes would not stay the same"))?;
    }
    Ok(())
}

/// Gives a new file the owner, group and permissions of another one, but not its right to run as its owner.
fn keep_owner_and_mode(was: &fs::Metadata, new: &fs::File) -> io::Result<()> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, fchown};
        let is = new.metadata()?;
        if (is.uid(), is.gid()) != (was.uid(), was.gid()) {
            fchown(new, Some(was.uid()), Some(was.gid()))
                .map_err(|_| io::Error::other("its owner or group would not stay the same"))?;
        }
        new.set_permissions(fs::Permissions::from_mode(was.mode() & 0o777))
    }
    #[cfg(not(unix))]
    new.set_permissions(was.permissions())
}
