//! Object metadata, labels, annotations and label selectors
//! (`k8s.io/apimachinery/pkg/api/validation/objectmeta.go`, `pkg/apis/meta/v1/validation`).

use std::collections::{BTreeMap, HashSet};

use super::api_field::ApiField;
use super::error::{BadValue, Errors, json, json_list};
use super::names::{dns_label, dns_subdomain, dns_subdomain_prefix, label_value, qualified_name};

/// All annotations of an object together have at most this many bytes.
pub const MAX_ANNOTATION_BYTES: usize = 256 * 1024;

/// The five characters after a `generateName`, which a server takes at random; always the same here.
const GENERATED_SUFFIX: &str = "xn8fg";

/// Returns the name that the object gets: its own, or one made from `generateName`.
pub fn name(metadata: ApiField<'_>) -> String {
    let (name, base) = (metadata.get("name").text(), metadata.get("generateName").text());
    if !name.is_empty() || base.is_empty() {
        return name.to_owned();
    }
    format!("{}{GENERATED_SUFFIX}", &base[..base.floor_char_boundary(58)])
}

/// Checks the metadata of an object that is created in a namespace (`ValidateObjectMeta`). A Job without labels has
/// those of its `template`.
pub fn check<'d>(metadata: ApiField<'d>, template: Option<ApiField<'d>>, errors: &mut Errors<'d>) {
    let (own, base) = (metadata.get("name"), metadata.get("generateName"));
    errors.invalid_for_each(
        base,
        base.text(),
        if base.text().is_empty() { vec![] } else { dns_subdomain_prefix(base.text()) },
    );
    let name = name(metadata);
    let place = if own.text().is_empty() && !name.is_empty() { base } else { own };
    if name.is_empty() {
        errors.required(own, "name or generateName is required");
    }
    for reason in if name.is_empty() { vec![] } else { dns_subdomain(&name) } {
        errors.invalid(place.with_path("metadata.name"), name.as_str(), reason);
    }
    check_common(metadata, errors);
    if metadata.get("labels").is_empty()
        && let Some(template) = template
    {
        check_labels_at(template.get("metadata").get("labels"), &|| "metadata.labels".to_owned(), errors);
    }
    let standard = ["kubernetes", "orphan", "foregroundDeletion"];
    for finalizer in metadata.get("finalizers").items() {
        if !finalizer.text().contains('/') && !standard.contains(&finalizer.text()) {
            let reason = "name is neither a standard finalizer name nor is it fully qualified";
            errors.invalid(finalizer, finalizer.text(), reason);
        }
    }
}

/// Checks the metadata once more, after everything else (`rest.BeforeCreate`).
pub fn check_before_create<'d>(metadata: ApiField<'d>, errors: &mut Errors<'d>) {
    let (own, base) = (metadata.get("name"), metadata.get("generateName"));
    for (field, text) in [(base, base.text().to_owned()), (own, name(metadata))] {
        errors.invalid_for_each(field, &text, path_segment(&text));
    }
    check_common(metadata, errors);
}

/// A name that can be a part of a URL (`path.ValidatePathSegmentName`).
fn path_segment(text: &str) -> Vec<String> {
    match text {
        "." | ".." => vec![format!("may not be '{text}'")],
        _ => ["/", "%"]
            .iter()
            .filter(|it| text.contains(**it))
            .map(|it| format!("may not contain '{it}'"))
            .collect(),
    }
}

fn check_common<'d>(metadata: ApiField<'d>, errors: &mut Errors<'d>) {
    let namespace = metadata.get("namespace");
    if !namespace.text().is_empty() {
        errors.invalid_for_each(namespace, namespace.text(), dns_label(namespace.text()));
    }
    check_labels(metadata.get("labels"), errors);
    check_annotations(metadata.get("annotations"), errors);
    check_owners(metadata.get("ownerReferences"), errors);
    check_finalizers(metadata.get("finalizers"), errors);
}

/// Checks labels, whose errors are all at the field (`ValidateLabels`).
pub fn check_labels<'d>(labels: ApiField<'d>, errors: &mut Errors<'d>) {
    check_labels_at(labels, &|| labels.path(), errors);
}

