use crate::diagnostic::meta::Category;
use crate::diagnostic::meta::Meta;
use crate::diagnostic::severity::{Confidence, Severity};
use crate::facts::index;
use crate::manifest::workload::Pod;
use crate::rule::{Check, Reporter, Rule};

pub(super) static RULE: Rule = Rule {
    meta: Meta {
        id: "unused-index",
        summary: "Nothing in the manifest reads the index",
        category: Category::Parallelism,
        severity: Severity::Info,
        confidence: Confidence::Low,
        since: "0.1.0",
        page: include_str!("../../rules/unused-index.md"),
        ..Meta::DEFAULT
    },
    check: Check::Pod(check),
};

fn check(pod: Pod<'_>, reporter: &mut Reporter<'_>) {
    let (job, mode) = (pod.job, pod.job.completion_mode());
    if !mode.is("Indexed") || job.completions().integer() == Some(0) {
        return;
    }
    // What is in a file of a volume the manifest does not tell.
    if pod.containers().any(|it| index::runs_mounted_file(it)) {
        return;
    }
    // With a `subdomain` the index is a part of each pod's host name.
    if pod.spec.field("subdomain").is_set() || index::uses(pod).next().is_some() || index::uses_host_name(pod)
    {
        return;
    }
    let message = match job.completions().integer() {
        Some(1) => "`completionMode: Indexed` has no effect: the only index is 0, and nothing in the \
            manifest reads `JOB_COMPLETION_INDEX`"
            .to_owned(),
        Some(pods) => format!(
            "all {pods} pods do the same work, unless the program itself reads \
            `JOB_COMPLETION_INDEX`: nothing in the manifest does"
        ),
        None => "all pods do the same work, unless the program itself reads `JOB_COMPLETION_INDEX`: nothing \
            in the manifest does"
            .to_owned(),
    };
    reporter
        .report(mode, message)
        .help("pass `$(JOB_COMPLETION_INDEX)` in `args`, or remove `completionMode`");
}
