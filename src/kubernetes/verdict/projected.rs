//! Projected volumes (`validateProjectedVolumeSource` in `pkg/apis/core/validation/validation.go`, names in `names.go`).

use std::collections::{BTreeMap, HashSet};

use super::api_field::ApiField;
use super::error::{BadValue, Errors, json, quote};
use super::metadata::{MAX_ANNOTATION_BYTES, check_selector, selector_json};
use super::names::{dns_label, dns_subdomain, qualified_name};
use super::volume_item::{check_file, check_item, check_local_path, check_mode};
use crate::kubernetes::verdict::require::require;

/// The sources of a projected volume that servers before 1.37 drop: their feature gates are off.
pub const SOURCES_SINCE_37: [&str; 2] = ["podCertificate", "clusterTrustBundle"];

/// The files of a volume so far.
struct Paths<'d> {
    volume: ApiField<'d>,
    taken: HashSet<&'d str>,
}

impl<'d> Paths<'d> {
    /// Adds the path of a file, which no other file of the volume may have.
    fn add(&mut self, field: ApiField<'d>, shown: &str, errors: &mut Errors<'d>) {
        if !self.taken.insert(field.text()) {
            errors.invalid(field.with_path(self.volume.path()), shown, "conflicting duplicate paths");
        }
    }

    /// Adds the path of a file that may have none.
    fn add_set(&mut self, field: ApiField<'d>, shown: &str, errors: &mut Errors<'d>) {
        if !field.text().is_empty() {
            self.add(field, shown, errors);
        }
    }
}

/// Checks a projected volume.
pub fn check<'d>(projected: ApiField<'d>, errors: &mut Errors<'d>) {
    check_mode(projected.get("defaultMode"), errors);
    let mut paths = Paths { volume: projected, taken: HashSet::new() };
    for source in projected.get("sources").items() {
        let kinds =
            ["secret", "configMap", "downwardAPI", "serviceAccountToken"].map(|name| source.get(name));
        let [secret, config_map, downward, token] = kinds;
        let [certificate, bundle] = SOURCES_SINCE_37.map(|name| source.get_since(name, 37, errors.minor));
        for source in [secret, config_map].into_iter().filter(|it| it.is_set()) {
            require(source, "name", errors);
            for item in source.get("items").items() {
                check_item(item, errors);
                paths.add_set(item.get("path"), source.get("name").text(), errors);
            }
        }
        for file in downward.get("items").items() {
            check_file(file, &downward.path(), errors);
            paths.add_set(file.get("path"), file.get("path").text(), errors);
        }
        if token.is_set() {
            check_token(token, projected, errors);
        }
        check_users(source, errors);
        if bundle.is_set() {
            check_bundle(bundle, &mut paths, errors);
        }
        if certificate.is_set() {
            check_certificate(certificate, &mut paths, errors);
        }
        if kinds.iter().chain([&certificate, &bundle]).filter(|it| it.is_set()).count() > 1 {
            errors.forbidden(source, "may not specify more than 1 volume type per source");
        }
    }
}

/// Servers drop the owners of files, whose feature gate is off, of the first kind
/// of a source only (`dropDisabledAtomicWriteVolumeUserFields`).
fn check_users<'d>(source: ApiField<'d>, errors: &mut Errors<'d>) {
    const DROPPED: [&str; 6] =
        ["secret", "downwardAPI", "configMap", "serviceAccountToken", "clusterTrustBundle", "podCertificate"];
    let set = DROPPED.map(|name| source.get(name)).into_iter().filter(|it| it.is_set());
    let skipped = if errors.minor >= 37 { 1 } else { DROPPED.len() };
    for kind in set.skip(skipped) {
        errors.in_range(kind.get("user"), 0, i64::from(i32::MAX));
        for item in kind.get("items").items() {
            errors.in_range(item.get("user"), 0, i64::from(i32::MAX));
        }
    }
}

