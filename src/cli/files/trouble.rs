//! Why a walk could not follow a path.

use std::path::Path;

use super::{display, plain};

/// Returns what an error is about, without the place of it.
fn innermost(error: &ignore::Error) -> &ignore::Error {
    match error {
        ignore::Error::WithPath { err, .. } | ignore::Error::WithDepth { err, .. } => innermost(err),
        other => other,
    }
}

/// Returns the path that a walk could not follow.
pub(super) fn path_of(error: &ignore::Error) -> Option<&Path> {
    match error {
        ignore::Error::WithPath { path, .. } => Some(path),
        ignore::Error::Loop { child, .. } => Some(child),
        ignore::Error::WithDepth { err, .. } | ignore::Error::WithLineNumber { err, .. } => path_of(err),
        ignore::Error::Partial(errors) => errors.iter().find_map(path_of),
        _ => None,
    }
}

/// Says why a walk could not follow a path, without the path.
pub(super) fn reason(error: &ignore::Error) -> String {
    match innermost(error) {
        ignore::Error::Loop { ancestor, .. } => {
            format!("the link leads back to {}, a folder above it", display(ancestor))
        }
        ignore::Error::Io(error) => plain(error),
        other => other.to_string(),
    }
}
