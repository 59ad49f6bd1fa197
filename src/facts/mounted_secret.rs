//! Credentials in ConfigMaps of the same file that a pod mounts: `CREATE USER … PASSWORD '…'`, `"secretKey": "…"`.

use std::collections::BTreeSet;

use crate::facts::mounted_script::ConfigMaps;
use crate::facts::secret;
use crate::manifest::document::{Field, Node};
use crate::manifest::place::Place;
use crate::manifest::workload::Pod;
use crate::shell::SourceMap;
use crate::text::span::{Span, range_in};

/// A credential under a key of a ConfigMap.
pub struct MountedSecret<'d> {
    /// The field of the volume that names the ConfigMap.
    pub source: Field<'d>,
    /// The place of what stands before the credential, or of the key.
    pub place: Place,
    /// The key.
    pub key: &'d str,
    /// What stands before the credential; empty where its shape tells.
    pub name: &'d str,
    /// Whether it is what a variable of this name expands to that is not set: `${NAME:-value}`.
    pub is_default: bool,
}

/// Finds the first credential of each ConfigMap in the files that a container of the pod mounts.
pub fn mounted_secrets<'d>(pod: Pod<'d>, maps: &ConfigMaps<'d>) -> Vec<MountedSecret<'d>> {
    let namespace = pod.job.object.namespace().text();
    let sources = pod.volumes().items().flat_map(|volume| {
        let projected = volume.field("projected.sources").items().map(|it| it.field("configMap"));
        let sources = std::iter::once(volume.field("configMap")).chain(projected);
        sources.filter_map(|it| Some((volume, it.node()?))).collect::<Vec<_>>()
    });
    let mut seen = BTreeSet::new();
    let found = sources.filter_map(|(volume, source)| {
        let paths = mounted_paths(pod, volume);
        let name = source.field("name").text().filter(|_| !paths.is_empty())?;
        let data = maps.data(name, namespace)?;
        let items: Vec<_> = source.field("items").items().collect();
        let path_of = |key: &'d str| match items.as_slice() {
            [] => Some(key),
            _ => items.iter().find(|it| it.field("key").is(key))?.field("path").text(),
        };
        // A file that many volumes have is read once.
        let mut entries = data.entries().filter(|entry| {
            path_of(entry.key).is_some_and(|it| is_mounted(it, &paths)) && seen.insert((name, entry.key))
        });
        entries.find_map(|entry| {
            let text: &str = Node::text(entry.value)?;
            let names = secret::in_file(entry.key, text);
            let name = names.into_iter().find(|it| !(is_default(text, it) && is_set(pod, volume, it)))?;
            let range = range_in(text, name).filter(|it| !it.is_empty());
            let place = match range {
                Some(it) => Place {
                    path: entry.value.path(),
                    span: SourceMap::new(entry.value).span(Span::new(it.start, it.end)),
                },
                None => entry.into(),
            };
            let is_default = is_default(text, name);
            Some(MountedSecret { source: source.field("name"), place, key: entry.key, name, is_default })
        })
    });
    found.collect()
}

/// Whether each container with a volume sets a variable, so that no default of it is ever used.
fn is_set(pod: Pod<'_>, volume: Node<'_>, variable: &str) -> bool {
    let Some(name) = volume.field("name").text() else { return false };
    let sets = |it: Node<'_>| {
        let has_value = it.field("value").text().is_some_and(|it| !it.is_empty());
        let sources = it.field("valueFrom").node();
        let is_certain =
            |it: Node<'_>| it.entries().all(|it| it.value.field("optional").boolean() != Some(true));
        it.field("name").is(variable) && (has_value || sources.is_some_and(is_certain))
    };
    let mut users =
        pod.containers().filter(|it| it.volume_mounts().items().any(|it| it.field("name").is(name)));
    users.all(|it| it.env().items().any(sets))
}

/// Returns the paths in a volume that containers mount; an empty one is the whole volume.
fn mounted_paths<'d>(pod: Pod<'d>, volume: Node<'d>) -> Vec<&'d str> {
    let Some(name) = volume.field("name").text() else { return Vec::new() };
    let mounts = pod.containers().flat_map(|it| it.volume_mounts().items());
    let mounts = mounts.filter(|it| it.field("name").is(name));
    mounts.map(|it| it.field("subPath").text().unwrap_or_default().trim_matches('/')).collect()
}

/// Whether a file of a volume is at one of the paths, or in a directory there.
fn is_mounted(file: &str, paths: &[&str]) -> bool {
    let is_below =
        |path: &str| file.strip_prefix(path).is_some_and(|it| it.is_empty() || it.starts_with('/'));
    paths.iter().any(|path| path.is_empty() || is_below(path))
}

/// Whether a name in a text is that of a variable with a default, or gets the value of such a variable.
fn is_default(text: &str, name: &str) -> bool {
    let Some(range) = range_in(text, name).filter(|it| !it.is_empty()) else { return false };
    let has_default = |rest: &str| rest.strip_prefix(':').unwrap_or(rest).starts_with(['-', '=']);
    let (before, after) = (&text[..range.start], &text[range.end..]);
    let given = after.strip_prefix('=').map(|it| it.trim_start_matches(['"', '\'']));
    let inner = given.and_then(|it| it.strip_prefix("${")?.strip_prefix(name));
    before.ends_with("${") && has_default(after) || inner.is_some_and(has_default)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knows_a_default_by_what_stands_around_its_name() {
        let is_default = |text: &str| is_default(text, &text[text.find("PW").unwrap()..][..2]);
        for text in ["run ${PW:-a}", ": ${PW=a}", "PW=\"${PW-a}\"", "export PW=${PW:=a}"] {
            assert!(is_default(text), "{text}");
        }
        for text in ["PW=a", "PW=\"${OTHER:-a}\"", "PW=-a", "run $PW-a", "${PW:?a}", "${PW:+a}", "--PW -a"] {
            assert!(!is_default(text), "{text}");
        }
    }
}
