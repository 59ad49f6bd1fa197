//! Credentials in ConfigMaps of the same file that a pod mounts: `CREATE USER … PASSWORD '…'`, `"secretKey": "…"`.

use std::collections::BTreeSet;

use crate::facts::mounted_script::ConfigMaps;
use crate::facts::secret;
use crate::manifest::document::{Field, Node};
use crate::manifest::workload::Pod;

/// A credential under a key of a ConfigMap.
pub struct MountedSecret<'d> {
    /// The field of the volume that names the ConfigMap.
    pub source: Field<'d>,
    /// The key.
    pub key: &'d str,
    /// What stands before the credential; empty where its shape tells.
    pub name: &'d str,
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
            Some(MountedSecret { source: source.field("name"), key: entry.key, name })
        })
    });
    found.collect()
}
