//! Credentials in variables: whole values, in addresses and connections to databases, in headers and in base64.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;

use super::script::in_file;
use super::shape;
use super::url;
use crate::facts::secret::detected::{Parts, Secret, Within, in_url};
use crate::facts::secret::promise::{is_secret, words};
use crate::manifest::document::Node;

/// Looks at one entry of an `env`.
pub(super) fn in_env(entry: Node<'_>) -> Vec<Secret<'_>> {
    let name = entry.field("name").text().unwrap_or_default();
    let Some((value, text)) = entry.field("value").node().and_then(|it| Some((it, it.text()?))) else {
        return Vec::new();
    };
    let found = in_url(name, value);
    let shape =
        shape(text).filter(|&it| it != shape::AWS_KEY_ID || !name.to_ascii_uppercase().ends_with("_ID"));
    if !found.is_empty() {
        return found;
    }
    let whole = Secret { name, value, text, part: None, shape, within: Within::Env };
    if shape.is_some() || is_secret(name, text) {
        return vec![whole];
    }
    let mut parts = Parts::default();
    let part = |text| Secret { text, part: parts.place(value, text), ..whole };
    match encoded_shape(text) {
        Some(shape) => vec![Secret { shape: Some(shape), ..whole }],
        None => {
            let found = authorization(name, text).into_iter().chain(in_connection(text)).map(part);
            found.chain(in_text(whole)).collect()
        }
    }
}

/// Finds the credentials in a value that is JSON, or has options such as `-Ddb.password=hunter2`.
pub(super) fn in_text(whole: Secret<'_>) -> Vec<Secret<'_>> {
    let text = whole.text;
    let is_json = text.trim_start().starts_with(['{', '[']);
    let found: Vec<&str> = if is_json {
        in_file(text).into_iter().map(|it| it.1).collect()
    } else {
        text.split_whitespace().filter_map(option).collect()
    };
    let mut parts = Parts::default();
    found.into_iter().map(|it| Secret { text: it, part: parts.place(whole.value, it), ..whole }).collect()
}

/// Returns the credential in an option for a program that reads them from a variable.
fn option(word: &str) -> Option<&str> {
    let (name, value) = word.trim_matches(['"', '\'']).strip_prefix('-')?.split_once('=')?;
    let value = value.trim_matches(['"', '\'']);
    let is_made = value.contains("$(") || value.contains("${");
    (!is_made && is_secret(name, value)).then_some(value)
}

/// Says what a value holds in base64, if that is a credential by its shape or an address with a password.
fn encoded_shape(text: &str) -> Option<&'static str> {
    let is_digit = |it: u8| it.is_ascii_alphanumeric() || b"+/=".contains(&it);
    let text = text.trim();
    if text.len() < 20 || !text.bytes().all(is_digit) {
        return None;
    }
    let decoded = String::from_utf8(STANDARD_NO_PAD.decode(text.trim_end_matches('=')).ok()?).ok()?;
    let in_url = || (!url::passwords(&decoded).is_empty()).then_some("a password in base64");
    shape(&decoded).or_else(in_url)
}

/// Returns the credential in the value of a variable that holds HTTP's `Authorization`.
fn authorization<'d>(name: &str, text: &'d str) -> Option<&'d str> {
    let (scheme, rest) = text.split_once(' ')?;
    let is_header = words(name).iter().any(|it| it == "AUTHORIZATION");
    let is_scheme = ["basic", "bearer", "token"].iter().any(|it| scheme.eq_ignore_ascii_case(it));
    (is_header && is_scheme && is_secret("token", rest)).then_some(rest.trim())
}

/// Returns the passwords in the text for a connection to a database: `Server=db;User Id=app;Password=hunter2;`.
fn in_connection(text: &str) -> impl Iterator<Item = &str> {
    let pairs = text.split(';').filter_map(|pair| pair.split_once('='));
    let is_connection = text.split(';').filter(|pair| pair.contains('=')).nth(1).is_some();
    // A word before it, for `Pwd` alone is a password only behind another word.
    let is_password = |name: &str, value: &str| is_secret(&format!("connection_{}", name.trim()), value);
    pairs
        .filter(move |(name, value)| is_connection && is_password(name, value))
        .map(|(_, value)| value.trim())
}
