//! How values and keys are written.

use serde_json::Value as Json;

use crate::manifest::document::resolve::{Scalar, plain};
use crate::manifest::document::{Node, Style};

/// Whether keys and texts below or next to the node are written in `"`, as JSON has them.
pub(super) fn is_quoted(node: Node<'_>) -> bool {
    let source = &node.document.source.text;
    let first = node.entries().next();
    match first.filter(|_| node.style() == Style::Flow) {
        Some(entry) => entry.key_span.text(source).starts_with('"'),
        None => node.document.is_json(),
    }
}

/// Writes a value on one line, as JSON or as YAML in flow style.
pub(super) fn value(value: &Json, quoted: bool) -> String {
    match value {
        Json::String(text) if !quoted => scalar(text),
        Json::Array(items) if !quoted => {
            let items: Vec<_> = items.iter().map(|item| self::value(item, quoted)).collect();
            format!("[{}]", items.join(", "))
        }
        other => other.to_string(),
    }
}

/// Writes a text as a scalar of YAML that is a text, too, where anyone else reads it.
pub(super) fn scalar(text: &str) -> String {
    if is_plain(text) { text.to_owned() } else { Json::from(text).to_string() }
}

/// Whether a text needs no quotes, in block style or flow.
pub(super) fn is_plain(text: &str) -> bool {
    let is_letter =
        |it: u8| it.is_ascii_alphanumeric() || matches!(it, b'_' | b'.' | b'/' | b'-' | b'+' | b'@');
    let is_start = |it: char| it.is_ascii_alphanumeric() || matches!(it, '/' | '_' | '.');
    // A dash before a blank starts an item; before letters it is an option.
    let is_option =
        |it: &str| it.starts_with('-') && it.trim_start_matches('-').starts_with(char::is_alphabetic);
    (text.starts_with(is_start) || is_option(text))
        && text.bytes().all(is_letter)
        && plain(text) == Scalar::String
}

/// Writes `a: {b: value}` in the style of a flow mapping.
pub(super) fn flow(keys: &[&str], value: &str, quoted: bool) -> String {
    let quote = if quoted { "\"" } else { "" };
    match keys {
        [] => value.to_owned(),
        [key] => format!("{quote}{key}{quote}: {value}"),
        [key, rest @ ..] => format!("{quote}{key}{quote}: {{{}}}", flow(rest, value, quoted)),
    }
}

/// Writes nested lines; each level is two columns deeper, as the rest of most manifests.
pub(super) fn block(keys: &[&str], value: &str, indent: usize, line_end: &str) -> String {
    let lines = keys.iter().enumerate().map(|(depth, key)| {
        let value = if depth + 1 == keys.len() { format!(" {value}") } else { String::new() };
        format!("{:1$}{key}:{value}{line_end}", "", indent + 2 * depth)
    });
    lines.collect()
}