fn check_token<'d>(token: ApiField<'d>, projected: ApiField<'d>, errors: &mut Errors<'d>) {
    let (expiration, path) = (token.get("expirationSeconds"), token.get("path"));
    match expiration.opt_int() {
        Some(seconds) if seconds < 600 => {
            errors.invalid(expiration, seconds, "may not specify a duration less than 10 minutes");
        }
        Some(seconds) if seconds > 1 << 32 => {
            errors.invalid(expiration, seconds, "may not specify a duration larger than 2^32 seconds");
        }
        _ => {}
    }
    let reported = || path.with_path(format!("{}.path", projected.path()));
    match path.text() {
        "" => errors.required(reported(), ""),
        text => check_local_path(reported(), text, errors),
    }
}

fn check_bundle<'d>(bundle: ApiField<'d>, paths: &mut Paths<'d>, errors: &mut Errors<'d>) {
    let (name, signer) = (bundle.get("name"), bundle.get("signerName"));
    let (selector, path) = (bundle.get("labelSelector"), bundle.get("path"));
    match (name.opt_text(), signer.opt_text()) {
        (Some(_), Some(_)) => {
            let bad = BadValue::Raw(bundle_json(bundle));
            errors.invalid(bundle, bad, "only one of name and signerName may be used");
        }
        (Some(text), None) => {
            if text.is_empty() {
                errors.required(name, "must be a valid object name");
            }
            for reason in bundle_name(text) {
                errors.invalid(name, text, format!("not a valid clustertrustbundlename: {reason}"));
            }
            if selector.is_set() {
                let reason = "labelSelector must be unset if name is specified";
                errors.invalid(selector, BadValue::Raw(json_of_selector(selector)), reason);
            }
        }
        (None, Some(text)) => {
            if text.is_empty() {
                errors.required(signer, "must be a valid signer name");
            }
            check_signer_name(signer, errors);
            check_selector(selector, errors);
        }
        (None, None) => errors.required(bundle, "either name or signerName must be specified"),
    }
    match path.text() {
        "" => errors.required(path, ""),
        text => check_local_path(path, text, errors),
    }
    paths.add(path, path.text(), errors);
}

fn check_certificate<'d>(certificate: ApiField<'d>, paths: &mut Paths<'d>, errors: &mut Errors<'d>) {
    const KEY_TYPES: [&str; 6] = ["RSA3072", "RSA4096", "ECDSAP256", "ECDSAP384", "ECDSAP521", "ED25519"];
    const DAY: i64 = 24 * 60 * 60;
    let signer = certificate.get("signerName");
    check_signer_name(signer, errors);
    check_user_annotations(certificate.get("userAnnotations"), errors);
    let key_type = certificate.get("keyType");
    if !KEY_TYPES.contains(&key_type.text()) {
        errors.unsupported(key_type, key_type.text(), &KEY_TYPES);
    }
    let expiration = certificate.get("maxExpirationSeconds");
    let host = signer.text().split('/').next().unwrap_or_default();
    let is_own = host == "kubernetes.io" || host.ends_with(".kubernetes.io");
    let most = if is_own { DAY } else { 91 * DAY };
    match expiration.opt_int() {
        Some(seconds) if seconds < 3600 => {
            errors.invalid(expiration, seconds, "if provided, maxExpirationSeconds must be >= 3600");
        }
        Some(seconds) if seconds > most => {
            let reason = format!("if provided, maxExpirationSeconds must be <= {most}");
            errors.invalid(expiration, seconds, reason);
        }
        _ => {}
    }
    let files = ["credentialBundlePath", "keyPath", "certificateChainPath"].map(|name| certificate.get(name));
    for path in files.into_iter().filter(|it| !it.text().is_empty()) {
        check_local_path(path, path.text(), errors);
        paths.add(path, path.text(), errors);
    }
    if files.iter().all(|it| it.text().is_empty()) {
        let reason = "specify at least one of credentialBundlePath, keyPath, and certificateChainPath";
        errors.required(certificate, reason);
    }
}

