//! The kustomization of a directory.

use crate::manifest::kustomization::FILE_NAMES;
use crate::project::contents::MAX_BYTES;
use crate::project::open::read_own_text;
use crate::render::overlay::Kustomization;
use std::path::Path;
use std::path::PathBuf;

/// Reads the kustomization of a directory.
pub(crate) fn kustomization(directory: &Path) -> Option<(PathBuf, Kustomization)> {
    let file = FILE_NAMES.iter().map(|name| directory.join(name)).find(|file| file.is_file())?;
    let text = read_own_text(&file, MAX_BYTES).unwrap_or_default();
    Some((file, Kustomization::parse(&text)))
}
