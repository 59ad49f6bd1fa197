use crate::diagnostic::meta::{Category, Meta};
use crate::diagnostic::severity::{Confidence, Severity};
use crate::facts::index;
use crate::manifest::workload::Pod;
use crate::rule::{Check, Reporter, Rule};

pub(super) static RULE: Rule = Rule {
    meta: Meta {
        id: "index-without-indexed-mode",
        summary: "The pods read an index that they do not have",
        category: Category::Parallelism,
        severity: Severity::Warning,
        confidence: Confidence::High,
        since: "0.1.0",
        ..Meta::DEFAULT
    },
    check: Check::Pod(check),
};

fn check(pod: Pod<'_>, reporter: &mut Reporter<'_>) {
    let mode = pod.job.completion_mode();
    // What is neither of the two modes the API server rejects.
    if mode.is_set() && !mode.is("NonIndexed") {
        return;
    }
    let mut uses = index::uses(pod).filter(|it| !it.has_default);
    let Some(first) = uses.next() else { return };
    let message = if first.is_field {
        "no pod can tell which part of the work is its own, because this value is always empty: only pods of \
            an Indexed Job have `batch.kubernetes.io/job-completion-index`"
    } else {
        "no pod can tell which part of the work is its own: `JOB_COMPLETION_INDEX` is set only in pods of an \
            Indexed Job"
    };
    let finding = reporter.report(first.node, message);
    finding.related(mode, "the mode is `NonIndexed`, the default");
    finding.help(if pod.job.completions().is_set() {
        "set `completionMode: Indexed`"
    } else {
        "set `completionMode: Indexed`, and set `completions` to the number of indexes"
    });
    for other in uses {
        finding.related(other.node, "the index is used here too");
    }
}
