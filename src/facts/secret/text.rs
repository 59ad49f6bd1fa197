//! Credentials in a text, whatever it is: the value of a variable, an argument, an annotation.

use std::collections::HashSet;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};

use super::arguments::{behind_names, may_start_tool};
use super::chance::is_plain_word;
use super::detected::{Known, Parts, Secret, Within};
use super::promise::{is_expression, may_promise};
use super::shape::{self, tokens};
use super::tools::tool_name;
use super::{connection, headers, literals, settings, sql, url};
use crate::manifest::document::Node;
use crate::text::percent;
use crate::text::span::range_in;

/// A credential in a text.
#[derive(Clone, Copy)]
pub(super) struct Found<'t> {
    /// What it stands behind, empty where nothing does.
    pub name: &'t str,
    /// The part of the text that it is.
    pub text: &'t str,
    /// What it is, where its shape tells.
    pub shape: Option<&'static str>,
    /// Whether it stands in an address.
    pub in_url: bool,
}

impl<'t> Found<'t> {
    pub(super) fn named((name, text): (&'t str, &'t str)) -> Self {
        Found { name, text, shape: shape::shape(text), in_url: false }
    }

    fn unnamed(text: &'t str) -> Self {
        Found::named(("", text))
    }

    fn in_url(text: &'t str) -> Self {
        Found { in_url: true, ..Found::unnamed(text) }
    }
}

/// Finds the credentials in a text that belongs to this name.
pub(super) fn search<'t>(name: &str, text: &'t str) -> Vec<Found<'t>> {
    let mut found = by_shape(text);
    found.extend(by_name(name, text));
    found
}

/// Finds the credentials that tell by themselves: passwords in addresses, tokens, what base64 hides.
pub(super) fn by_shape(text: &str) -> Vec<Found<'_>> {
    let mut found = plain_shapes(text);
    found.extend(encoded(text));
    found.extend(escaped(text));
    found
}

fn plain_shapes(text: &str) -> Vec<Found<'_>> {
    let mut found: Vec<_> = url::passwords(text).into_iter().map(Found::in_url).collect();
    let tokens = tokens(text).into_iter();
    found.extend(tokens.map(|(shape, text)| Found { name: "", text, shape: Some(shape), in_url: false }));
    found
}

/// Finds the credentials in JSON or lines of settings, and those that tell by themselves.
pub(super) fn in_data(text: &str) -> Vec<Found<'_>> {
    plain_shapes(text).into_iter().chain(settings::in_file(text).into_iter().map(Found::named)).collect()
}

/// Finds the credentials that tell by what stands before them.
pub(super) fn by_name<'t>(name: &str, text: &'t str) -> Vec<Found<'t>> {
    let mut found = Vec::new();
    if text.contains(['@', '&']) || may_promise(text) || headers::may_be_in(text) {
        // What says most of the place goes first.
        found.extend(sql::passwords(text).into_iter().map(Found::named));
        found.extend(settings::in_file(text).into_iter().map(Found::named));
        found.extend(headers::in_text(text).into_iter().map(Found::named));
        found.extend(connection::in_text(text).into_iter().map(Found::unnamed));
        found.extend(literals::in_code(text).into_iter().map(Found::named));
        found.extend(in_options(None, text));
        if !found.is_empty() {
            let variables = assigned_names(text);
            found.retain(|it| is_quoted(text, it.text) || !variables.contains(bare(it.text)));
        }
    } else if text.contains(" -") || text.starts_with('-') || may_start_tool(text) {
        // `MYSQL_OPTS: -uroot -phunter2`
        let tool = name.split('_').next().and_then(|it| tool_name(&it.to_ascii_lowercase()));
        found.extend(in_options(tool, text));
    }
    found
}

/// Returns the names to which a program assigns: `const dockerHubToken = …`. In `password: dockerHubToken` they are not values.
fn assigned_names(text: &str) -> HashSet<&str> {
    let is_name = |it: char| it.is_ascii_alphanumeric() || matches!(it, '_' | '$');
    let names = text.match_indices(" = ").map(|(at, _)| {
        let start = text[..at].trim_end_matches(is_name).len();
        &text[start..at]
    });
    names.filter(|it| !it.is_empty()).collect()
}

/// Whether a part of a text stands in quotation marks.
fn is_quoted(text: &str, part: &str) -> bool {
    let before = range_in(text, part).and_then(|it| it.start.checked_sub(1));
    before.is_some_and(|at| matches!(text.as_bytes()[at], b'"' | b'\'' | b'`'))
}

fn bare(value: &str) -> &str {
    value.trim_end_matches([',', ';', ')', '}'])
}

