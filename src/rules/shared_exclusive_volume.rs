use crate::document::Node;
use crate::finding::{Confidence, Severity};
use crate::lint::Fleet;
use crate::rule::{Admission, Category, Check, FleetReporter, Rule};
use crate::workload::{Job, Object};

pub static RULE: Rule = Rule {
    id: "shared-exclusive-volume",
    summary: "Parallel pods share a volume that one node or one pod can use",
    category: Category::Parallelism,
    severity: Severity::Warning,
    confidence: Confidence::Medium,
    admission: Admission::Never,
    since: "0.1.0",
    page: include_str!("../../rules/shared-exclusive-volume.md"),
    options: &[],
    check: Check::Fleet(check),
};

fn check(fleet: &Fleet<'_>, reporter: &mut FleetReporter<'_>) {
    for &object in &fleet.objects {
        let Some(job) = object.job().filter(|job| pods_at_once(*job) > 1) else { continue };
        let Some(pod) = job.pod() else { continue };
        for volume in pod.volumes().items() {
            let claim = volume.field("persistentVolumeClaim.claimName");
            let Some(mode) = claim.text().and_then(|name| exclusive_mode(fleet, object, name)) else {
                continue;
            };
            let (name, pods) = (claim.text().unwrap_or_default(), pods_at_once(job));
            let what = match mode {
                "ReadWriteOncePod" => format!("1 of {pods} pods starts and the others wait, for"),
                _ => format!("of {pods} pods at once those on other nodes wait, for"),
            };
            reporter(object, &mut |reporter| {
                reporter
                    .report(claim, format!("{what} `{name}` is `{mode}`"))
                    .help("use a `ReadWriteMany` claim, a volume for each pod, or `parallelism: 1`")
                    .related(job.parallelism(), format!("{pods} pods at once"));
            });
        }
    }
}

/// Returns how many pods run side by side at most: `parallelism`, but no more than `completions`.
fn pods_at_once(job: Job<'_>) -> i64 {
    let parallelism = job.parallelism().integer().unwrap_or(1);
    job.completions().integer().map_or(parallelism, |completions| parallelism.min(completions))
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
