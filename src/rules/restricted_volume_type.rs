use crate::document::Entry;
use crate::finding::{Confidence, Severity};
use crate::rule::{Admission, Category, Check, Reporter, Rule};
use crate::workload::Pod;

pub static RULE: Rule = Rule {
    id: "restricted-volume-type",
    summary: "The pods mount storage directly, not through a claim",
    category: Category::Security,
    severity: Severity::Info,
    confidence: Confidence::High,
    admission: Admission::Same,
    since: "0.1.0",
    page: include_str!("../../rules/restricted-volume-type.md"),
    options: &[],
    check: Check::Pod(check),
};

/// Volumes that the Pod Security Standard `restricted` wants behind a PersistentVolumeClaim. Others that it names have a
/// rule of their own (`hostPath`), or are gone from Kubernetes.
const TYPES: &str = "awsElasticBlockStore azureDisk azureFile cinder fc flexVolume gcePersistentDisk iscsi nfs \
    portworxVolume vsphereVolume";

fn check(pod: Pod<'_>, reporter: &mut Reporter<'_>) {
    let is_direct = |entry: &Entry<'_>| TYPES.split(' ').any(|it| it == entry.key) && !entry.value.is_null();
    let mut found = pod.volumes().items().filter_map(|volume| volume.entries().find(is_direct));
    let Some(first) = found.next() else { return };
    let message = format!(
        "namespaces that enforce `restricted` refuse the pods: a volume is `{}`, with the address of the storage",
        first.key
    );
    let finding = reporter.report(first, message);
    finding
        .help("describe the storage in a PersistentVolume, and mount it through a `persistentVolumeClaim`");
    for volume in found {
        finding.related(volume, format!("`{}` is not allowed there either", volume.key));
    }
}
