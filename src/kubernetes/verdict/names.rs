//! Names and label syntax (`k8s.io/apimachinery/pkg/util/validation`, `pkg/api/validate/content`).
//!
//! Each function gives the reasons why a text is none of its kind, in Kubernetes' words; an empty list is a good text.

const SUBDOMAIN: &str = "[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*";
const LABEL: &str = "[a-z0-9]([-a-z0-9]*[a-z0-9])?";
const QUALIFIED: &str = "([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]";

/// Writes what is wrong, with examples and the regular expression that Kubernetes uses.
fn regex(message: &str, pattern: &str, examples: &[&str]) -> String {
    let examples: Vec<String> = examples.iter().map(|example| format!("'{example}', ")).collect();
    if examples.is_empty() {
        format!("{message} (regex used for validation is '{pattern}')")
    } else {
        format!("{message} (e.g. {}regex used for validation is '{pattern}')", examples.join(" or "))
    }
}

fn is_lower(byte: u8) -> bool {
    byte.is_ascii_lowercase() || byte.is_ascii_digit()
}

/// Whether the text starts and ends with a character of `edge` and has only those and `inner` between.
fn is_word(text: &str, edge: fn(u8) -> bool, inner: &[u8]) -> bool {
    let bytes = text.as_bytes();
    match (bytes.first(), bytes.last()) {
        (Some(&first), Some(&last)) => {
            edge(first) && edge(last) && bytes.iter().all(|&byte| edge(byte) || inner.contains(&byte))
        }
        _ => false,
    }
}

fn is_label(text: &str) -> bool {
    is_word(text, is_lower, b"-")
}

fn is_subdomain(text: &str) -> bool {
    text.split('.').all(is_label)
}

fn is_qualified(text: &str) -> bool {
    is_word(text, |byte| byte.is_ascii_alphanumeric(), b"-_.")
}

/// A DNS label: `IsDNS1123Label`.
pub fn dns_label(text: &str) -> Vec<String> {
    let mut reasons = Vec::new();
    if text.len() > 63 {
        reasons.push("must be no more than 63 characters".to_owned());
    }
    if !is_label(text) {
        let reason = if is_subdomain(text) {
            "must not contain dots".to_owned()
        } else {
            regex(
                "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start \
                 and end with an alphanumeric character",
                LABEL,
                &["my-name", "123-abc"],
            )
        };
        reasons.push(reason);
    }
    reasons
}

/// A DNS subdomain: `IsDNS1123Subdomain`.
pub fn dns_subdomain(text: &str) -> Vec<String> {
    subdomain(text, "characters")
}

fn subdomain(text: &str, unit: &str) -> Vec<String> {
    let mut reasons = Vec::new();
    if text.len() > 253 {
        reasons.push(format!("must be no more than 253 {unit}"));
    }
    if !is_subdomain(text) {
        let message = "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', \
                       and must start and end with an alphanumeric character";
        reasons.push(regex(message, SUBDOMAIN, &["example.com"]));
    }
    reasons
}

/// A DNS subdomain in which labels may have `_`, and start with one: `IsDNS1123SubdomainWithUnderscore`.
pub fn dns_subdomain_with_underscore(text: &str) -> Vec<String> {
    let is_label = |label: &str| is_word(label.strip_prefix('_').unwrap_or(label), is_lower, b"-_");
    let mut reasons = Vec::new();
    if text.len() > 253 {
        reasons.push("must be no more than 253 characters".to_owned());
    }
    if !text.split('.').all(is_label) {
        let message = "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '_', '-' or \
                       '.', and must start and end with an alphanumeric character";
        let pattern = "_?[a-z0-9]([-_a-z0-9]*[a-z0-9])?(\\._?[a-z0-9]([-_a-z0-9]*[a-z0-9])?)*";
        reasons.push(regex(message, pattern, &["example.com"]));
    }
    reasons
}

/// A DNS subdomain to which more is appended, so that it may end with `-`: `NameIsDNSSubdomain` with a prefix.
pub fn dns_subdomain_prefix(text: &str) -> Vec<String> {
    if text.len() > 1 && text.ends_with('-') {
        return dns_subdomain(&format!("{}a", &text[..text.floor_char_boundary(text.len() - 2)]));
    }
    dns_subdomain(text)
}

/// A label key, and everything else that is called a qualified name: `IsLabelKey`.
pub fn qualified_name(text: &str) -> Vec<String> {
    const MESSAGE: &str = "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an \
                           alphanumeric character";
    const EXAMPLES: &[&str] = &["MyName", "my.name", "123-abc"];
    let mut reasons = Vec::new();
    let mut parts = text.split('/');
    let name = match (parts.next(), parts.next(), parts.next()) {
        (Some(name), None, _) => name,
        (Some(prefix), Some(name), None) => {
            if prefix.is_empty() {
                reasons.push("prefix part must be non-empty".to_owned());
            } else {
                let prefix_reasons = subdomain(prefix, "bytes");
                reasons.extend(prefix_reasons.into_iter().map(|reason| format!("prefix part {reason}")));
            }
            name
        }
        _ => {
            let syntax = regex(MESSAGE, QUALIFIED, EXAMPLES);
            let optional = "with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')";
            return vec![format!("a valid label key {syntax} {optional}")];
        }
    };
    if name.is_empty() {
        reasons.push("name part must be non-empty".to_owned());
    } else if name.len() > 63 {
        reasons.push("name part must be no more than 63 bytes".to_owned());
    }
    if !is_qualified(name) {
        reasons.push(format!("name part {}", regex(MESSAGE, QUALIFIED, EXAMPLES)));
    }
    reasons
}

