//! Storage: which claims keep pods on one node, because their volume is attached to it.
//!
//! Access modes alone keep pods nowhere: only the attach/detach controller refuses a second node, and only for volumes that
//! are attached. The files of the node itself need no attachment, and a local volume has a node affinity that brings the
//! scheduler to the right node.

use crate::manifest::document::Node;
use crate::text::word_list::has_word;

/// What is known of a claim.
#[derive(Clone, Debug)]
pub struct Claim {
    /// The access mode, if that may keep pods on one node or to one.
    pub mode: Option<&'static str>,
    /// The name of its class; empty where none is stated.
    pub class: Box<str>,
    /// The name of its volume; empty where none is stated.
    pub volume: Box<str>,
}

/// Words in the names of classes, provisioners and drivers whose volumes are not attached to nodes.
const UNATTACHED: &str = "azurefile cephfs efs file hostpath local nfs no smb";

impl Claim {
    /// Reads a claim, or the template of one.
    pub(super) fn of(claim: Node<'_>) -> Claim {
        let text = |field: &'static str| Box::<str>::from(claim.field(field).text().unwrap_or_default());
        let (class, volume) = (text("spec.storageClassName"), text("spec.volumeName"));
        let mode = exclusive_mode(claim).filter(|mode| *mode == "ReadWriteOncePod" || is_attached(&class));
        Claim { mode, class, volume }
    }
}

/// Whether a pod states on which nodes it runs, which can be the node of a volume.
pub fn states_nodes(spec: Node<'_>) -> bool {
    ["nodeName", "nodeSelector", "affinity"].iter().any(|it| spec.get(it).is_some())
}

/// Returns the first access mode of a claim whose modes are all for one node or one pod.
fn exclusive_mode(claim: Node<'_>) -> Option<&'static str> {
    const EXCLUSIVE: [&str; 2] = ["ReadWriteOnce", "ReadWriteOncePod"];
    let exclusive = |mode: Node<'_>| EXCLUSIVE.into_iter().find(|it| mode.text() == Some(it));
    let modes = claim.field("spec.accessModes").items().map(exclusive);
    modes.collect::<Option<Vec<_>>>()?.first().copied()
}

/// Whether volumes of a class, a provisioner or a driver of this name may be attached to nodes.
fn is_attached(name: &str) -> bool {
    !name.split(['-', '.', '/', '_']).any(|word| has_word(UNATTACHED, word))
}

/// Whether volumes that a StorageClass makes may be attached to nodes.
pub(super) fn makes_attached(class: Node<'_>) -> bool {
    class.field("provisioner").text().is_none_or(is_attached)
}

/// Whether a PersistentVolume may be attached to a node.
pub(super) fn is_attached_volume(volume: Node<'_>) -> bool {
    const KINDS: [&str; 6] = ["azureFile", "cephfs", "glusterfs", "hostPath", "local", "nfs"];
    let spec = volume.field("spec").node();
    let is_of_kind = spec.is_some_and(|spec| KINDS.iter().any(|kind| spec.get(kind).is_some()));
    !is_of_kind && volume.field("spec.csi.driver").text().is_none_or(is_attached)
}
