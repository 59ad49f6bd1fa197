//! Credentials in headers of HTTP: `Authorization: Bearer …`, `authorization=Basic …,api-key=…`, `Cookie: session=…`.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;

use std::sync::LazyLock;

use super::chance::{is_plain_word, is_random};
use super::promise::{is_expression, is_secret, is_stand_in, words};
use crate::text::finder::Finder;

/// Headers of services that give a key another name than one.
const NAMES: [&str; 5] = [
    "ocp-apim-subscription-key",
    "x-honeycomb-team",
    "x-auth",
    "x-scope-orgkey",
    "x-shared-access-signature",
];

/// Whether a text may have a header whose name does not say that it holds a credential, or a scheme without a header.
pub(super) fn may_be_in(text: &str) -> bool {
    static PARTS: LazyLock<Finder> =
        LazyLock::new(|| Finder::new(NAMES.into_iter().chain(["cookie", "basic "])));
    PARTS.is_in(text)
}

/// Returns the credential in the value of a header: what follows the scheme in `Authorization`, the value of a cookie, else
/// all of it.
pub(super) fn credential<'t>(name: &str, value: &'t str) -> Option<&'t str> {
    let value = value.trim();
    if let Some(rest) = with_scheme(value) {
        return Some(rest);
    }
    let is = |names: &[&str]| names.iter().any(|it| name.eq_ignore_ascii_case(it));
    if is(&["authorization", "proxy-authorization"]) {
        let rest = value.split_once(' ').map_or(value, |it| it.1.trim());
        return is_secret("token", rest).then_some(rest);
    }
    if is(&["cookie", "set-cookie"]) {
        let pairs = value.split(';').filter_map(|pair| pair.split_once('='));
        return pairs.map(|it| it.1.trim()).find(|it| it.len() >= 12 && is_secret("token", it));
    }
    (is_secret(name, value) || is(&NAMES) && is_secret("token", value)).then_some(value)
}

/// Finds the credentials in headers, one on a line or several with commas between them.
pub(super) fn in_text(text: &str) -> Vec<(&str, &str)> {
    let mut found = Vec::new();
    for line in text.lines() {
        if let Some(header) = header(line).filter(|it| !is_plain_word(it.1) && !is_code(it.1)) {
            found.push(header);
            continue;
        }
        found.extend(line.split(',').filter_map(|pair| {
            let (name, value) = pair.split_once('=')?;
            let value = value.trim().trim_matches(['"', '\'']);
            if is_code(value) {
                return None;
            }
            Some((name.trim(), credential(name.trim(), value).filter(|_| is_header_name(name.trim()))?))
        }));
        if found.is_empty() {
            found.extend(with_scheme(line.trim()).map(|it| ("", it)));
        }
    }
    found
}

/// Whether the value of a line is an expression of a program: `'password': os.environ['DB_PASSWORD']`.
fn is_code(value: &str) -> bool {
    value.contains(['$', '`', '\'', '"', '(', '[', '{']) || is_expression(value)
}

/// Splits `Authorization: Bearer …` and `http.extraHeader=Authorization: Bearer …`.
pub(super) fn header(text: &str) -> Option<(&str, &str)> {
    let (name, value) = text.split_once(':')?;
    let name = name.rsplit('=').next().unwrap_or(name).trim().trim_matches(['"', '\'']);
    let value = credential(name, value.trim().trim_matches(['"', '\'']))?;
    // `-storepass:env` is a flag.
    (is_header_name(name) && !name.starts_with('-')).then_some((name, value))
}

fn is_header_name(name: &str) -> bool {
    !name.is_empty() && name.bytes().all(|it| it.is_ascii_alphanumeric() || b"-_".contains(&it))
}

/// Returns the credential behind a scheme that is all of a text: `Bearer …`, `Basic …`.
fn with_scheme(text: &str) -> Option<&str> {
    let (scheme, rest) = text.split_once(' ')?;
    let rest = rest.trim();
    let is = |schemes: &[&str]| schemes.iter().any(|it| scheme.eq_ignore_ascii_case(it));
    let is_token = || {
        let bytes = rest.bytes().all(|it| it.is_ascii_alphanumeric() || b"-._~+/=:|".contains(&it));
        rest.len() >= 12 && bytes && is_random(rest) && is_secret("token", rest)
    };
    let is_credential = is(&["basic"]) && decode_login(rest).is_some()
        || is(&["bearer", "token", "apikey", "api-key", "key", "basic"]) && is_token();
    is_credential.then_some(rest)
}

/// Whether a value is a user and a password in base64 under a name for that: `auth`, `_auth`.
pub(super) fn is_encoded_login(name: &str, value: &str) -> bool {
    words(name).last().is_some_and(|it| it == "AUTH") && decode_login(value).is_some()
}

/// Decodes `user:password` in base64.
fn decode_login(text: &str) -> Option<String> {
    // Nobody has a longer name or password.
    if !(8..=512).contains(&text.len()) {
        return None;
    }
    let decoded = String::from_utf8(STANDARD_NO_PAD.decode(text.trim_end_matches('=')).ok()?).ok()?;
    let (user, password) = decoded.split_once(':')?;
    let is_text = !decoded.chars().any(char::is_control);
    (is_text && !user.is_empty() && !password.is_empty() && !is_stand_in(password)).then_some(decoded)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_header_has_its_credential_behind_the_scheme() {
        let headers = [
            ("Authorization: Bearer hunter2Zx9QkAbc", "hunter2Zx9QkAbc"),
            ("authorization=Basic YXBwOmh1bnRlcjI=", "YXBwOmh1bnRlcjI="),
            ("x-tenant=shop,api-key=hunter2Zx9QkAbc", "hunter2Zx9QkAbc"),
            ("X-Honeycomb-Team: hunter2Zx9QkAbc", "hunter2Zx9QkAbc"),
            ("Cookie: lang=en; session=hunter2Zx9QkAbc", "hunter2Zx9QkAbc"),
            ("Basic YXBwOmh1bnRlcjI=", "YXBwOmh1bnRlcjI="),
            ("http.extraHeader=Authorization: Token hunter2Zx9QkAbc", "hunter2Zx9QkAbc"),
            ("Accept: */*\nX-Auth: hunter2Zx9QkAbc", "hunter2Zx9QkAbc"),
        ];
        for (text, credential) in headers {
            assert_eq!(in_text(text).first().map(|it| it.1), Some(credential), "{text}");
        }
    }

    #[test]
    fn other_headers_have_none() {
        let headers = [
            "Authorization: Bearer $(TOKEN)",
            "Authorization: Bearer ${TOKEN}",
            "Authorization: Bearer <token>",
            "authorization=Basic $(AUTH)",
            "Content-Type: application/json",
            "x-tenant=shop,x-token-type=jwt",
            "Cookie: lang=en; theme=dark",
            "Basic authentication",
            "Bearer tokens are read from /run/token",
            "Token bucket2: 100 per second",
            "'password': os.environ.get('DB_PASSWORD'),",
            "\"password\": process.env.DB_PASSWORD,",
            "'token': get_secret(\"db\"),",
            "Host: token.example.com:8443",
            "password = os.environ['DB_PASSWORD']",
            "token = get(\"token2\")",
        ];
        for text in headers {
            assert_eq!(in_text(text), [("", ""); 0], "{text}");
        }
    }
}
