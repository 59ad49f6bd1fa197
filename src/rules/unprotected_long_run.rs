use crate::diagnostic::meta::{Category, Meta};
use crate::diagnostic::severity::{Confidence, Severity};
use crate::facts::metadata_keys::is_about_eviction;
use crate::manifest::document::Node;
use crate::manifest::workload::Pod;
use crate::rule::{Check, Reporter, Rule};
use crate::time::calendar::runs_often;
use crate::time::deadline::is_effective;
use crate::time::format::duration;

pub(super) static RULE: Rule = Rule {
    meta: Meta {
        id: "unprotected-long-run",
        summary: "An autoscaler that removes the node ends hours of work",
        category: Category::Failure,
        severity: Severity::Info,
        confidence: Confidence::Medium,
        since: "0.1.0",
        ..Meta::DEFAULT
    },
    check: Check::Pod(check),
};

/// A deadline of this many seconds is for runs of an hour or more: people leave room for a slow one.
const LONG: i64 = 7_200;

/// Words of programs that continue where they were interrupted.
const CONTINUING: [&str; 4] = ["checkpoint", "ckpt", "resum", "incremental"];

fn check(pod: Pod<'_>, reporter: &mut Reporter<'_>) {
    let job = pod.job;
    let deadline = job.active_deadline_seconds();
    let Some(seconds) = deadline.integer().filter(|&it| it >= LONG && is_effective(deadline)) else { return };
    // The work of a Job with several pods is cut into pieces.
    let is_single =
        [job.parallelism(), job.completions()].iter().all(|it| matches!(it.integer(), None | Some(1)));
    let is_often = job.cron_job().is_some_and(|it| runs_often(it, reporter.as_of()));
    let annotations = job.template_annotations();
    if !is_single || is_often || annotations.entries().any(|it| is_about_eviction(it.key)) {
        return;
    }
    // The cluster autoscaler spares pods with local volumes and those of the system; a claim can hold what was done so far.
    let spares = ["emptyDir", "hostPath", "persistentVolumeClaim", "ephemeral"];
    let mut volumes = pod.spec.field("volumes").items();
    // A volume in memory is not local storage to the autoscaler (`isLocalVolume` in its `utils/drain/drain.go`).
    let is_in_memory = |it: &Node<'_>| it.field("emptyDir.medium").is("Memory");
    let has_volume = volumes.any(|it| !is_in_memory(&it) && spares.iter().any(|kind| it.get(kind).is_some()));
    let mut continues = false;
    pod.spec.visit(&mut |it| {
        let text = it.text().unwrap_or_default().to_ascii_lowercase();
        continues |= CONTINUING.iter().any(|word| text.contains(word));
    });
    if has_volume || continues || job.object.namespace().is("kube-system") {
        return;
    }
    let message = format!(
        "an autoscaler that removes the node evicts the pod, and up to {} of work is lost: no annotation of the pod template \
         protects it",
        duration(seconds)
    );
    reporter.report(annotations, message).related(deadline, "the run can take this long").help(
        "add `cluster-autoscaler.kubernetes.io/safe-to-evict: \"false\"` or, for Karpenter, \
         `karpenter.sh/do-not-disrupt: \"true\"` to the annotations of the pod template, or let the work continue from \
         a checkpoint",
    );
}