/// A label value: `IsLabelValue`.
pub fn label_value(text: &str) -> Vec<String> {
    let mut reasons = Vec::new();
    if text.len() > 63 {
        reasons.push("must be no more than 63 bytes".to_owned());
    }
    if !text.is_empty() && !is_qualified(text) {
        let message = "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', \
                       and must start and end with an alphanumeric character";
        reasons.push(regex(message, &format!("({QUALIFIED})?"), &["MyValue", "my_value", "12345"]));
    }
    reasons
}

/// The name of a port: `IsValidPortName`.
pub fn port_name(text: &str) -> Vec<String> {
    let mut reasons = Vec::new();
    if text.len() > 15 {
        reasons.push("must be no more than 15 characters".to_owned());
    }
    if text.is_empty() || !text.bytes().all(|byte| is_lower(byte) || byte == b'-') {
        reasons.push("must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)".to_owned());
    }
    if !text.bytes().any(|byte| byte.is_ascii_lowercase()) {
        reasons.push("must contain at least one letter (a-z)".to_owned());
    }
    if text.contains("--") {
        reasons.push("must not contain consecutive hyphens".to_owned());
    }
    if text.starts_with('-') || text.ends_with('-') {
        reasons.push("must not begin or end with a hyphen".to_owned());
    }
    reasons
}

/// The name of an environment variable: since Kubernetes 1.32 nearly anything (`IsRelaxedEnvVarName`), before that
/// what shells take and `-` and `.` (`IsEnvVarName`).
pub fn env_name(text: &str, minor: u8) -> Vec<String> {
    let mut reasons = Vec::new();
    if minor >= 32 {
        if text.is_empty() {
            reasons.push("environment variable name must be non-empty".to_owned());
        }
        if !text.bytes().all(|byte| (b' '..=b'~').contains(&byte) && byte != b'=') {
            let message = "a valid environment variable name must consist only of printable ASCII characters other \
                           than '='";
            reasons.push(message.to_owned());
        }
        return reasons;
    }
    let is_start = |byte: u8| byte.is_ascii_alphabetic() || b"-._".contains(&byte);
    let fits = text.bytes().next().is_some_and(is_start)
        && text.bytes().all(|byte| is_start(byte) || byte.is_ascii_digit());
    if !fits {
        let message = "a valid environment variable name must consist of alphabetic characters, digits, '_', '-', or \
                       '.', and must not start with a digit";
        reasons.push(regex(
            message,
            "[-._a-zA-Z][-._a-zA-Z0-9]*",
            &["my.env-name", "MY_ENV.NAME", "MyEnvName1"],
        ));
    }
    reasons.extend(parent_directory(text));
    reasons
}

/// A key of a ConfigMap or Secret: `IsConfigMapKey`.
pub fn config_key(text: &str) -> Vec<String> {
    let mut reasons = Vec::new();
    if text.len() > 253 {
        reasons.push("must be no more than 253 characters".to_owned());
    }
    if text.is_empty() || !text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._".contains(&byte)) {
        let message = "a valid config key must consist of alphanumeric characters, '-', '_' or '.'";
        reasons.push(regex(message, "[-._a-zA-Z0-9]+", &["key.name", "KEY_NAME", "key-name"]));
    }
    reasons.extend(parent_directory(text));
    reasons
}

fn parent_directory(text: &str) -> Option<String> {
    match text {
        "." => Some("must not be '.'".to_owned()),
        ".." => Some("must not be '..'".to_owned()),
        _ => text.starts_with("..").then(|| "must not start with '..'".to_owned()),
    }
}

/// The name of an HTTP header: `IsHTTPHeaderName`.
pub fn header_name(text: &str) -> Vec<String> {
    let fits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    let message = "a valid HTTP header must consist of alphanumeric characters or '-'";
    (!fits).then(|| regex(message, "[-A-Za-z0-9]+", &["X-Header-Name"])).into_iter().collect()
}

/// The path of `managedBy`, after its host: `IsDomainPrefixedPath`.
pub fn http_path(text: &str) -> Vec<String> {
    let fits = !text.is_empty()
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"/-._~%!$&'()*+,;=:".contains(&byte));
    (!fits).then(|| regex("Invalid path", r"[A-Za-z0-9/\-._~%!$&'()*+,;=:]+", &[])).into_iter().collect()
}

/// A sysctl, with `.` or `/` between its parts: `IsValidSysctlName`.
pub fn is_sysctl(text: &str) -> bool {
    text.len() <= 253 && text.split(['.', '/']).all(|part| is_word(part, is_lower, b"-_"))
}

/// Returns the DNS name that is most like a text.
pub(crate) fn dns_name(text: &str) -> String {
    let lower = text.to_lowercase();
    let fits = |it: char| it.is_ascii_lowercase() || it.is_ascii_digit() || it == '.';
    let name: String = lower.chars().map(|it| if fits(it) { it } else { '-' }).collect();
    name.trim_matches(['-', '.']).to_owned()
}
