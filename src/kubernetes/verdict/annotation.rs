//! Annotations of a pod that once were fields (`ValidatePodSpecificAnnotations` in
//! `pkg/apis/core/validation/validation.go`).

use super::api_field::ApiField;
use super::error::{Cause, Errors, quote};
use crate::kubernetes::verdict::model::all_containers;
use crate::kubernetes::verdict::require::check_descending;
use crate::kubernetes::verdict::toleration::check_tolerations;
use crate::manifest::document::Document;

/// Names the seccomp profile of a pod.
pub const SECCOMP_POD: &str = "seccomp.security.alpha.kubernetes.io/pod";
/// Comes before the name of a container and names its seccomp profile.
pub const SECCOMP_CONTAINER: &str = "container.seccomp.security.alpha.kubernetes.io/";
/// Comes before the name of a container and names its AppArmor profile.
pub const APP_ARMOR: &str = "container.apparmor.security.beta.kubernetes.io/";

const MIRROR: &str = "kubernetes.io/config.mirror";
const TOLERATIONS: &str = "scheduler.alpha.kubernetes.io/tolerations";
const DELETION_COST: &str = "controller.kubernetes.io/pod-deletion-cost";

/// Checks the annotations, whose path in messages is `path`.
pub fn check<'d>(annotations: ApiField<'d>, spec: ApiField<'d>, path: &str, errors: &mut Errors<'d>) {
    let keyed = |key: &str, field: ApiField<'d>| field.with_path(format!("{path}[{key}]"));
    if let Some(field) = annotations.entry(MIRROR)
        && spec.get("nodeName").text().is_empty()
    {
        let reason = "must set spec.nodeName if mirror pod annotation is set";
        errors.invalid(keyed(MIRROR, field), field.text(), reason);
    }
    if let Some(field) = annotations.entry(TOLERATIONS).filter(|field| !field.text().is_empty()) {
        check_toleration_annotation(field, path, errors);
    }
    if let Some(field) = annotations.entry(DELETION_COST)
        && !is_deletion_cost(field.text())
    {
        errors.invalid(keyed(DELETION_COST, field), field.text(), "must be a 32bit integer");
    }
    for (key, field) in annotations.entries() {
        if key == SECCOMP_POD || key.starts_with(SECCOMP_CONTAINER) {
            check_seccomp(key, field, path, errors);
        }
        if let Some(name) = key.strip_prefix(APP_ARMOR) {
            if !all_containers(spec).any(|it| it.get("name").text() == name) {
                errors.invalid(keyed(key, field), name, "container not found");
            }
            let profile = field.text();
            if !["", "runtime/default", "unconfined"].contains(&profile) && !profile.starts_with("localhost/")
            {
                let reason = format!("invalid AppArmor profile name: {}", quote(profile));
                errors.invalid(keyed(key, field), profile, reason);
            }
        }
    }
}

/// Whether the text is a number of 32 bits without `+` and leading zeros.
fn is_deletion_cost(text: &str) -> bool {
    let first = text.as_bytes().first().copied().unwrap_or_default();
    (first == b'-' || text == "0" || (b'1'..=b'9').contains(&first)) && text.parse::<i32>().is_ok()
}

fn check_seccomp<'d>(key: &str, field: ApiField<'d>, path: &str, errors: &mut Errors<'d>) {
    let profile = field.text();
    if ["runtime/default", "docker/default", "unconfined"].contains(&profile) {
        return;
    }
    let reported = field.with_path(format!("{path}.{key}"));
    match profile.strip_prefix("localhost/") {
        Some(file) => check_descending(reported, file, errors),
        None => errors.invalid(reported, profile, "must be a valid seccomp profile"),
    }
}

/// Tolerations as JSON, read without regard to the case of field names.
fn check_toleration_annotation<'d>(field: ApiField<'d>, path: &str, errors: &mut Errors<'d>) {
    match serde_json::from_str::<serde_json::Value>(field.text()) {
        Ok(list @ serde_json::Value::Array(_)) => {
            let document = Document::from_value(&list);
            let mut inner = Errors::new(errors.minor, errors.is_stored);
            let path = format!("{path}.{TOLERATIONS}");
            check_tolerations(ApiField::from(document.root()), Some(&path), &mut inner);
            let at_annotation =
                |it: Cause<'_>| Cause { kind: it.kind, path: it.path, message: it.message, field };
            errors.causes.extend(inner.causes.into_iter().map(at_annotation));
        }
        Ok(serde_json::Value::Null) => {}
        Ok(_) | Err(_) => {
            let reason = json_error(field.text());
            errors.invalid(field.with_path(path), TOLERATIONS, reason);
        }
    }
}

