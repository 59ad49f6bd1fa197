//! Reads `.batchlint.yaml`, through the same document layer as manifests, so that every error has its place.

mod admission;
pub mod extends;
mod rules;

use crate::diagnostic::registry::Registry;
use std::path::Path;
use std::sync::Arc;

use super::Config;
use super::ExcludedFiles;
use super::Override;
use super::Preset;
use crate::manifest::document::{self, Document, DuplicateCause, Entry, Node, SyntaxError, Value};

use crate::schema::version::Version;
use crate::text::nearest::nearest;
use crate::text::pattern::Pattern;
use crate::text::source::Source;
use crate::text::span::Span;

/// The name of the file that is looked for, upward from each input.
pub const FILE_NAME: &str = FILE_NAMES[0];

/// The names that it may have; a directory has one such file.
pub const FILE_NAMES: [&str; 2] = [".batchlint.yaml", ".batchlint.yml"];

/// Says that a rule about whole files cannot be turned off.
pub fn never_off(id: &str) -> String {
    format!("`{id}` cannot be turned off: unreadable input is always reported")
}

/// The most overrides, each of which is held against each file.
const MAX_OVERRIDES: usize = 1000;

/// The keys at the top.
const KEYS: &[&str] = &[
    "extends",
    "preset",
    "kubernetes-version",
    "gitops",
    "exclude",
    "rules",
    "overrides",
    "suppressions",
    "admission",
];

/// Whether a file is a configuration, by its name.
pub fn is_configuration(path: &Path) -> bool {
    path.file_name().is_some_and(|name| FILE_NAMES.iter().any(|known| name == *known))
}

/// Reads a configuration file into `config`, over what earlier ones have set there. What it extends has been read before.
///
/// # Errors
/// Gives every mistake with its place.
pub fn read_into(source: &Arc<Source>, config: &mut Config) -> Result<(), Vec<ConfigError>> {
    let mut reader = Reader { source, registry: config.registry, errors: Vec::new() };
    config.exclude.push(ExcludedFiles::default());
    let stream = document::read(source);
    for problem in &stream.problems {
        let SyntaxError { message, help, span, .. } = &problem.error;
        match help {
            Some(help) => reader.error_at(*span, &format!("{message} ({help})")),
            None => reader.error_at(*span, message),
        }
    }
    match stream.documents.as_slice() {
        [document] => {
            reader.duplicates(document);
            reader.top_level(document.root(), config);
        }
        [_, second, ..] => reader.type_error(second.root(), "a configuration must be a single document"),
        [] => {}
    }
    if reader.errors.is_empty() { Ok(()) } else { Err(reader.errors) }
}

/// Something in a configuration that cannot be meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfigError {
    /// Where it is.
    pub span: Span,
    /// What is wrong, in one sentence.
    pub message: String,
}

struct Reader<'s> {
    source: &'s Source,
    registry: Registry,
    errors: Vec<ConfigError>,
}

