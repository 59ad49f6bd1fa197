use crate::diagnostic::meta::Meta;
use crate::diagnostic::meta::Scope;
use crate::diagnostic::meta::{Admission, Category};
use crate::diagnostic::severity::{Confidence, Severity};
use crate::manifest::document::Node;
use crate::manifest::fleet::Fleet;
use crate::manifest::workload::Object;
use crate::rule::{Check, FleetReporter, Rule};

pub(super) static RULE: Rule = Rule {
    meta: Meta {
        id: "shared-exclusive-volume",
        summary: "Parallel pods share a volume that only one node or one pod can use",
        category: Category::Parallelism,
        severity: Severity::Warning,
        confidence: Confidence::Medium,
        admission: Admission::Never,
        scope: Scope::Fleet,
        since: "0.1.0",
        page: include_str!("../../rules/shared-exclusive-volume.md"),
        ..Meta::DEFAULT
    },
    check: Check::Fleet(check),
};

fn check(fleet: &Fleet<'_>, reporter: &mut FleetReporter<'_>) {
    for &object in &fleet.objects {
        let Some(job) = object.job().filter(|job| job.pods_at_once() > 1) else { continue };
        let Some(pod) = job.pod() else { continue };
        for volume in pod.volumes().items() {
            let claim = volume.field("persistentVolumeClaim.claimName");
            let Some(mode) = claim.text().and_then(|name| exclusive_mode(fleet, object, name)) else {
                continue;
            };
            let (name, pods) = (claim.text().unwrap_or_default(), job.pods_at_once());
            let what = match mode {
                "ReadWriteOncePod" => format!(
                    "only one of the {pods} parallel pods can start, and the \
                    others wait until it is done"
                ),
                _ => format!(
                    "only pods on one node can start, and those of the {pods} parallel pods that \
                    land on another node wait"
                ),
            };
            reporter(object, &mut |reporter| {
                reporter
                    .report(claim, format!("`{name}` is `{mode}`: {what}"))
                    .help(
                        "use a `ReadWriteMany` claim, or a volume for each pod (`ephemeral`), or set \
                        `parallelism: 1`",
                    )
                    .related(job.parallelism(), format!("{pods} pods at once"));
            });
        }
    }
}

/// Returns the access mode of a claim among the inputs, if it keeps pods on one node or to one.
fn exclusive_mode<'d>(fleet: &Fleet<'d>, object: Object<'_>, name: &str) -> Option<&'d str> {
    let is_meant = |claim: &Node<'_>| {
        claim.field("metadata.name").is(name)
            && claim.field("metadata.namespace").text() == object.namespace().text()
    };
    let claim = fleet.context_of("PersistentVolumeClaim").find(is_meant)?;
    let mut modes = claim.field("spec.accessModes").items().filter_map(Node::text);
    let first = modes.next().filter(|mode| mode.starts_with("ReadWriteOnce"))?;
    modes.all(|mode| mode.starts_with("ReadWriteOnce")).then_some(first)
}
