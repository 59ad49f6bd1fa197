//! Paths as people write them and as they are shown.

use crate::policy::config::file::is_configuration;
use std::io;
use std::path::Component;
use std::path::Path;
use std::path::PathBuf;

/// Returns the directories that would be charts if a file were a template of theirs.
pub(crate) fn charts_around(path: &Path) -> impl Iterator<Item = &Path> {
    let directories = path.ancestors().skip(1);
    let templates =
        directories.filter(|directory| directory.file_name().is_some_and(|name| name == "templates"));
    templates.filter_map(Path::parent)
}

/// Whether a file that a walk finds is one to read.
pub(crate) fn is_manifest_name(path: &Path) -> bool {
    // macOS keeps in `._job.yaml` what other file systems cannot keep of `job.yaml`.
    let is_of_finder = path.file_name().is_some_and(|name| name.as_encoded_bytes().starts_with(b"._"));
    if is_configuration(path) || is_of_finder {
        return false;
    }
    let extension = path.extension().and_then(|extension| extension.to_str()).unwrap_or_default();
    ["yaml", "yml", "json"].iter().any(|known| extension.eq_ignore_ascii_case(known))
}

/// Shortens a path below the working directory.
pub(crate) fn relative_to_here(path: &Path) -> PathBuf {
    let here = std::env::current_dir().unwrap_or_default();
    path.strip_prefix(&here).unwrap_or(path).to_owned()
}

/// Returns where a file really is, as far as it is there.
pub(crate) fn canonical_or_absolute(path: &Path) -> PathBuf {
    let real = std::fs::canonicalize(path).or_else(|_| std::path::absolute(path));
    real.unwrap_or_else(|_| path.to_owned())
}

/// Takes `.` and `..` out of a path, as it is written: links are not followed.
pub(crate) fn normalize(path: &Path) -> PathBuf {
    let mut result = PathBuf::new();
    for component in path.components() {
        match component {
            Component::CurDir => {}
            Component::ParentDir => match result.components().next_back() {
                Some(Component::Normal(_)) => _ = result.pop(),
                Some(Component::RootDir | Component::Prefix(_)) => {}
                _ => result.push(component),
            },
            other => result.push(other),
        }
    }
    result
}

/// Writes a path as people give it, without `./` before it and with `/` between its parts.
pub(crate) fn display(path: &Path) -> String {
    let inner = path.strip_prefix(".").ok().filter(|inner| !inner.as_os_str().is_empty());
    let text = inner.unwrap_or(path).to_string_lossy();
    if std::path::MAIN_SEPARATOR == '/' {
        text.into_owned()
    } else {
        text.replace(std::path::MAIN_SEPARATOR, "/")
    }
}

/// Writes an error without the number that the operating system has for it.
pub(crate) fn without_os_code(error: &io::Error) -> String {
    let text = error.to_string();
    text.split(" (os error").next().unwrap_or(&text).to_owned()
}
