//! What several checks require of fields.

use crate::kubernetes::verdict::api_field::ApiField;
use crate::kubernetes::verdict::api_field::ReportedField;
use crate::kubernetes::verdict::error::Errors;

/// A text that must be there.
pub fn require<'d>(parent: ApiField<'d>, name: &'static str, errors: &mut Errors<'d>) {
    if parent.get(name).text().is_empty() {
        errors.required(parent.get(name), "");
    }
}

/// Whether a part of the path is `..`.
pub fn has_backsteps(path: &str) -> bool {
    path.split('/').any(|part| part == "..")
}

/// The path must not lead upwards.
pub fn check_no_backsteps<'d>(field: impl Into<ReportedField<'d>>, path: &str, errors: &mut Errors<'d>) {
    if has_backsteps(path) {
        errors.invalid(field, path, "must not contain '..'");
    }
}

/// The path must be relative and not lead upwards (`validateLocalDescendingPath`).
pub fn check_descending<'d>(
    field: impl Into<ReportedField<'d>> + Clone,
    path: &str,
    errors: &mut Errors<'d>,
) {
    if path.starts_with('/') {
        errors.invalid(field.clone(), path, "must be a relative path");
    }
    check_no_backsteps(field, path, errors);
}
