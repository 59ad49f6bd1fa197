//! What a walk through directories finds.

use std::path::PathBuf;

/// What a walk found.
#[derive(Clone)]
pub(crate) struct WalkEntry {
    pub(crate) path: PathBuf,
    /// Whether the command line names it.
    pub(crate) is_named: bool,
    pub(crate) kind: EntryKind,
}

/// What there is at a path.
#[derive(Clone)]
pub(crate) enum EntryKind {
    /// A regular file, or a link to one; where the command line names it, anything but a directory.
    File,
    Directory,
    /// A link that leads out of the directories on the command line, which is not followed.
    Outside {
        is_directory: bool,
    },
    /// A link that leads nowhere.
    Dangling,
    /// A file or directory that an ignore file names.
    Ignored,
    /// Something without contents: a pipe, a device.
    Special(&'static str),
    /// Something that cannot be looked at; why.
    Failed(String),
}
