//! Pods for Windows (`validateWindows`, `validateWindowsSecurityContextOptions` in
//! `pkg/apis/core/validation/validation.go`).

use super::api_field::ApiField;
use super::error::{BadValue, Errors};
use super::names::dns_subdomain;
use crate::kubernetes::verdict::model::PodSpec;

const MAX_SPEC_BYTES: usize = 64 * 1024;

/// Checks `windowsOptions`, if they are set.
pub fn check_options<'d>(options: ApiField<'d>, errors: &mut Errors<'d>) {
    let (name, spec, user) = (
        options.get("gmsaCredentialSpecName"),
        options.get("gmsaCredentialSpec"),
        options.get("runAsUserName"),
    );
    if let Some(text) = name.opt_text() {
        for reason in dns_subdomain(text) {
            errors.invalid(name, BadValue::Json(text), reason);
        }
    }
    match spec.opt_text() {
        Some("") => errors.invalid(spec, BadValue::Json(""), "gmsaCredentialSpec cannot be an empty string"),
        Some(text) if text.len() > MAX_SPEC_BYTES => {
            errors.invalid(spec, BadValue::Json(text), "gmsaCredentialSpec size must be under 64 KiB");
        }
        _ => {}
    }
    if let Some(text) = user.opt_text() {
        for reason in user_name(text) {
            errors.invalid(user, BadValue::Json(text), format!("runAsUserName{reason}"));
        }
    }
}

/// Returns what is wrong with a user such as `DOMAIN\user`.
fn user_name(text: &str) -> Vec<&'static str> {
    if text.is_empty() {
        return vec![" cannot be an empty string"];
    }
    if text.bytes().any(|byte| byte.is_ascii_control()) {
        return vec![" cannot contain control characters"];
    }
    let (domain, user) = match text.split_once('\\') {
        Some((_, user)) if user.contains('\\') => return vec![" cannot contain more than one backslash"],
        Some((domain, user)) => (Some(domain), user),
        None => (None, text),
    };
    let mut reasons = Vec::new();
    if domain.is_some_and(|domain| domain.len() >= 256) {
        reasons.push("'s Domain length must be under 256 characters");
    }
    if domain.is_some_and(|domain| !is_net_bios(domain) && !is_dns(domain)) {
        reasons.push("'s Domain doesn't match the NetBios nor the DNS format");
    }
    if user.is_empty() {
        reasons.push("'s User cannot be empty");
    } else if user.len() > 104 {
        reasons.push("'s User length must not be longer than 104 characters");
    }
    if !user.is_empty() && user.bytes().all(|byte| b". ".contains(&byte)) {
        reasons.push("'s User cannot contain only periods or spaces");
    }
    if user.contains(|it| r#""/\:;|=,+*?<>@[]"#.contains(it)) {
        reasons.push(r#"'s User cannot contain the following characters: "/\:;|=,+*?<>@[]"#);
    }
    reasons
}

fn is_net_bios(text: &str) -> bool {
    (1..=15).contains(&text.chars().count())
        && !text.starts_with('.')
        && !text.contains(|it| r#"\/:*?"<>|"#.contains(it))
}

fn is_dns(text: &str) -> bool {
    let edge = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_alphanumeric);
    text.split('.').all(|label| {
        let bytes = label.as_bytes();
        edge(bytes.first())
            && edge(bytes.last())
            && bytes.len() <= 63
            && bytes.iter().all(|&byte| byte.is_ascii_alphanumeric() || byte == b'-')
    })
}

/// A pod for Windows must not have what only Linux knows.
pub fn check_pod<'d>(pod: &PodSpec<'d>, errors: &mut Errors<'d>) {
    const REASON: &str = "cannot be set for a windows pod";
    let (spec, context) = (pod.spec, pod.spec.get("securityContext"));
    let (has, minor) = (|field: ApiField<'d>| field.is_set(), errors.minor);
    let fields = [
        context.get("appArmorProfile"),
        context.get("seLinuxOptions"),
        spec.get_since("hostUsers", 33, minor),
        spec.get("hostPID"),
        spec.get("hostIPC"),
        context.get("seccompProfile"),
        context.get("fsGroup"),
        context.get("fsGroupChangePolicy"),
        context.get("sysctls"),
        spec.get("shareProcessNamespace"),
        context.get("runAsUser"),
        context.get("runAsGroup"),
        context.get("supplementalGroups"),
        context.get_since("supplementalGroupsPolicy", 33, minor),
        context.get_since("seLinuxChangePolicy", 33, minor),
    ];
    for (index, field) in fields.into_iter().enumerate() {
        let counts = match index {
            3 | 4 => field.is_true(),
            8 => !field.is_empty(),
            _ => has(field),
        };
        if counts {
            errors.forbidden(field, REASON);
        }
    }
    const CONTAINER_FIELDS: [&str; 10] = [
        "appArmorProfile",
        "seLinuxOptions",
        "seccompProfile",
        "capabilities",
        "readOnlyRootFilesystem",
        "privileged",
        "allowPrivilegeEscalation",
        "procMount",
        "runAsUser",
        "runAsGroup",
    ];
    for context in pod.all_containers().map(|it| it.get("securityContext")) {
        for field in CONTAINER_FIELDS.map(|name| context.get(name)).into_iter().filter(|it| it.is_set()) {
            errors.forbidden(field, REASON);
        }
    }
}
