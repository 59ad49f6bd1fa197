//! Files of volumes (`validateKeyToPath`, `validateDownwardAPIVolumeFile` in `pkg/apis/core/validation/validation.go`).

use super::api_field::{ApiField, ReportedField};
use super::env::{self, check_field_ref, check_resource_ref};
use super::error::Errors;
use crate::kubernetes::verdict::require::{check_descending, require};

/// Checks a key and the file that it becomes.
pub fn check_item<'d>(item: ApiField<'d>, errors: &mut Errors<'d>) {
    require(item, "key", errors);
    require(item, "path", errors);
    check_local_path(item.get("path"), item.get("path").text(), errors);
    check_mode(item.get("mode"), errors);
}

/// Checks the permissions of a file.
pub fn check_mode<'d>(mode: ApiField<'d>, errors: &mut Errors<'d>) {
    if let Some(number) = mode.opt_int().filter(|number| !(0..=0o777).contains(number)) {
        errors.invalid(mode, number, "must be a number between 0 and 0777 (octal), both inclusive");
    }
}

/// Checks a file of the downward API; its errors have the path of the list's parent, `path`.
pub fn check_file<'d>(file: ApiField<'d>, path: &str, errors: &mut Errors<'d>) {
    let name = file.get("path");
    let reported = |field: ApiField<'d>, name: &str| field.with_path(format!("{path}.{name}"));
    if name.text().is_empty() {
        errors.required(reported(name, "path"), "");
    }
    check_local_path(reported(name, "path"), name.text(), errors);
    let (field, resource, mode) = (file.get("fieldRef"), file.get("resourceFieldRef"), file.get("mode"));
    if field.is_set() {
        check_field_ref(field, env::VOLUME_FIELDS, &format!("{path}.fieldRef"), errors);
        if resource.is_set() {
            let reason = "fieldRef and resourceFieldRef can not be specified simultaneously";
            errors.invalid(file.with_path(path), "resource", reason);
        }
    } else if resource.is_set() {
        check_resource_ref(resource, true, &format!("{path}.resourceFieldRef"), errors);
    } else {
        errors.required(file.with_path(path), "one of fieldRef and resourceFieldRef is required");
    }
    if let Some(number) = mode.opt_int().filter(|number| !(0..=0o777).contains(number)) {
        let reason = "must be a number between 0 and 0777 (octal), both inclusive";
        errors.invalid(reported(mode, "mode"), number, reason);
    }
}

/// As [`check_descending`], and the first name does not start with `..` (`ValidateLocalNonReservedPath`).
pub fn check_local_path<'d>(
    reported: impl Into<ReportedField<'d>> + Clone,
    path: &str,
    errors: &mut Errors<'d>,
) {
    check_descending(reported.clone(), path, errors);
    if path.starts_with("..") && !path.starts_with("../") {
        errors.invalid(reported, path, "must not start with '..'");
    }
}