/// Keys with a domain before them, in whatever case (`ValidateUserAnnotations`).
fn check_user_annotations<'d>(annotations: ApiField<'d>, errors: &mut Errors<'d>) {
    for (key, value) in annotations.entries() {
        let (key, reported) = (key.to_lowercase(), value.with_path(annotations.path()));
        let reasons = qualified_name(&key);
        if key.is_empty() {
            errors.required(reported, "");
        } else if !reasons.is_empty() {
            reasons.iter().for_each(|reason| errors.invalid(reported.clone(), key.as_str(), reason));
        } else if !key.contains('/') {
            let reason = "must be a domain-prefixed key (such as \"acme.io/foo\")";
            errors.invalid(reported, key.as_str(), reason);
        }
    }
    let bytes: usize = annotations.entries().map(|(key, value)| key.len() + value.text().len()).sum();
    if bytes > MAX_ANNOTATION_BYTES {
        errors.too_long(annotations, MAX_ANNOTATION_BYTES);
    }
}

/// A domain and a name, `example.com/signer` (`ValidateSignerName`).
fn check_signer_name<'d>(field: ApiField<'d>, errors: &mut Errors<'d>) {
    let text = field.text();
    if text.is_empty() {
        return errors.required(field, "");
    }
    let Some((domain, name)) = text.split_once('/').filter(|(_, name)| !name.contains('/')) else {
        let reason = "must be a fully qualified domain and path of the form 'example.com/signer-name'";
        return errors.invalid(field, text, reason);
    };
    if domain.len() > 253 {
        errors.too_long(field, 253);
    }
    check_labels(field, domain, dns_label, errors);
    if !domain.contains('.') {
        let reason = "should be a domain with at least two segments separated by dots";
        errors.invalid(field, domain, reason);
    }
    check_labels(field, name, dns_subdomain, errors);
    if text.len() > 571 {
        errors.too_long(field, 571);
    }
}

/// Reports the first part between dots that is not a label.
fn check_labels<'d>(
    field: ApiField<'d>,
    text: &str,
    reasons: fn(&str) -> Vec<String>,
    errors: &mut Errors<'d>,
) {
    let wrong = text.split('.').map(|label| (label, reasons(label))).find(|(_, it)| !it.is_empty());
    if let Some((label, reasons)) = wrong {
        for reason in reasons {
            errors.invalid(field, text, format!("validating label {}: {reason}", quote(label)));
        }
    }
}

/// The name of a ClusterTrustBundle, after its signer if it has one: `example.com:signer:name`
/// (`ValidateClusterTrustBundleName`).
fn bundle_name(text: &str) -> Vec<String> {
    let Some((signer, name)) = text.rsplit_once(':') else { return dns_subdomain(text) };
    if signer.is_empty() {
        return vec!["ClusterTrustBundle without signer name must not have \":\" in its name".to_owned()];
    }
    // What has a `/` is not what its signer's name is written as.
    if signer.contains('/') {
        let signer = signer.replace(':', "/");
        let prefix = signer.replace('/', ":") + ":";
        return vec![format!(
            "ClusterTrustBundle for signerName {signer} must be named with prefix {prefix}"
        )];
    }
    dns_subdomain(name)
}

fn bundle_json(bundle: ApiField<'_>) -> String {
    let text = |name| bundle.get(name).opt_text().map_or("null".to_owned(), json);
    let optional = bundle.get("optional").opt_bool().map_or("null".to_owned(), |it| it.to_string());
    let selector = bundle.get("labelSelector");
    let selector = if selector.is_set() { json_of_selector(selector) } else { "null".to_owned() };
    let path = json(bundle.get("path").text());
    format!(
        "{{\"Name\":{},\"SignerName\":{},\"LabelSelector\":{selector},\"Optional\":{optional},\"Path\":{path},\"User\":null}}",
        text("name"),
        text("signerName"),
    )
}

fn json_of_selector(selector: ApiField<'_>) -> String {
    let labels: BTreeMap<&str, String> =
        selector.get("matchLabels").entries().map(|(key, value)| (key, value.text().to_owned())).collect();
    selector_json(&labels, selector.get("matchExpressions"))
}
