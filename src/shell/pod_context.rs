//! What rules about one container ask of the pod around it, found once however many containers ask.

use std::cell::OnceCell;
use std::collections::HashSet;

use crate::kubernetes::types::placeholders::placeholders;
use crate::manifest::document::Node;
use crate::manifest::workload::Pod;
use crate::schema::version::Version;

/// The kinds of volumes that are still there for the next pod.
pub const LASTING: [&str; 6] = ["persistentVolumeClaim", "hostPath", "nfs", "csi", "cephfs", "iscsi"];

/// The kinds of volumes that the kubelet mounts read-only (`pkg/volume/{configmap,secret,projected}`).
const READ_ONLY: [&str; 3] = ["configMap", "projected", "secret"];

/// A template has a few placeholders; of more these are enough to know it by.
const MAX_PLACEHOLDERS: usize = 100;

/// The pod around a container.
pub struct PodContext<'d> {
    pod: Pod<'d>,
    containers: OnceCell<HashSet<&'d str>>,
    lasting: OnceCell<HashSet<&'d str>>,
    read_only: OnceCell<HashSet<&'d str>>,
    placeholders: OnceCell<Vec<Node<'d>>>,
}

impl<'d> PodContext<'d> {
    /// Starts without answers.
    pub fn new(pod: Pod<'d>) -> Self {
        let (containers, lasting, read_only, placeholders) = Default::default();
        PodContext { pod, containers, lasting, read_only, placeholders }
    }

    /// Whether a container of the pod has this name.
    pub fn has_container(&self, name: &str) -> bool {
        let names = || self.pod.containers().filter_map(|it| it.name().text()).collect();
        self.containers.get_or_init(names).contains(name)
    }

    /// Whether the volume of this name is still there for the next pod: a claim or a directory of the node.
    pub fn has_lasting_volume(&self, name: &str) -> bool {
        self.lasting.get_or_init(|| self.volumes(&LASTING)).contains(name)
    }

    /// Whether the kubelet mounts the volume of this name read-only.
    pub fn has_read_only_volume(&self, name: &str) -> bool {
        self.read_only.get_or_init(|| self.volumes(&READ_ONLY)).contains(name)
    }

    /// Returns the names of the volumes of some kinds; of volumes with the same name the first one counts.
    fn volumes(&self, kinds: &[&str]) -> HashSet<&'d str> {
        let mut seen = HashSet::new();
        let named = self.pod.volumes().items().filter_map(|it| Some((it.field("name").text()?, it)));
        let first = named.filter(|(name, _)| seen.insert(*name));
        first.filter(|(_, volume)| kinds.iter().any(|it| volume.get(it).is_some())).map(|it| it.0).collect()
    }

    /// Returns fields of the object around the pod that have placeholders for another tool.
    pub fn placeholders(&self, version: Version) -> &[Node<'d>] {
        self.placeholders.get_or_init(|| {
            placeholders(self.pod.job.object, version).into_iter().take(MAX_PLACEHOLDERS).collect()
        })
    }
}
