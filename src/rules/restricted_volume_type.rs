use crate::diagnostic::meta::{Category, Meta};
use crate::diagnostic::severity::{Confidence, Severity};
use crate::manifest::document::Entry;
use crate::manifest::workload::Pod;
use crate::rule::{Check, Reporter, Rule};

pub(super) static RULE: Rule = Rule {
    meta: Meta {
        id: "restricted-volume-type",
        summary: "The pods mount storage directly instead of through a claim",
        category: Category::Security,
        severity: Severity::Info,
        confidence: Confidence::High,
        since: "0.1.0",
        ..Meta::DEFAULT
    },
    check: Check::Pod(check),
};

/// Volumes that the Pod Security Standard `restricted` wants behind a PersistentVolumeClaim. Others that it names have a
/// rule of their own (`hostPath`). Some no kubelet mounts any more, but old clusters do.
const TYPES: &str = "awsElasticBlockStore azureDisk azureFile cephfs cinder fc flexVolume flocker gcePersistentDisk \
    gitRepo glusterfs iscsi nfs photonPersistentDisk portworxVolume quobyte rbd scaleIO storageos vsphereVolume";

/// Those that no PersistentVolume can have either, because Kubernetes has removed their drivers (`batch/v1` still accepts them).
const REMOVED: &str = "cephfs flocker glusterfs photonPersistentDisk quobyte rbd scaleIO storageos";

fn check(pod: Pod<'_>, reporter: &mut Reporter<'_>) {
    let is_direct = |entry: &Entry<'_>| TYPES.split(' ').any(|it| it == entry.key) && !entry.value.is_null();
    let volumes = pod.volumes().items();
    let mut found = volumes.filter_map(|volume| Some((volume, volume.entries().find(is_direct)?)));
    let Some((volume, first)) = found.next() else { return };
    let name = volume.field("name").text().unwrap_or("volume");
    let message = format!(
        "namespaces that enforce the `restricted` Pod Security Standard reject the pods: the volume \
            `{name}` is of type `{}`",
        first.key
    );
    let finding = reporter.report(first, message);
    finding.help(match first.key {
        "gitRepo" => "clone the repository in an init container into an `emptyDir`, and mount that: since 1.33, Kubernetes does not mount a `gitRepo` by default",
        kind if REMOVED.split(' ').any(|it| it == kind) => {
            "provide the storage through a CSI driver, and mount it through a `persistentVolumeClaim`: Kubernetes has \
             removed this type of volume"
        }
        _ => "describe the storage in a PersistentVolume, and mount it through a `persistentVolumeClaim`",
    });
    for (_, entry) in found {
        finding.related(entry, format!("`restricted` does not allow `{}` either", entry.key));
    }
}
