//! Placeholders that a template engine, `envsubst` or a person was to fill in.

use crate::document::Node;
use crate::kubernetes::schema::{Struct, Type};
use crate::kubernetes::{Version, decode};
use crate::workload::Object;

/// Maps whose values Kubernetes holds to the form of a label's value.
const LABELS: &[&str] = &["labels", "matchLabels", "nodeSelector"];

/// Texts in a form that no placeholder has. Others may hold anything: paths, commands, values for programs.
const NAMES: &[&str] =
    &["name", "generateName", "namespace", "image", "schedule", "timeZone", "hostname", "subdomain"];

/// Says whether the text holds a placeholder: `${NAME}`, `$NAME`, `$(NAME)`, `{{ name }}`, `<name>`, `__NAME__`,
/// `%NAME%`, `@NAME@` or `#{name}#`.
///
/// Meant for names, images, numbers and schedules, none of which may hold such characters. In a script or a sentence
/// most of them mean something else.
pub fn is_placeholder(text: &str) -> bool {
    is_filled_by_template(text)
        || follows(text, "$", |rest| rest.starts_with(|it: char| it.is_ascii_alphabetic() || it == '_'))
        || follows(text, "<", |rest| {
            rest.starts_with(|it: char| it.is_ascii_alphanumeric())
                && encloses(rest, ">", |it| it.is_ascii_alphanumeric() || " _.-".contains(it))
        })
        || ["__", "%", "@"].iter().any(|mark| is_marked(text, mark))
}

/// Says whether a word in capitals stands between two marks: `__MONTH__`, but not `RADARR__POSTGRES__HOST`.
fn is_marked(text: &str, mark: &str) -> bool {
    let is_inner = |it: char| it.is_ascii_alphanumeric() || it == '_';
    text.match_indices(mark).any(|(at, _)| {
        let rest = &text[at + mark.len()..];
        let end = rest.find(mark).unwrap_or_default();
        let word = &rest[..end];
        word.starts_with(|it: char| it.is_ascii_uppercase())
            && word.chars().all(|it| is_inner(it) && !it.is_ascii_lowercase())
            && !text[..at].ends_with(is_inner)
            && !rest[end + mark.len()..].starts_with(is_inner)
    })
}

/// Says whether the text holds `${…}`, `$(…)`, `{{ … }}` or `#{…}`, which no value has by chance.
pub fn is_filled_by_template(text: &str) -> bool {
    [("${", "}"), ("$(", ")"), ("{{", "}}"), ("#{", "}")]
        .iter()
        .any(|(open, close)| follows(text, open, |rest| rest.find(close).is_some_and(|at| at > 0)))
}

/// Says whether `test` holds for what follows any `mark` in the text.
fn follows(text: &str, mark: &str, test: impl Fn(&str) -> bool) -> bool {
    text.match_indices(mark).any(|(at, _)| test(&text[at + mark.len()..]))
}

/// Says whether the text goes on with one or more characters that `inner` takes, and then `close`.
fn encloses(text: &str, close: &str, inner: impl Fn(char) -> bool) -> bool {
    text.find(close).is_some_and(|end| end > 0 && text[..end].chars().all(inner))
}

/// Finds the placeholders in fields that cannot hold one: names, labels, images, schedules, words that Kubernetes
/// defines, and whatever is no text. Commands, variables, paths and annotations may hold anything.
pub fn placeholders(object: Object<'_>, version: Version) -> Vec<Node<'_>> {
    let mut found = Vec::new();
    search_struct(object.node, decode::root(object.kind), version.minor, &mut found);
    found
}

fn search_struct<'d>(node: Node<'d>, within: &Struct, minor: u8, found: &mut Vec<Node<'d>>) {
    for entry in node.entries() {
        if let Some(field) = within.field(entry.key, minor) {
            search(entry.value, &field.kind, minor, found);
        }
    }
}

fn search<'d>(node: Node<'d>, expected: &Type, minor: u8, found: &mut Vec<Node<'d>>) {
    let key = node.key().unwrap_or_default();
    match expected {
        Type::Struct(within) => search_struct(node, within, minor, found),
        Type::List { element, .. } => node.items().for_each(|item| search(item, element, minor, found)),
        // Amounts under names of resources, labels; other texts are for programs and people.
        Type::Map { value: Type::String { .. }, .. } if !LABELS.contains(&key) => {}
        Type::Map { value, .. } => node.entries().for_each(|entry| search(entry.value, value, minor, found)),
        _ => {}
    }
    let parent = node.parent().and_then(Node::key).unwrap_or_default();
    let is_free = match expected {
        Type::String { go_type: "string" } => {
            !NAMES.contains(&key) && !key.ends_with("Name") && !LABELS.contains(&parent)
        }
        Type::Any => true,
        _ => false,
    };
    if !is_free && node.text().is_some_and(is_placeholder) {
        found.push(node);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_what_was_to_be_filled_in() {
        let found = [
            "${job}",
            "wipe-${disk:-sda}",
            "$NODE",
            "app-$(BUILD_ID)",
            "{{ .Values.image }}:1",
            "{{name}}",
            "<node-hostname>",
            "registry.example.com/<your project>/app",
            "job-__MONTH__",
            "%REPLICAS%",
            "@VERSION@",
            "#{Environment}#",
        ];
        for text in found {
            assert!(is_placeholder(text), "{text}");
        }
    }

    #[test]
    fn leaves_ordinary_values_alone() {
        let other = [
            "",
            "nightly-import",
            "*/5 * * * *",
            "registry.example.com/app@sha256:0f",
            "a__b__c",
            "100%",
            "50%",
            "$",
            "$5",
            "${}",
            "a < b > c!",
            "<>",
            "{}",
            "a@b@c",
            "__init__",
            "RADARR__POSTGRES__HOST",
        ];
        for text in other {
            assert!(!is_placeholder(text), "{text}");
        }
    }
}
