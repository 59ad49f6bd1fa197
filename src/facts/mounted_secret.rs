//! Credentials in ConfigMaps of the same file that a pod mounts: `CREATE USER … PASSWORD '…'`, `"secretKey": "…"`.

use std::collections::BTreeSet;

use crate::facts::mounted_script::ConfigMaps;
use crate::facts::secret;
use crate::manifest::document::{Field, Node};
use crate::manifest::workload::Pod;
use crate::text::span::range_in;

/// A credential under a key of a ConfigMap.
pub struct MountedSecret<'d> {
    /// The field of the volume that names the ConfigMap.
    pub source: Field<'d>,
    /// The key.
    pub key: &'d str,
    /// What stands before the credential; empty where its shape tells.
    pub name: &'d str,
    /// Whether it is what a variable of this name expands to that is not set: `${NAME:-value}`.
    pub is_default: bool,
}

/// Finds the first credential of each ConfigMap that a container of the pod mounts.
pub fn mounted_secrets<'d>(pod: Pod<'d>, maps: &ConfigMaps<'d>) -> Vec<MountedSecret<'d>> {
    let namespace = pod.job.object.namespace().text();
    let mounts = pod.containers().flat_map(|it| it.volume_mounts().items());
    let mounted: Vec<&str> = mounts.filter_map(|it| it.field("name").text()).collect();
    let volumes =
        pod.volumes().items().filter(|it| it.field("name").text().is_some_and(|it| mounted.contains(&it)));
    let sources = volumes.flat_map(|volume| {
        let projected = volume.field("projected.sources").items().map(|it| it.field("configMap"));
        std::iter::once(volume.field("configMap"))
            .chain(projected)
            .filter_map(|it| it.node())
            .collect::<Vec<_>>()
    });
    let mut seen = BTreeSet::new();
    let found = sources.filter_map(|source| {
        // A ConfigMap that many volumes name is read once.
        let name = source.field("name").text().filter(|it| seen.insert(*it))?;
        let data = maps.data(name, namespace)?;
        let asked: Vec<&str> =
            source.field("items").items().filter_map(|it| it.field("key").text()).collect();
        let mut entries = data.entries().filter(|it| asked.is_empty() || asked.contains(&it.key));
        entries.find_map(|entry| {
            let text: &str = Node::text(entry.value)?;
            let name = secret::in_file(entry.key, text)?;
            let is_default = is_default(text, name);
            Some(MountedSecret { source: source.field("name"), key: entry.key, name, is_default })
        })
    });
    found.collect()
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