/// Finds the credentials in the options of a program, each line for itself.
fn in_options<'t>(tool: Option<&'static str>, text: &'t str) -> Vec<Found<'t>> {
    let mut found = Vec::new();
    for line in text.lines() {
        let words: Vec<&'t str> = tool.into_iter().chain(words(line)).collect();
        // A word is what people write behind the name of an option in a sentence, but for `-Dpassword=left-horse`.
        let is_value = |it: &(&str, &str)| {
            !it.1.contains(['$', '`'])
                && !is_expression(it.1)
                && (!is_plain_word(it.1) || it.0.starts_with('-') && is_assigned(line, it.0))
        };
        found.extend(behind_names(&words).into_iter().filter(is_value).map(Found::named));
    }
    found
}

/// Whether an equals sign follows the name of an option in its line.
fn is_assigned(line: &str, name: &str) -> bool {
    range_in(line, name).and_then(|it| line.as_bytes().get(it.end)) == Some(&b'=')
}

/// Splits a line into words, as a shell does with quotation marks; marks around a whole word are removed.
fn words(line: &str) -> impl Iterator<Item = &str> {
    let mut quote = None;
    let words = line.split(move |it: char| {
        match quote {
            Some(open) if open == it => quote = None,
            None if matches!(it, '"' | '\'') => quote = Some(it),
            _ => {}
        }
        quote.is_none() && it.is_whitespace()
    });
    words.map(|word| word.trim_end_matches(';').trim_matches(['"', '\''])).filter(|word| !word.is_empty())
}

/// Base64 that hides something is not shorter.
const SHORTEST_ENCODED: usize = 20;

/// Finds the words in base64 that hold a credential: they are decoded once.
fn encoded(text: &str) -> Vec<Found<'_>> {
    let is_digit = |it: u8| it.is_ascii_alphanumeric() || b"+/_-".contains(&it);
    let held = shape::runs(text, is_digit, SHORTEST_ENCODED).filter_map(|word| {
        let decoded = decode(word)?;
        let inner = plain_shapes(&decoded).into_iter().chain(by_name("", &decoded)).next()?;
        let what = match inner.shape {
            Some(shape) => shape,
            None if inner.in_url => "a password in base64",
            None => "a credential in base64",
        };
        Some(Found { name: "", text: word, shape: Some(what), in_url: false })
    });
    held.collect()
}

/// Finds a credential in a text with `%22` for quotation marks, `%3D` for `=` or `%3A%2F%2F` for `://`, unless the text shows it
/// undecoded: it is all of the text.
fn escaped(text: &str) -> Option<Found<'_>> {
    let is_escaped = ["%22", "%3D", "%3d", "%3A%2F%2F", "%3a%2f%2f"].iter().any(|it| text.contains(it));
    let decoded = is_escaped.then(|| percent::decode(text))??;
    let mut found = plain_shapes(&decoded);
    found.extend(by_name("", &decoded));
    let shown = |it: Found<'_>| percent::decode(it.text).unwrap_or_else(|| it.text.to_owned());
    let shown: HashSet<String> = plain_shapes(text).into_iter().chain(by_name("", text)).map(shown).collect();
    let inner = found.into_iter().find(|it| !shown.contains(it.text))?;
    Some(Found {
        name: "",
        text,
        shape: Some(inner.shape.unwrap_or("a credential in percent-encoding")),
        in_url: false,
    })
}

/// Decodes base64 that holds a text.
fn decode(word: &str) -> Option<String> {
    // Most long words are names, and their first bytes say so.
    let is_text =
        |bytes: &[u8]| bytes.iter().all(|it| matches!(it, b' '..=b'~' | b'\n' | b'\r' | b'\t' | 0x80..));
    let first = STANDARD_NO_PAD.decode(&word[..16]).or_else(|_| URL_SAFE_NO_PAD.decode(&word[..16])).ok()?;
    if !is_text(&first) {
        return None;
    }
    let whole = STANDARD_NO_PAD.decode(word).or_else(|_| URL_SAFE_NO_PAD.decode(word)).ok()?;
    String::from_utf8(whole).ok().filter(|it| is_text(it.as_bytes()))
}

/// Returns what was found in the text of a node as credentials there, each part once.
pub(super) fn at<'d>(
    found: Vec<Found<'d>>,
    name: &'d str,
    value: Node<'d>,
    within: Within,
) -> Vec<Secret<'d>> {
    let (mut known, mut parts) = (Known::default(), Parts::default());
    let found = found.into_iter().filter(|it| known.add(value, it.text));
    found
        .map(|Found { text, shape, in_url, .. }| Secret {
            name,
            value,
            text,
            part: parts.place(value, text),
            shape,
            within: if in_url { Within::Url } else { within },
        })
        .collect()
}
