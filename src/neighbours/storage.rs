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

/// Words in the names of classes, provisioners and drivers whose volumes are not attached to nodes: they hold files of a
/// network, of a bucket or of the node itself, or many pods are to share them.
const UNATTACHED: &str = "blob bucket fs fss fsx host isilon lvmpv many nas no obs oss powerscale quobyte rwm rwx s3 \
    spectrumscale topolvm vast weka zfspv";

/// What such a word can begin with: `azurefile`, `filestore`, `nfsclient`.
const BEGINNINGS: [&str; 12] = [
    "azurefile",
    "cephfs",
    "efs",
    "file",
    "gluster",
    "hostpath",
    "juice",
    "local",
    "lustre",
    "nfs",
    "smb",
    "share",
];

/// What stands anywhere in such a word: `mynfs1`, `cephfilesystem`.
const ANYWHERE: [&str; 2] = ["filesystem", "nfs"];

/// File systems on a device, whose volumes are attached; the names of others end with `fs` too: `cephfs`, `juicefs`, `gpfs`.
const ON_DEVICE: &str = "btrfs xfs zfs";

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
    let name = name.to_ascii_lowercase();
    !name.split(['-', '.', '/', '_']).any(|word| {
        has_word(UNATTACHED, word)
            || BEGINNINGS.iter().any(|it| word.starts_with(it))
            || ANYWHERE.iter().any(|it| word.contains(it))
            || word.ends_with("fuse")
            || word.ends_with("fs") && !has_word(ON_DEVICE, word)
    })
}

/// Whether volumes that a StorageClass makes may be attached to nodes.
pub(super) fn makes_attached(class: Node<'_>) -> bool {
    class.field("provisioner").text().is_none_or(is_attached)
}

/// Whether a PersistentVolume may be attached to one node. Its own access modes decide whether others can attach it as well
/// (`IsMultiAttachAllowed`, `pkg/volume/util`).
pub(super) fn is_attached_volume(volume: Node<'_>) -> bool {
    const KINDS: [&str; 8] =
        ["azureFile", "cephfs", "flexVolume", "glusterfs", "hostPath", "local", "nfs", "quobyte"];
    let spec = volume.field("spec").node();
    let is_of_kind = spec.is_some_and(|spec| KINDS.iter().any(|kind| spec.get(kind).is_some()));
    let is_for_many = |mode: Node<'_>| matches!(mode.text(), Some("ReadWriteMany" | "ReadOnlyMany"));
    let is_shared = volume.field("spec.accessModes").items().any(is_for_many);
    !is_of_kind && !is_shared && volume.field("spec.csi.driver").text().is_none_or(is_attached)
}

#[cfg(test)]
mod tests {
    use super::is_attached;

    #[test]
    fn names_tell_which_volumes_are_attached() {
        for name in [
            "",
            "gp3",
            "ebs.csi.aws.com",
            "managed-csi",
            "premium-rwo",
            "pd.csi.storage.gke.io",
            "ceph-block",
            "rook-ceph.rbd.csi.ceph.com",
            "longhorn",
            "fast-xfs",
            "zfs-block",
            "openebs-jiva",
            "longhorn-static",
            "azuredisk-csi",
            "portworx-db",
        ] {
            assert!(is_attached(name), "{name}");
        }
        for name in [
            "azurefile-csi-premium",
            "file.csi.azure.com",
            "blob.csi.azure.com",
            "cephfs",
            "rook-ceph-fs",
            "rook-ceph-filesystem",
            "rook-ceph.cephfs.csi.ceph.com",
            "efs-sc",
            "fsx.csi.aws.com",
            "filestore.csi.storage.gke.io",
            "standard-rwx",
            "longhorn-rwx",
            "kubernetes.io/glusterfs",
            "csi.juicefs.com",
            "seaweedfs-storage",
            "gcsfuse.csi.storage.gke.io",
            "managed-nfs-storage",
            "nfsclient",
            "smb",
            "alibabacloud-cnfs-nas",
            "fss.csi.oraclecloud.com",
            "local-path",
            "openebs-hostpath",
            "glusterfile",
            "juicefs-sc",
            "efsclass",
            "aws-efs",
            "azurefile",
            "azure-files-premium",
            "cephfs2",
            "cephfilesystem",
            "prodnfs1",
            "longhorn-nfs",
            "px-shared",
        ] {
            assert!(!is_attached(name), "{name}");
        }
    }
}
