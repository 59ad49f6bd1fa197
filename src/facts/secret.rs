//! Credentials written into a manifest: into variables, commands, addresses, annotations and labels.
//!
//! A value is one by its shape, or by a name that promises one if the value can be one. The name alone is wrong nine
//! times in ten on real manifests. What is found here is reported by `literal-secret`, `secret-in-command`,
//! `secret-in-url` and `secret-in-annotation`, and hidden by the mask, whatever rules are selected.

pub mod arguments;
pub mod chance;
pub mod command;
mod connection;
mod copies;
pub mod detected;
mod env;
mod expansion;
mod field;
mod filled_in;
mod headers;
mod input;
mod key;
mod literals;
mod metadata;
pub(crate) mod operand;
mod password_file;
pub mod promise;
mod published;
mod script;
mod settings;
pub(crate) mod shape;
mod sql;
mod text;
pub(crate) mod tools;
pub mod unchanged;
mod url;
mod webhook;

use std::collections::HashSet;

use crate::facts::secret::detected::Known;
use crate::facts::secret::detected::Parts;
use crate::facts::secret::detected::Secret;
use crate::facts::secret::detected::Within;
use crate::facts::secret::expansion::{Coverage, Variables};
use crate::manifest::document::Node;
use crate::manifest::workload::{Container, Job, Object, Pod};
use crate::shell::ScriptCache;
use crate::text::span::range_in;
use crate::text::word_list::has_word;

pub use filled_in::has_new_variables;
pub use shape::shape;

/// The credentials of an object.
pub struct Search<'d> {
    /// Those that were found: those of its containers last, in the order in which Kubernetes starts them.
    pub secrets: Vec<Secret<'d>>,
    /// Whether all of the object was searched: its variables can be too long once they are filled in.
    pub is_complete: bool,
    /// The scripts that could not be read: those of probes and hooks, and those within other scripts. That a container's own
    /// cannot be read is said by rules.
    pub unread: Vec<String>,
}

/// Finds the credentials of an object, with its scripts in `cache`.
pub fn secrets<'d>(object: Object<'d>, cache: &ScriptCache<'d>) -> Search<'d> {
    let coverage = Coverage::default();
    let mut found = field::in_others(object);
    let containers = object.job().and_then(Job::pod).into_iter().flat_map(Pod::containers);
    found.extend(containers.flat_map(|it| in_container(it, cache, &coverage)));
    let copied = in_copies(object, &found, &coverage);
    found.extend(copied);
    Search { secrets: found, is_complete: coverage.is_complete(), unread: coverage.into_unread() }
}

/// Finds the credentials that stand only in a copy of the object in an annotation: it is searched as the object is, and repeats
/// what stands elsewhere.
fn in_copies<'d>(object: Object<'d>, found: &[Secret<'d>], coverage: &Coverage) -> Vec<Secret<'d>> {
    let known: HashSet<&str> = found.iter().map(|it| it.text).collect();
    let mut seen: HashSet<String> = HashSet::new();
    let mut is_new = |text: &str| !known.contains(text) && seen.insert(text.to_owned());
    let mut only_there = Vec::new();
    for (entry, documents) in copies::in_annotations(object) {
        let (name, value) = (entry.key, entry.value);
        let whole = value.text().unwrap_or_default();
        let mut add = |text, shape| {
            only_there.push(Secret { name, value, text, part: None, shape, within: Within::Metadata });
        };
        for document in &documents {
            let copy = Object { node: document.root(), kind: object.kind };
            let cache = ScriptCache::new(copy);
            let of_containers =
                copies::containers(copy).into_iter().flat_map(|it| in_container(it, &cache, coverage));
            for secret in field::in_others(copy).into_iter().chain(of_containers) {
                if is_new(secret.text) {
                    let span = secret.part.unwrap_or(secret.value.span());
                    add(span.text(whole).trim_matches('"'), secret.shape);
                }
            }
        }
        // A text with escapes is not the value that stands elsewhere.
        let in_text = text::in_data(whole).into_iter().filter(|it| !it.text.contains('\\'));
        in_text.filter(|it| is_new(it.text)).for_each(|it| add(it.text, it.shape));
    }
    let mut parts = Parts::default();
    only_there.iter_mut().for_each(|it| it.part = parts.place(it.value, it.text));
    only_there
}

/// Finds the credentials in a file of this name, and returns what stands before each. Only files are read that hold settings, SQL or
/// a script of a shell: elsewhere a value is an expression of a program.
pub(super) fn in_file<'t>(name: &str, text: &'t str) -> Vec<&'t str> {
    const SETTINGS: &str = "cfg cnf conf env ini json properties toml yaml yml";
    let ending = name.rsplit(['.', '_']).next().unwrap_or_default();
    match ending {
        "sql" => sql::passwords(text).into_iter().map(|it| it.0).collect(),
        "sh" | "bash" => script::names_in_file(text),
        _ if has_word(SETTINGS, ending) => {
            let set = text::in_data(text).into_iter().filter(|it| !is_in_comment(text, it.text));
            set.map(|it| it.name).collect()
        }
        _ => Vec::new(),
    }
}

/// Whether a part of a file of settings stands in a comment, which only shows what can be set.
fn is_in_comment(text: &str, part: &str) -> bool {
    let Some(range) = range_in(text, part) else { return false };
    let start = text[..range.start].rfind('\n').map_or(0, |it| it + 1);
    let is_comment = |line: &str| line.is_empty() || line.starts_with(['#', ';']);
    text[start..range.end].lines().all(|line| is_comment(line.trim_start()))
}

/// Looks at the variables of a container, at all that it runs, and at its probes and hooks.
fn in_container<'d>(
    container: Container<'d>,
    cache: &ScriptCache<'d>,
    coverage: &Coverage,
) -> Vec<Secret<'d>> {
    let (variables, mut known) = (Variables::of(container, coverage), Known::default());
    let mut found = env::in_container(container, &variables, &mut known);
    let of_commands = in_commands(container, cache, &variables);
    // A value that a command repeats is reported where it stands.
    found.extend(of_commands.into_iter().filter(|it| known.add(it.value, it.text)));
    found.extend(field::in_probes(container));
    found
}

/// Looks at all that a container runs.
fn in_commands<'d>(
    container: Container<'d>,
    cache: &ScriptCache<'d>,
    variables: &Variables<'d>,
) -> Vec<Secret<'d>> {
    let main: Vec<_> = container.command_line().collect();
    let hooks = [
        "livenessProbe.exec.command",
        "readinessProbe.exec.command",
        "startupProbe.exec.command",
        "lifecycle.postStart.exec.command",
        "lifecycle.preStop.exec.command",
    ];
    let hooks = hooks.map(|path| container.node.field(path).items().collect());
    let found = [main]
        .into_iter()
        .chain(hooks)
        .flat_map(|arguments: Vec<Node<'d>>| command::search(&arguments, container, cache, variables));
    let within = |in_url: bool| if in_url { Within::Url } else { Within::Command };
    let mut parts = Parts::default();
    found
        .map(|it| Secret {
            name: it.name,
            value: it.value,
            text: it.text,
            part: parts.place(it.value, it.text),
            shape: it.shape,
            within: within(it.in_url),
        })
        .collect()
}
