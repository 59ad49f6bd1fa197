//! Environment variables and what they refer to (`ValidateEnv`, `validateObjectFieldSelector` and so on in
//! `pkg/apis/core/validation/validation.go`).

use super::api_field::ApiField;
use super::error::Errors;
use super::names::{config_key, dns_label, dns_subdomain, dns_subdomain_prefix, env_name, qualified_name};
use crate::kubernetes::verdict::require::check_no_backsteps;

/// Fields of a pod that a variable can have.
pub(crate) const ENV_FIELDS: &[&str] = &[
    "metadata.name",
    "metadata.namespace",
    "metadata.uid",
    "spec.nodeName",
    "spec.serviceAccountName",
    "status.hostIP",
    "status.hostIPs",
    "status.podIP",
    "status.podIPs",
];
/// Fields of a pod that a file can have.
pub const VOLUME_FIELDS: &[&str] =
    &["metadata.annotations", "metadata.labels", "metadata.name", "metadata.namespace", "metadata.uid"];
/// Fields of a pod that have names for selectors (`ConvertDownwardAPIFieldLabel`).
const POD_FIELDS: &[&str] = &[
    "metadata.annotations",
    "metadata.labels",
    "metadata.name",
    "metadata.namespace",
    "metadata.uid",
    "spec.nodeName",
    "spec.restartPolicy",
    "spec.serviceAccountName",
    "spec.schedulerName",
    "status.phase",
    "status.hostIP",
    "status.hostIPs",
    "status.podIP",
    "status.podIPs",
];
pub(crate) const RESOURCES: &[&str] = &[
    "limits.cpu",
    "limits.ephemeral-storage",
    "limits.memory",
    "requests.cpu",
    "requests.ephemeral-storage",
    "requests.memory",
];
const DIVISORS: &[&str] =
    &["1", "1k", "1M", "1G", "1T", "1P", "1E", "1Ki", "1Mi", "1Gi", "1Ti", "1Pi", "1Ei"];

/// Checks `env`.
pub fn check<'d>(variables: ApiField<'d>, errors: &mut Errors<'d>) {
    for variable in variables.items() {
        let name = variable.get("name");
        match name.text() {
            "" => errors.required(name, ""),
            text => errors.invalid_for_each(name, text, env_name(text, errors.minor)),
        }
        if variable.get("valueFrom").is_set() {
            check_value_from(variable, errors);
        }
    }
}

fn check_value_from<'d>(variable: ApiField<'d>, errors: &mut Errors<'d>) {
    let from = variable.get("valueFrom");
    let has_files = errors.minor >= 35;
    let sources = [
        from.get("fieldRef"),
        from.get("resourceFieldRef"),
        from.get("configMapKeyRef"),
        from.get("secretKeyRef"),
        from.get_since("fileKeyRef", 35, errors.minor),
    ];
    let [field, resource, config_map, secret, file] = sources;
    if field.is_set() {
        check_field_ref(field, ENV_FIELDS, &field.path(), errors);
    }
    if resource.is_set() {
        check_resource_ref(resource, false, &resource.path(), errors);
    }
    for key_ref in [config_map, secret].into_iter().filter(|it| it.is_set()) {
        let (name, key) = (key_ref.get("name"), key_ref.get("key"));
        errors.invalid_for_each(name, name.text(), dns_subdomain(name.text()));
        match key.text() {
            "" => errors.required(key, ""),
            text => errors.invalid_for_each(key, text, config_key(text)),
        }
    }
    if file.is_set() {
        check_file_key(file, errors);
    }
    let reason = match sources.iter().filter(|it| it.is_set()).count() {
        0 if has_files => {
            "must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef`, `secretKeyRef` or `fileKeyRef`"
        }
        0 => "must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef` or `secretKeyRef`",
        _ if !variable.get("value").text().is_empty() => "may not be specified when `value` is not empty",
        1 => return,
        _ => "may not have more than one field specified at a time",
    };
    errors.invalid(from, "", reason);
}

