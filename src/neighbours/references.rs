//! The names of other objects in a pod template, where the pod cannot do without them.

use crate::manifest::document::{Field, Node};
use crate::manifest::workload::Pod;
use crate::neighbours::kind::{Kind, is_whole};

/// A name of another object, or of a key in it.
#[derive(Clone, Copy)]
pub struct Reference<'d> {
    /// The kind of the object.
    pub kind: Kind,
    /// Its name.
    pub name: &'d str,
    /// The key, if one is needed.
    pub key: Option<&'d str>,
    /// The key where there is one, otherwise the name.
    pub node: Node<'d>,
    name_node: Node<'d>,
}

impl<'d> Reference<'d> {
    fn new(kind: Kind, name: Field<'d>, key: Option<Node<'d>>) -> Option<Self> {
        let name_node = name.node()?;
        let key_text = key.and_then(Node::text).filter(|it| !it.is_empty());
        let name = name_node.text().filter(|it| is_whole(it))?;
        Some(Reference { kind, name, key: key_text, node: key.unwrap_or(name_node), name_node })
    }

    /// Returns where the name is.
    pub fn name_node(&self) -> Node<'d> {
        self.name_node
    }
}

/// Of more containers, volumes and variables the rest is not looked at.
const MAX_REFERENCES: usize = 1_000;

/// Returns the names that a pod needs, without those that are `optional`.
pub fn references<'d>(pod: Pod<'d>) -> Vec<Reference<'d>> {
    let mut found = Vec::new();
    let spec = |path| pod.spec.field(path);
    let account = if spec("serviceAccountName").is_set() { "serviceAccountName" } else { "serviceAccount" };
    for (kind, path) in [
        (Kind::ServiceAccount, account),
        (Kind::PriorityClass, "priorityClassName"),
        (Kind::RuntimeClass, "runtimeClassName"),
    ] {
        found.extend(Reference::new(kind, spec(path), None));
    }
    for volume in pod.volumes().items() {
        found.extend(Reference::new(
            Kind::PersistentVolumeClaim,
            volume.field("persistentVolumeClaim.claimName"),
            None,
        ));
        add_volume(Kind::ConfigMap, volume.get("configMap"), "name", &mut found);
        add_volume(Kind::Secret, volume.get("secret"), "secretName", &mut found);
        for source in volume.field("projected.sources").items() {
            add_volume(Kind::ConfigMap, source.get("configMap"), "name", &mut found);
            add_volume(Kind::Secret, source.get("secret"), "name", &mut found);
        }
    }
    for container in pod.containers() {
        for variable in container.env().items() {
            for (kind, path) in
                [(Kind::ConfigMap, "valueFrom.configMapKeyRef"), (Kind::Secret, "valueFrom.secretKeyRef")]
            {
                let Some(from) = needed(variable.field(path).node()) else { continue };
                found.extend(Reference::new(kind, from.field("name"), from.get("key")));
            }
        }
        for source in container.env_from().items() {
            for (kind, key) in [(Kind::ConfigMap, "configMapRef"), (Kind::Secret, "secretRef")] {
                let Some(from) = needed(source.get(key)) else { continue };
                found.extend(Reference::new(kind, from.field("name"), None));
            }
        }
    }
    found.truncate(MAX_REFERENCES);
    found
}

fn add_volume<'d>(kind: Kind, source: Option<Node<'d>>, name: &'static str, found: &mut Vec<Reference<'d>>) {
    let Some(source) = needed(source) else { return };
    found.extend(Reference::new(kind, source.field(name), None));
    let items = source.field("items").items().filter_map(|item| item.get("key"));
    found.extend(items.filter_map(|key| Reference::new(kind, source.field(name), Some(key))));
}

/// Returns what a pod cannot do without.
fn needed(source: Option<Node<'_>>) -> Option<Node<'_>> {
    source.filter(|it| it.field("optional").boolean() != Some(true))
}
