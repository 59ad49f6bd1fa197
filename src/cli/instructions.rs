//! Guides and scripts next to manifests, whose commands fill in placeholders. They are read only if a placeholder is found.

use std::path::{Path, PathBuf};

use crate::neighbours::Neighbours;
use crate::project::open::{SMALL, read_own_text};
use crate::project::walk::files;
use crate::text::word_list::has_word;

/// More of them are not read.
const MOST: usize = 1_000;

/// Adds what the commands in them fill in.
pub(crate) fn collect(paths: &[PathBuf], neighbours: &mut Neighbours) {
    let directories: Vec<&PathBuf> = paths.iter().filter(|it| it.is_dir()).collect();
    for path in files(&directories, &has_commands, &|_| true).iter().take(MOST) {
        if let Ok(text) = read_own_text(path, SMALL) {
            neighbours.collect_substitutions(&text);
        }
    }
}

/// Whether a file has commands for people or shells, by its name.
fn has_commands(path: &Path) -> bool {
    let part = |it: Option<&std::ffi::OsStr>| it.unwrap_or_default().to_string_lossy().to_lowercase();
    has_word("bash markdown md mk sh", &part(path.extension()))
        || has_word("jenkinsfile justfile makefile", &part(path.file_name()))
}