/// Checks labels to which messages give another path.
pub fn check_labels_at<'d>(labels: ApiField<'d>, path: &dyn Fn() -> String, errors: &mut Errors<'d>) {
    for (key, value) in labels.entries() {
        for reason in qualified_name(key) {
            errors.invalid(value.with_path(path()), key, reason);
        }
        for reason in label_value(value.text()) {
            errors.invalid(value.with_path(path()), value.text(), reason);
        }
    }
}

/// Checks annotations (`ValidateAnnotations`).
pub fn check_annotations<'d>(annotations: ApiField<'d>, errors: &mut Errors<'d>) {
    check_annotations_at(annotations, &|| annotations.path(), errors);
}

/// Checks annotations to which messages give another path.
pub fn check_annotations_at<'d>(
    annotations: ApiField<'d>,
    path: &dyn Fn() -> String,
    errors: &mut Errors<'d>,
) {
    let mut bytes = 0;
    for (key, value) in annotations.entries() {
        bytes += key.len() + value.text().len();
        for reason in qualified_name(&key.to_lowercase()) {
            errors.invalid(value.with_path(path()), key, reason);
        }
    }
    if bytes > MAX_ANNOTATION_BYTES {
        errors.too_long(annotations.with_path(path()), MAX_ANNOTATION_BYTES);
    }
}

/// Each error about a second controller repeats all references; together they do up to this many bytes.
const MAX_REPEATED_BYTES: usize = 1 << 20;

/// Returns the owner references that are left when repeated ones are gone, and the repeated UIDs.
pub fn distinct_owners(owners: ApiField<'_>) -> (Vec<ApiField<'_>>, Vec<&str>) {
    let (mut distinct, mut repeated): (Vec<ApiField<'_>>, Vec<&str>) = Default::default();
    let mut seen = HashSet::new();
    for owner in owners.items() {
        if seen.insert(owner_json(owner)) {
            distinct.push(owner)
        } else {
            repeated.push(owner.get("uid").text())
        }
    }
    (distinct, repeated)
}

fn owner_json(owner: ApiField<'_>) -> String {
    let mut text: Vec<String> = ["apiVersion", "kind", "name", "uid"]
        .into_iter()
        .map(|field| format!("\"{field}\":{}", json(owner.get(field).text())))
        .collect();
    for field in ["controller", "blockOwnerDeletion"] {
        text.extend(owner.get(field).opt_bool().map(|value| format!("\"{field}\":{value}")));
    }
    format!("{{{}}}", text.join(","))
}

fn check_owners<'d>(owners: ApiField<'d>, errors: &mut Errors<'d>) {
    let path = "metadata.ownerReferences";
    let (distinct, _) = distinct_owners(owners);
    let mut controller: Option<String> = None;
    let (mut all, mut repeated) = (String::new(), 0);
    for (index, owner) in distinct.iter().enumerate() {
        // Since 1.37 the errors have the index, and say that a value is missing.
        let has_index = errors.minor >= 37;
        let own = if has_index { format!("{path}[{index}]") } else { path.to_owned() };
        let field = |name| owner.get(name).with_path(format!("{own}.{name}"));
        let version = owner.get("apiVersion").text();
        // What cannot be parsed as group and version has none.
        let parsed = if version.matches('/').count() > 1 { "" } else { version };
        if parsed.rsplit('/').next().unwrap_or_default().is_empty() {
            if !has_index {
                errors.invalid(field("apiVersion"), version, "version must not be empty");
            } else if version.is_empty() {
                errors.required(field("apiVersion"), "must not be empty");
            } else {
                errors.invalid(field("apiVersion"), version, "must be <group>/<version> or <version>");
            }
        }
        for name in ["kind", "name", "uid"] {
            let bad = if name == "uid" { BadValue::Json("") } else { BadValue::Text("") };
            if !owner.get(name).text().is_empty() {
                continue;
            }
            if has_index {
                errors.required(field(name), "must not be empty");
            } else {
                errors.invalid(field(name), bad, "must not be empty");
            }
        }
        let kind = owner.get("kind").text();
        if kind == "Event" && version == "v1" {
            let reason = "/v1, Kind=Event is disallowed from being an owner";
            errors.invalid(owner.get("kind").with_path(own), BadValue::Raw(owner_json(*owner)), reason);
        }
        if owner.get("controller").is_true() {
            let name = format!("{kind}/{}", owner.get("name").text());
            match &controller {
                None => controller = Some(name),
                Some(first) => {
                    if all.is_empty() {
                        let owners: Vec<String> = distinct.iter().map(|it| owner_json(*it)).collect();
                        all = format!("[{}]", owners.join(","));
                    }
                    repeated += all.len();
                    let shown = if repeated > MAX_REPEATED_BYTES { "[…]" } else { &all };
                    let reason = format!(
                        "Only one reference can have Controller set to true. Found \"true\" in references for {first} \
                         and {name}"
                    );
                    errors.invalid(owner.with_path(path), BadValue::Raw(shown.to_owned()), reason);
                }
            }
        }
    }
}