impl Reader<'_> {
    /// Returns where something is written, as people are told: `.batchlint.yaml:7`.
    fn origin(&self, span: Span) -> Arc<str> {
        format!("{}:{}", self.source.name, self.source.positions(span).0.line).into()
    }

    fn error_at(&mut self, span: Span, message: &str) {
        self.errors.push(ConfigError { span, message: message.to_owned() });
    }

    fn type_error(&mut self, node: Node<'_>, message: &str) {
        self.error_at(node.span(), message);
    }

    /// Reports keys that are written twice: which of the two is meant, nobody knows.
    fn duplicates(&mut self, document: &Document) {
        let duplicates = document.root().duplicates().iter();
        for duplicate in duplicates.filter(|it| it.cause != DuplicateCause::OverridesMerge) {
            let (key, line) = (document.kept(duplicate).1.key, self.source.positions(duplicate.first).0.line);
            let message = format!("`{key}` appears twice, first in line {line}: keep only the one you mean");
            self.error_at(duplicate.second, &message);
        }
    }

    fn unknown_key(&mut self, entry: Entry<'_>, known: &[&str]) {
        let message = match nearest(entry.key, known.iter().copied()) {
            Some(near) => format!("there is no setting `{}`; did you mean `{near}`?", entry.key),
            None => format!("there is no setting `{}`; the settings are `{}`", entry.key, known.join("`, `")),
        };
        self.error_at(entry.key_span, &message);
    }

    fn top_level(&mut self, root: Node<'_>, config: &mut Config) {
        if root.value() != Value::Map {
            self.type_error(root, "a configuration must be a mapping");
        }
        for entry in root.entries().filter(|entry| !entry.value.is_null()) {
            let value = entry.value;
            match entry.key {
                "extends" => _ = self.extends(value),
                "preset" => {
                    let found = Preset::ALL.into_iter().find(|preset| value.text() == Some(preset.as_str()));
                    match found {
                        Some(preset) => config.preset = preset,
                        None => self.type_error(value, "a preset must be `default`, `strict` or `security`"),
                    }
                    config.origins.insert("preset", self.origin(entry.key_span));
                }
                "kubernetes-version" => {
                    match written(value).map(str::parse::<Version>) {
                        Some(Ok(version)) => config.assumptions.kubernetes_version = version,
                        Some(Err(error)) => self.type_error(value, &error.to_string()),
                        None => self.type_error(value, "a Kubernetes version must be written like `1.36`"),
                    }
                    config.origins.insert("kubernetes-version", self.origin(entry.key_span));
                }
                "gitops" => {
                    config.assumptions.gitops = self.boolean(value);
                    config.origins.insert("gitops", self.origin(entry.key_span));
                }
                "exclude" => self.exclude(value, config),
                "rules" => {
                    for (id, setting) in self.rules(value) {
                        config.rules.entry(id).or_default().push(setting);
                    }
                }
                "overrides" => self.overrides(value, config),
                "suppressions" => self.suppressions(value, config),
                "admission" => self.admission(value, &mut config.admission),
                _ => self.unknown_key(entry, KEYS),
            }
        }
    }

    fn overrides(&mut self, node: Node<'_>, config: &mut Config) {
        let file = config.exclude.len() - 1;
        let own = self.list(node, |reader, item| Override { file, ..reader.override_(item) });
        config.overrides.extend(own);
        if config.overrides.len() > MAX_OVERRIDES {
            self.type_error(node, &format!("there are more than {MAX_OVERRIDES} overrides"));
        }
    }

    fn suppressions(&mut self, node: Node<'_>, config: &mut Config) {
        for entry in node.entries() {
            match entry.key {
                "require-reason" => {
                    config.suppressions.require_reason = self.boolean(entry.value);
                    config.origins.insert("require-reason", self.origin(entry.key_span));
                }
                "forbidden" => {
                    let read = |reader: &mut Self, item: Node<'_>| {
                        Some((reader.rule_id(item)?, reader.origin(item.span())))
                    };
                    let ids = self.list(entry.value, read);
                    config.suppressions.forbidden.extend(ids.into_iter().flatten());
                }
                _ => self.unknown_key(entry, &["require-reason", "forbidden"]),
            }
        }
    }

    fn override_(&mut self, node: Node<'_>) -> Override {
        let mut result = Override::default();
        if node.value() != Value::Map {
            self.type_error(
                node,
                "an override must be a mapping with `paths`, `namespaces` or `names`, and `rules`",
            );
        }
        for entry in node.entries() {
            match entry.key {
                "paths" => result.paths = self.selector(entry),
                "namespaces" => result.namespaces = self.selector(entry),
                "names" => result.names = self.selector(entry),
                "rules" => result.rules = self.rules(entry.value),
                "reason" => _ = self.text(entry.value),
                _ => self.unknown_key(entry, &["paths", "namespaces", "names", "rules", "reason"]),
            }
        }
        self.selects(node, &["paths", "namespaces", "names"]);
        result
    }

    fn rule_id(&mut self, node: Node<'_>) -> Option<&'static str> {
        match self.registry.named(&self.text(node)?) {
            Ok(rule) => Some(rule.id),
            Err(error) => {
                self.type_error(node, &error.to_string());
                None
            }
        }
    }

    fn patterns(&mut self, node: Node<'_>) -> Vec<Pattern> {
        let patterns = self.list(node, |reader, item| {
            let text = reader.text(item)?;
            reader.pattern(&text, item.span())
        });
        patterns.into_iter().flatten().collect()
    }

    /// Reads the patterns by which an override selects what it applies to. A list may be empty because a template fills it in
    /// with nothing, and would then select everything.
    fn selector(&mut self, entry: Entry<'_>) -> Vec<Pattern> {
        if entry.value.value() == Value::List && entry.value.items().len() == 0 {
            self.empty_selector(entry);
        }
        self.patterns(entry.value)
    }

    fn empty_selector(&mut self, entry: Entry<'_>) {
        let key = entry.key;
        let message = format!(
            "`{key}` must have at least one pattern; write `\"*\"` if the override is for all of them"
        );
        self.type_error(entry.value, &message);
    }

    /// Reports an override that selects nothing by any of these keys, and would apply to everything.
    fn selects(&mut self, node: Node<'_>, keys: &[&str]) {
        if node.value() == Value::Map && keys.iter().all(|key| node.get(key).is_none()) {
            let message = format!("an override needs at least one of `{}`", keys.join("`, `"));
            self.error_at(node.head(), &message);
        }
    }

    fn exclude(&mut self, node: Node<'_>, config: &mut Config) {
        let Some(ExcludedFiles { exclude, origins }) = config.exclude.last_mut() else { return };
        self.list(node, |reader, item| match reader.text(item).map(|text| exclude.add(text)) {
            Some(Err(error)) => reader.type_error(item, &error.to_string()),
            _ => origins.push(reader.origin(item.span())),
        });
    }

    fn list<T>(&mut self, node: Node<'_>, mut read: impl FnMut(&mut Self, Node<'_>) -> T) -> Vec<T> {
        if node.value() != Value::List {
            self.type_error(node, "this setting must be a list");
        }
        node.items().map(|item| read(self, item)).collect()
    }

    fn text(&mut self, node: Node<'_>) -> Option<String> {
        if node.text().is_none() {
            self.type_error(
                node,
                "this setting must be a string; put it in quotes if YAML reads it as something else",
            );
        }
        node.text().map(str::to_owned)
    }

    fn boolean(&mut self, node: Node<'_>) -> bool {
        match node.value() {
            Value::Bool(value) => value,
            _ => {
                self.type_error(node, "this setting must be `true` or `false`");
                false
            }
        }
    }
}

/// Returns a string, or a number as it is written: `1.30` is not 1.3 here.
fn written<'d>(node: Node<'d>) -> Option<&'d str> {
    match node.value() {
        Value::Int(_) | Value::Float(_) => Some(node.raw()),
        _ => node.text(),
    }
}
