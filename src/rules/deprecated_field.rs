use crate::diagnostic::meta::Meta;
use crate::diagnostic::meta::{Admission, Category};
use crate::diagnostic::severity::{Confidence, Severity};
use crate::manifest::document::{Entry, Field};
use crate::manifest::edit::{Edit, Safety};
use crate::manifest::workload::Pod;
use crate::rule::{Check, Reporter, Rule};

pub(super) static RULE: Rule = Rule {
    meta: Meta {
        id: "deprecated-field",
        summary: "A deprecated field is set, and the API server does not warn about it",
        category: Category::Validity,
        severity: Severity::Info,
        confidence: Confidence::High,
        admission: Admission::Never,
        since: "0.1.0",
        fix: Some(Safety::Safe),
        ..Meta::DEFAULT
    },
    check: Check::Pod(check),
};

/// Volumes whose drivers Kubernetes no longer uses; most are handed on to a CSI driver, which must be there.
const VOLUMES: &[(&str, &str)] = &[
    ("awsElasticBlockStore", "the CSI driver `ebs.csi.aws.com`"),
    ("azureDisk", "the CSI driver `disk.csi.azure.com`"),
    ("azureFile", "the CSI driver `file.csi.azure.com`"),
    ("cinder", "the CSI driver `cinder.csi.openstack.org`"),
    ("flexVolume", "a CSI driver"),
    ("gcePersistentDisk", "the CSI driver `pd.csi.storage.gke.io`"),
    ("portworxVolume", "the CSI driver `pxd.portworx.com`"),
    ("vsphereVolume", "the CSI driver `csi.vsphere.vmware.com`"),
];

/// Annotations that became fields long ago, and that nothing reads any more.
const ANNOTATIONS: &[(&str, &str)] = &[
    ("pod.alpha.kubernetes.io/init-containers", "initContainers"),
    ("pod.beta.kubernetes.io/hostname", "hostname"),
    ("pod.beta.kubernetes.io/init-containers", "initContainers"),
    ("pod.beta.kubernetes.io/subdomain", "subdomain"),
    ("scheduler.alpha.kubernetes.io/affinity", "affinity"),
    ("scheduler.alpha.kubernetes.io/tolerations", "tolerations"),
];

fn check(pod: Pod<'_>, reporter: &mut Reporter<'_>) {
    let (old, new) = (pod.service_account(), pod.service_account_name());
    match (old.text(), new.text()) {
        (Some(account), None) => {
            let finding = reporter.report(
                old,
                "the API server copies the value to `serviceAccountName`: `serviceAccount` is the deprecated \
                 name of that field",
            );
            finding.help(format!("write `serviceAccountName: {account}`"));
            // The API server fills in either one from the other (`Convert_v1_PodSpec_To_core_PodSpec`).
            if let Some(entry) = entry(old).filter(|_| new.written().is_none()) {
                finding.fix("write the new name", Safety::Safe, Edit::rename(entry, new.name()));
            }
        }
        (Some(ignored), Some(used)) if ignored != used => {
            reporter
                .report(
                    old,
                    format!(
                        "the pods run as `{used}`, not as `{ignored}`: `serviceAccountName` \
                    takes precedence over `serviceAccount`"
                    ),
                )
                .related(new, "this one takes effect")
                .help("remove `serviceAccount`")
                .fix(
                    "remove `serviceAccount`",
                    Safety::Safe,
                    entry(old).map_or(Ok(Vec::new()), Edit::remove),
                );
        }
        _ => {}
    }
    for volume in pod.volumes().items() {
        for (kind, successor) in VOLUMES {
            let Some(entry) = volume.entries().find(|it| it.key == *kind && !it.value.is_null()) else {
                continue;
            };
            // Until then a gate that is off by default makes the difference (`CSIMigrationPortworx`, `pkg/features`).
            if *kind == "portworxVolume" && reporter.kubernetes_version().minor < 31 {
                continue;
            }
            let message = match *kind {
                "flexVolume" => {
                    "the volume can be mounted only on nodes that have its driver: `flexVolume` is deprecated"
                        .to_owned()
                }
                kind => format!(
                    "the volume can be mounted only if {successor} is installed: Kubernetes no longer uses a \
                     driver of its own for `{kind}`"
                ),
            };
            reporter
                .report(entry, message)
                .help(format!("use a PersistentVolumeClaim whose volume is provided by {successor}"));
        }
    }
    let annotations = pod.job.template_annotations().node();
    for entry in annotations.into_iter().flat_map(|it| it.entries()) {
        let Some((key, field)) = ANNOTATIONS.iter().find(|(key, _)| *key == entry.key) else { continue };
        reporter
            .report(entry, format!("Kubernetes ignores the annotation `{key}`"))
            .help(format!("remove the annotation, and set `{field}` in the pod's `spec` instead"));
    }
}

/// Returns a field with its key.
fn entry(field: Field<'_>) -> Option<Entry<'_>> {
    field.parent.entries().find(|entry| entry.key == field.name())
}