/// Checks a reference to a field of the pod (`validateObjectFieldSelector`).
pub fn check_field_ref<'d>(field_ref: ApiField<'d>, supported: &[&str], path: &str, errors: &mut Errors<'d>) {
    let (version, field) = (field_ref.get("apiVersion"), field_ref.get("fieldPath"));
    let reported = || field.with_path(format!("{path}.fieldPath"));
    let text = field.text();
    if text.is_empty() {
        errors.required(reported(), "");
        return;
    }
    let subscript = text.strip_suffix("']").and_then(|it| it.split_once("['")).filter(|it| !it.0.is_empty());
    let problem = match subscript {
        _ if version.text_or("v1") != "v1" => Some(format!("unsupported pod version: {}", version.text())),
        Some(("metadata.annotations" | "metadata.labels", _)) => None,
        Some(_) => Some(format!("field label does not support subscript: {text}")),
        None if POD_FIELDS.contains(&text) || text == "spec.host" => None,
        None => Some(format!("field label not supported: {text}")),
    };
    if let Some(problem) = problem {
        errors.invalid(reported(), text, format!("error converting fieldPath: {problem}"));
        return;
    }
    let text = if text == "spec.host" { "spec.nodeName" } else { text };
    match subscript {
        Some((map, key)) => {
            let key = if map == "metadata.annotations" { key.to_lowercase() } else { key.to_owned() };
            for reason in qualified_name(&key) {
                errors.invalid(field.with_path(path), key.as_str(), reason);
            }
        }
        None if supported.contains(&text) => {}
        None => errors.unsupported(reported(), text, supported),
    }
}

/// Checks a reference to a resource of a container (`validateContainerResourceFieldSelector`).
pub fn check_resource_ref<'d>(
    resource_ref: ApiField<'d>,
    in_volume: bool,
    path: &str,
    errors: &mut Errors<'d>,
) {
    let field = |name| resource_ref.get(name).with_path(format!("{path}.{name}"));
    let name = resource_ref.get("resource").text();
    let is_huge_page = ["requests.hugepages-", "limits.hugepages-"].iter().any(|it| name.starts_with(it));
    if in_volume && resource_ref.get("containerName").text().is_empty() {
        errors.required(field("containerName"), "");
    } else if name.is_empty() {
        errors.required(field("resource"), "");
    } else if !RESOURCES.contains(&name) && !is_huge_page {
        errors.unsupported(field("resource"), name, RESOURCES);
    }
    let divisor = super::resource_list::quantity(resource_ref.get("divisor"));
    let Some(divisor) = divisor.filter(|it| !it.is_zero()).map(|it| it.to_string()) else { return };
    let all = "1, 1k, 1M, 1G, 1T, 1P, 1E, 1Ki, 1Mi, 1Gi, 1Ti, 1Pi, 1Ei";
    let (supported, list, kind) = match name.split_once('.').map(|it| it.1) {
        Some("cpu") => (&["1m", "1"][..], "1m and 1", "cpu"),
        Some("memory") => (DIVISORS, all, "memory"),
        Some("ephemeral-storage") => (DIVISORS, all, "local ephemeral storage"),
        _ if is_huge_page => (DIVISORS, all, "hugepages"),
        _ => return,
    };
    if (RESOURCES.contains(&name) || is_huge_page) && !supported.contains(&divisor.as_str()) {
        let reason = format!("only divisor's values {list} are supported with the {kind} resource");
        errors.invalid(field("divisor"), name, reason);
    }
}

fn check_file_key<'d>(file: ApiField<'d>, errors: &mut Errors<'d>) {
    let (key, volume, path) = (file.get("key"), file.get("volumeName"), file.get("path"));
    match key.text() {
        "" => errors.required(key, ""),
        text => errors.invalid_for_each(key, text, env_name(text, 36)),
    }
    match volume.text() {
        "" => errors.required(volume, ""),
        text => errors.invalid_for_each(volume, text, dns_label(text)),
    }
    match path.text() {
        "" => errors.required(path, ""),
        text => check_no_backsteps(path, text, errors),
    }
}

/// Checks `envFrom`.
pub fn check_from<'d>(sources: ApiField<'d>, errors: &mut Errors<'d>) {
    for source in sources.items() {
        let prefix = source.get("prefix");
        if !prefix.text().is_empty() {
            errors.invalid_for_each(prefix, prefix.text(), env_name(prefix.text(), errors.minor));
        }
        let refs = [source.get("configMapRef"), source.get("secretRef")];
        for name in refs.into_iter().filter(|it| it.is_set()).map(|it| it.get("name")) {
            match name.text() {
                "" => errors.required(name, ""),
                text => errors.invalid_for_each(name, text, dns_subdomain_prefix(text)),
            }
        }
        let reason = match refs.iter().filter(|it| it.is_set()).count() {
            0 => "must specify one of: `configMapRef` or `secretRef`",
            1 => continue,
            _ => "may not have more than one field specified at a time",
        };
        errors.invalid(source.with_path(sources.path()), "", reason);
    }
}
