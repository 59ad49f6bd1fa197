//! What several checks require of fields.

use crate::kubernetes::verdict::at::At;
use crate::kubernetes::verdict::at::Spot;
use crate::kubernetes::verdict::error::Errors;

/// A text that must be there.
pub fn require<'d>(parent: At<'d>, name: &'static str, errors: &mut Errors<'d>) {
    if parent.get(name).text().is_empty() {
        errors.required(parent.get(name), "");
    }
}

/// Says whether a part of the path is `..`.
pub fn has_backsteps(path: &str) -> bool {
    path.split('/').any(|part| part == "..")
}

/// The path must not lead upwards.
pub fn check_no_backsteps<'d>(spot: impl Into<Spot<'d>>, path: &str, errors: &mut Errors<'d>) {
    if has_backsteps(path) {
        errors.invalid(spot, path, "must not contain '..'");
    }
}

/// The path must be relative and not lead upwards (`validateLocalDescendingPath`).
pub fn check_descending<'d>(spot: impl Into<Spot<'d>> + Clone, path: &str, errors: &mut Errors<'d>) {
    if path.starts_with('/') {
        errors.invalid(spot.clone(), path, "must be a relative path");
    }
    check_no_backsteps(spot, path, errors);
}
