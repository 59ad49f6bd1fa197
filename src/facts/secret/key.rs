//! Keys and signed tokens, which tell by their form: PEM, base64, JSON.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};

use super::chance::is_varied;
use crate::facts::secret::promise::is_stand_in;

/// The body of the token that jwt.io and every text about these tokens show.
const EXAMPLE_BODY: &str = "eyJzdWIiOiIxMjM0NTY3ODkwIiwi";

/// Whether the text is a signed JSON Web Token: a header in JSON with an `alg`, a body, a signature.
pub(super) fn is_web_token(text: &str) -> bool {
    if !text.starts_with("eyJ") {
        return false;
    }
    let parts: Vec<&str> = text.split('.').collect();
    let [header, body, signature] = parts[..] else { return false };
    let header = || serde_json::from_slice::<serde_json::Value>(&URL_SAFE_NO_PAD.decode(header).ok()?).ok();
    body.starts_with("eyJ")
        && !body.starts_with(EXAMPLE_BODY)
        && signature.len() >= 16
        && header().is_some_and(|it| it.get("alg").is_some())
}

/// Finds a private key, from its first line to its last.
pub(super) fn private_key(text: &str) -> Option<(&'static str, &str)> {
    // To look for one character first costs next to nothing, and rarely goes on.
    text.contains(' ').then_some(())?;
    let begin = text.match_indices("-----BEGIN ").map(|(at, _)| at);
    // `-----BEGIN ENCRYPTED PRIVATE KEY-----` is about the longest.
    let is_private = |at: &usize| {
        let near = &text.as_bytes()[*at..text.len().min(*at + 64)];
        let label = near.split(|it| *it == b'\n').next().unwrap_or_default();
        label.windows(11).any(|it| it == b"PRIVATE KEY")
    };
    let start = begin.into_iter().find(is_private)?;
    let rest = &text[start..];
    let end = rest.find("-----END ").and_then(|end| Some(end + 9 + rest[end + 9..].find("-----")? + 5));
    let key = &rest[..end.unwrap_or(rest.len())];
    (!is_stand_in(key)).then_some(("a private key", key))
}

/// Whether the text is a private key in base64, as the `data` of a Secret has it.
pub(super) fn is_encoded_key(text: &str) -> bool {
    let decode = || {
        let whole = text.len().min(88) / 4 * 4;
        STANDARD_NO_PAD.decode(text.get(..whole)?).ok()
    };
    text.starts_with("LS0tLS1CRUdJTi")
        && text.len() > 100
        && decode().is_some_and(|it| String::from_utf8_lossy(&it).contains("PRIVATE KEY"))
}

/// Finds the key in a connection string of Azure: 32 or 64 bytes in base64.
pub(super) fn account_key(text: &str) -> Option<(&'static str, &str)> {
    text.contains('=').then_some(())?;
    let marks = ["AccountKey=", "SharedAccessKey="];
    let starts = marks.iter().filter_map(|mark| Some(text.find(mark)? + mark.len()));
    let is_end = |it: char| !it.is_ascii_alphanumeric() && !"+/=".contains(it);
    let keys = starts.map(|start| text[start..].split(is_end).next().unwrap_or_default());
    keys.filter(|key| key.len() >= 44 && is_varied(key) && !is_stand_in(key))
        .map(|key| ("an Azure key", key))
        .next()
}