fn check_finalizers<'d>(finalizers: ApiField<'d>, errors: &mut Errors<'d>) {
    for finalizer in finalizers.items() {
        for reason in qualified_name(finalizer.text()) {
            errors.invalid(finalizer.with_path("metadata.finalizers"), finalizer.text(), reason);
        }
    }
    let has = |name: &str| finalizers.items().any(|it| it.text() == name);
    if has("orphan") && has("foregroundDeletion") {
        let reason = "finalizer orphan and foregroundDeletion cannot be both set";
        errors.invalid(finalizers, BadValue::Raw(json_list(finalizers)), reason);
    }
}

/// Checks how many values a requirement has, by an operator that all selectors know.
pub fn check_operator<'d>(operator: ApiField<'d>, values: ApiField<'d>, errors: &mut Errors<'d>) {
    match operator.text() {
        "In" | "NotIn" if values.is_empty() => {
            errors.required(values, "must be specified when `operator` is 'In' or 'NotIn'");
        }
        "Exists" | "DoesNotExist" if !values.is_empty() => {
            errors.forbidden(values, "may not be specified when `operator` is 'Exists' or 'DoesNotExist'");
        }
        "In" | "NotIn" | "Exists" | "DoesNotExist" => {}
        other => errors.invalid(operator, BadValue::Json(other), "not a valid selector operator"),
    }
}

/// Checks a label selector, if there is one (`ValidateLabelSelector`).
pub fn check_selector<'d>(selector: ApiField<'d>, errors: &mut Errors<'d>) {
    check_labels(selector.get("matchLabels"), errors);
    for requirement in selector.get("matchExpressions").items() {
        let (key, operator, values) =
            (requirement.get("key"), requirement.get("operator"), requirement.get("values"));
        check_operator(operator, values, errors);
        errors.invalid_for_each(key, key.text(), qualified_name(key.text()));
        for value in values.items() {
            errors.invalid_for_each(value, value.text(), label_value(value.text()));
        }
    }
}

/// Writes a label selector as JSON.
pub fn selector_json(labels: &BTreeMap<&str, String>, expressions: ApiField<'_>) -> String {
    let mut parts = Vec::new();
    if !labels.is_empty() {
        parts.push(format!("\"matchLabels\":{}", json_map(labels)));
    }
    let requirement = |requirement: ApiField<'_>| {
        let values = if requirement.get("values").is_empty() {
            String::new()
        } else {
            format!(",\"values\":{}", json_list(requirement.get("values")))
        };
        let (key, operator) = (json(requirement.get("key").text()), json(requirement.get("operator").text()));
        format!("{{\"key\":{key},\"operator\":{operator}{values}}}")
    };
    if !expressions.is_empty() {
        let list: Vec<String> = expressions.items().map(requirement).collect();
        parts.push(format!("\"matchExpressions\":[{}]", list.join(",")));
    }
    format!("{{{}}}", parts.join(","))
}

/// Writes a mapping of texts as JSON.
pub fn json_map(map: &BTreeMap<&str, String>) -> String {
    let entries: Vec<String> =
        map.iter().map(|(key, value)| format!("{}:{}", json(key), json(value))).collect();
    format!("{{{}}}", entries.join(","))
}