/// Writes Go's error for a text that is no list of tolerations, as far as it is simple.
fn json_error(text: &str) -> String {
    let text = text.trim_matches([' ', '\t', '\r', '\n']);
    let Some(first) = text.chars().next() else { return "unexpected end of JSON input".to_owned() };
    // Go reads a blank after the end.
    let shown = |at: usize| match text[at..].bytes().next().map_or(' ', char::from) {
        '\'' => "'\\''".to_owned(),
        '"' => "'\"'".to_owned(),
        other => format!("'{}'", quote(&other.to_string()).trim_matches('"')),
    };
    let kind = match first {
        '{' => "object",
        '"' => "string",
        't' | 'f' | 'n' => {
            let literals = ["true", "false", "null"];
            let literal = literals.into_iter().find(|it| it.starts_with(first)).unwrap_or_default();
            let same = literal.bytes().zip(text.bytes()).take_while(|(left, right)| left == right).count();
            if let Some(expected) = literal[same..].chars().next() {
                let found = shown(same);
                return format!("invalid character {found} in literal {literal} (expecting '{expected}')");
            }
            if text.len() > literal.len() {
                return format!("invalid character {} after top-level value", shown(same));
            }
            "bool"
        }
        '-' if !text[1..].starts_with(|it: char| it.is_ascii_digit()) => {
            return format!("invalid character {} in numeric literal", shown(1));
        }
        '0'..='9' | '-' => "number",
        _ => return format!("invalid character {} looking for beginning of value", shown(0)),
    };
    format!("json: cannot unmarshal {kind} into Go value of type []core.Toleration")
}

/// The annotations must say the same as the fields that took their place.
pub fn check_agreement<'d>(annotations: ApiField<'d>, spec: ApiField<'d>, errors: &mut Errors<'d>) {
    if annotations.is_empty() {
        return;
    }
    let pod = spec.get("securityContext").get("seccompProfile");
    check_profiles(annotations.entry(SECCOMP_POD), pod, pod, "seccomp", errors);
    for container in all_containers(spec) {
        let profile = container.get("securityContext").get("seccompProfile");
        let key = format!("{SECCOMP_CONTAINER}{}", container.get("name").text());
        check_profiles(annotations.entry(&key), profile, profile, "seccomp", errors);
    }
    if spec.get("os").get("name").text() == "windows" {
        return;
    }
    for container in all_containers(spec) {
        let own = container.get("securityContext").get("appArmorProfile");
        let of_pod = spec.get("securityContext").get("appArmorProfile");
        let key = format!("{APP_ARMOR}{}", container.get("name").text());
        check_profiles(
            annotations.entry(&key),
            if own.is_set() { own } else { of_pod },
            own,
            "apparmor",
            errors,
        );
    }
}

/// Compares an annotation with a profile; errors are at the field `place`.
fn check_profiles<'d>(
    annotation: Option<ApiField<'d>>,
    profile: ApiField<'d>,
    place: ApiField<'d>,
    kind: &str,
    errors: &mut Errors<'d>,
) {
    let Some(text) = annotation.filter(|_| profile.is_set()).map(ApiField::text) else { return };
    let local = text.strip_prefix("localhost/");
    let agrees = match profile.get("type").text() {
        "Unconfined" => text == "unconfined",
        "RuntimeDefault" => text == "runtime/default" || (kind == "seccomp" && text == "docker/default"),
        "Localhost" => local.is_some(),
        _ => true,
    };
    if !agrees {
        errors.forbidden(place.get("type"), format!("{kind} type in annotation and field must match"));
    } else if profile.get("type").text() == "Localhost" && local != profile.get("localhostProfile").opt_text()
    {
        let reason = format!("{kind} profile in annotation and field must match");
        errors.forbidden(place.get("localhostProfile"), reason);
    }
}
