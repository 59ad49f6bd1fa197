use crate::diagnostic::meta::{Category, Meta};
use crate::diagnostic::severity::{Confidence, Severity};
use crate::manifest::document::Value;
use crate::manifest::workload::{Job, has_own_label};
use crate::rule::{Check, Reporter, Rule};

pub(super) static RULE: Rule = Rule {
    meta: Meta {
        id: "missing-labels",
        summary: "The pods have no label that says what they are",
        category: Category::Metadata,
        severity: Severity::Info,
        confidence: Confidence::Medium,
        since: "0.1.0",
        ..Meta::DEFAULT
    },
    check: Check::Job(check),
};

fn check(job: Job<'_>, reporter: &mut Reporter<'_>) {
    let labels = job.template_labels();
    // A value that is no mapping is `wrong-type`'s.
    if has_own_label(labels) || labels.node().is_some_and(|it| it.value() != Value::Map) {
        return;
    }
    let (message, help) = if has_own_label(job.labels()) {
        (
            "no selector finds the pods by the Job's labels: the pod template has no labels of its own",
            "set labels such as the Job's in `metadata.labels` of the pod template, but none by which a Service selects pods",
        )
    } else {
        (
            "no selector finds the pods by a label that says what they are: the pod template has no labels of its own",
            "set a label such as `app.kubernetes.io/name` in `metadata.labels` of the pod template",
        )
    };
    reporter.report(labels, message).help(help);
}
