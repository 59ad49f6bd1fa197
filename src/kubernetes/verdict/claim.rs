//! The template of a volume claim (`ValidatePersistentVolumeClaimTemplate` in
//! `pkg/apis/core/validation/validation.go`).

use super::api_field::ApiField;
use super::error::{BadValue, Errors};
use super::metadata::{check_annotations, check_labels, check_selector};
use super::names::{dns_label, dns_subdomain};
use super::resource_list::list_quantity;
use crate::kubernetes::verdict::require::require;

const ACCESS_MODES: &[&str] = &["ReadOnlyMany", "ReadWriteMany", "ReadWriteOnce", "ReadWriteOncePod"];

/// Checks an `ephemeral` volume.
pub fn check<'d>(ephemeral: ApiField<'d>, errors: &mut Errors<'d>) {
    let template = ephemeral.get("volumeClaimTemplate");
    if !template.is_set() {
        errors.required(template, "");
        return;
    }
    let metadata = template.get("metadata");
    check_annotations(metadata.get("annotations"), errors);
    check_labels(metadata.get("labels"), errors);
    for (name, value) in metadata.entries() {
        if !["annotations", "labels"].contains(&name) && is_nonzero(value) {
            // The message has the name of the Go field, which can differ from the manifest's.
            let path = format!("{}.{}", metadata.path(), if name == "uid" { "uID" } else { name });
            errors.forbidden(value.with_path(path), "cannot be set");
        }
    }
    check_spec(template.get("spec"), errors);
}

/// Whether a value is other than Go's zero value; an empty list is.
fn is_nonzero(value: ApiField<'_>) -> bool {
    let Some(node) = value.node() else { return false };
    match node.value() {
        crate::manifest::document::Value::String(text) => !text.is_empty(),
        crate::manifest::document::Value::Int(number) => {
            number != 0 || node.key() == Some("deletionGracePeriodSeconds")
        }
        _ => true,
    }
}

fn check_spec<'d>(spec: ApiField<'d>, errors: &mut Errors<'d>) {
    let modes = spec.get("accessModes");
    if modes.is_empty() {
        errors.required(modes, "at least 1 access mode is required");
    }
    check_selector(spec.get("selector"), errors);
    for mode in modes.items().filter(|mode| !ACCESS_MODES.contains(&mode.text())) {
        errors.unsupported(mode.with_path(modes.path()), BadValue::Json(mode.text()), ACCESS_MODES);
    }
    let has = |once_pod: bool| {
        let mut known = modes.items().map(ApiField::text).filter(|it| ACCESS_MODES.contains(it));
        known.any(|it| (it == "ReadWriteOncePod") == once_pod)
    };
    if has(true) && has(false) {
        errors.forbidden(modes, "may not use ReadWriteOncePod with other access modes");
    }
    let storage = spec.get("resources").get("requests").entry("storage");
    let path = format!("{}[storage]", spec.get("resources").path());
    match storage {
        None => errors.required(spec.get("resources").with_path(path), ""),
        Some(field) => {
            if let Some(value) = list_quantity(field).filter(|it| it.is_negative() || it.is_zero()) {
                errors.invalid(
                    field.with_path(path),
                    value.to_string().as_str(),
                    "must be greater than zero",
                );
            }
        }
    }
    check_class(spec.get("storageClassName"), errors);
    errors.one_of(spec.get("volumeMode"), &["Block", "Filesystem"]);
    check_sources(spec, errors);
    check_class(spec.get_since("volumeAttributesClassName", 34, errors.minor), errors);
}

fn check_class<'d>(field: ApiField<'d>, errors: &mut Errors<'d>) {
    if !field.text().is_empty() {
        errors.invalid_for_each(field, field.text(), dns_subdomain(field.text()));
    }
}

fn check_sources<'d>(spec: ApiField<'d>, errors: &mut Errors<'d>) {
    let (source, source_ref) = (spec.get("dataSource"), spec.get("dataSourceRef"));
    for it in [source, source_ref].into_iter().filter(|it| it.is_set()) {
        require(it, "name", errors);
        require(it, "kind", errors);
        let (group, kind) = (it.get("apiGroup"), it.get("kind").text());
        match group.text() {
            "" if kind != "PersistentVolumeClaim" => {
                let reason = "must be 'PersistentVolumeClaim' when referencing the default apiGroup";
                errors.invalid(it, kind, reason);
            }
            "" => {}
            text => errors.invalid_for_each(group, text, dns_subdomain(text)),
        }
    }
    let namespace = source_ref.get("namespace");
    if !namespace.text().is_empty() {
        errors.invalid_for_each(namespace, namespace.text(), dns_label(namespace.text()));
    }
    if !source.is_set() || !source_ref.is_set() {
        return;
    }
    let parts =
        |it: ApiField<'d>| (it.get("apiGroup").opt_text(), it.get("kind").text(), it.get("name").text());
    let reason = match namespace.text() {
        "" if parts(source) == parts(source_ref) => return,
        "" => "must match dataSourceRef",
        _ => "may not be specified when dataSourceRef.namespace is specified",
    };
    errors.invalid(source.with_path(spec.path()), BadValue::Raw("{}".to_owned()), reason);
}
