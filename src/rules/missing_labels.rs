use crate::document::{Field, Value};
use crate::finding::{Confidence, Severity};
use crate::rule::{Admission, Category, Check, Reporter, Rule};
use crate::workload::Job;

pub static RULE: Rule = Rule {
    id: "missing-labels",
    summary: "The pods carry no label that says what they are",
    category: Category::Metadata,
    severity: Severity::Warning,
    confidence: Confidence::Medium,
    admission: Admission::Same,
    since: "0.1.0",
    page: include_str!("../../rules/missing-labels.md"),
    options: &[],
    check: Check::Job(check),
};

/// What the Job controller writes on the pod template.
const CONTROLLER_LABELS: &[&str] =
    &["batch.kubernetes.io/controller-uid", "batch.kubernetes.io/job-name", "controller-uid", "job-name"];

fn check(job: Job<'_>, reporter: &mut Reporter<'_>) {
    let labels = job.template_labels();
    // A value that is no mapping is `wrong-type`'s.
    if has_own(labels) || labels.node().is_some_and(|it| it.value() != Value::Map) {
        return;
    }
    let message = match has_own(job.labels()) {
        true => "the pods get none of the Job's labels: the pod template has no label of its own",
        false => "the pods get only the Job controller's labels: the pod template has none of its own",
    };
    reporter
        .report(labels, message)
        .help("set `metadata.labels` in the pod template, with `app.kubernetes.io/name` for one");
}

fn has_own(labels: Field<'_>) -> bool {
    labels.node().is_some_and(|it| it.entries().any(|label| !CONTROLLER_LABELS.contains(&label.key)))
}
