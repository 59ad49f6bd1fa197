//! Credentials in variables: whole values, in addresses and connections to databases, in headers and in base64.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;

use super::expansion::{Texts, Variables};
use super::script::in_file;
use super::shape::{self, shape, tokens};
use super::url;
use crate::facts::secret::detected::{Known, Parts, Secret, Within, in_url};
use crate::facts::secret::promise::{is_secret, words};
use crate::manifest::document::Node;
use crate::manifest::workload::Container;

/// Finds the credentials in the variables of a container, and notes them as known.
pub(super) fn in_container<'d>(
    container: Container<'d>,
    variables: &mut Variables<'d>,
    known: &mut Known,
) -> Vec<Secret<'d>> {
    let mut found: Vec<_> = container.env().items().flat_map(in_env).collect();
    found.iter().for_each(|it| _ = known.add(it.value, it.text));
    let values = Texts::of(container.env().items().filter_map(|it| it.field("value").node()));
    for entry in container.env().items() {
        let Some(name) = entry.field("name").text() else { continue };
        let Some(filled) = entry.field("value").text().and_then(|it| variables.fill_in(it)) else { continue };
        for (text, within) in in_expansion(name, &filled.text) {
            if let Some(text) = filled.origin(text)
                && let Some(value) = values.node_of(text)
                && known.add(value, text)
            {
                let (part, shape) = (Parts::default().place(value, text), shape(text));
                found.push(Secret { name, value, text, part, shape, within });
            }
        }
    }
    found
}

/// Finds the credentials in the value that a variable has once others are filled in.
fn in_expansion<'t>(name: &str, text: &'t str) -> Vec<(&'t str, Within)> {
    let in_url = url::passwords(text);
    if !in_url.is_empty() {
        return in_url.into_iter().map(|it| (it, Within::Url)).collect();
    }
    if is_secret(name, text) {
        return vec![(text, Within::Env)];
    }
    let of_header = authorization(name, text).into_iter();
    let options = text.split_whitespace().filter_map(option);
    let parts = of_header.chain(in_connection(text)).chain(tokens(text).map(|it| it.1)).chain(options);
    parts.map(|it| (it, Within::Env)).collect()
}

/// Looks at one entry of an `env`.
fn in_env(entry: Node<'_>) -> Vec<Secret<'_>> {
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

/// Finds the credentials in a value that is a file of settings, in JSON, YAML or lines, or has options such as
/// `-Ddb.password=hunter2`.
pub(super) fn in_text(whole: Secret<'_>) -> Vec<Secret<'_>> {
    let text = whole.text;
    let is_json = text.trim_start().starts_with(['{', '[']);
    let options = text.split_whitespace().filter(|_| !is_json).filter_map(option);
    let found = in_file(text).into_iter().map(|it| it.1).chain(options);
    let mut parts = Parts::default();
    found.map(|it| Secret { text: it, part: parts.place(whole.value, it), ..whole }).collect()
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

/// Returns the passwords in a text that connects to a database or a broker: `Server=db;User Id=app;Password=hunter2;`,
/// `host=db user=app password=hunter2`, `app:hunter2@tcp(db:3306)/shop`.
pub(super) fn in_connection(text: &str) -> impl Iterator<Item = &str> {
    // A sentence that mentions two settings is not a connection string.
    let is_list = |separator: &char| {
        let parts = text.split(*separator).filter(|it| !it.trim().is_empty());
        let (count, pairs) =
            parts.fold((0, 0), |(all, pairs), it| (all + 1, pairs + usize::from(it.contains('='))));
        pairs > 1 && pairs * 2 >= count
    };
    let separator = [';', ',', ' '].into_iter().find(is_list);
    let pairs = separator.into_iter().flat_map(|it| text.split(it)).filter_map(|pair| pair.split_once('='));
    let of_pairs = pairs.filter_map(|(name, value)| {
        let value = value.trim().trim_end_matches(';').trim_matches(['"', '\'']);
        // A word before it, for `Pwd` alone is a password only behind another word.
        is_secret(&format!("connection_{}", name.trim()), value).then_some(value)
    });
    let user = ["@tcp(", "@unix("].into_iter().find_map(|it| text.split_once(it));
    let of_user = user.and_then(|(user, _)| user.split_once(':')).map(|(_, password)| password);
    of_pairs.chain(of_user.filter(|it| is_secret("connection_password", it)))
}
