use crate::diagnostic::meta::{Category, Meta};
use crate::diagnostic::severity::{Confidence, Severity};
use crate::manifest::workload::Container;
use crate::rule::{Check, Reporter, Rule};
use crate::time::deadline::is_replaced;

pub(super) static RULE: Rule = Rule {
    meta: Meta {
        id: "image-never-pulled",
        summary: "The pod starts only on nodes that already have its image",
        category: Category::Resources,
        severity: Severity::Info,
        confidence: Confidence::Medium,
        since: "0.1.0",
        ..Meta::DEFAULT
    },
    check: Check::Container(check),
};

fn check(container: Container<'_>, reporter: &mut Reporter<'_>) {
    let field = container.node.field("imagePullPolicy");
    if !field.is("Never") {
        return;
    }
    let (pod, job) = (container.pod, container.pod.job);
    // The next run, or the pod's own deadline, ends the wait too.
    let ends = match job.active_deadline_seconds().integer() {
        _ if is_replaced(job) || pod.active_deadline_seconds().is_set() => String::new(),
        Some(deadline) => format!(" until the deadline ends the Job after {deadline} s"),
        None => " until someone loads the image there or deletes the Job".to_owned(),
    };
    let message = format!(
        "on a node that does not have the image, the pod waits in `ErrImageNeverPull`{ends}: `imagePullPolicy` is `Never`"
    );
    reporter
        .report(field, message)
        .help("unless every node has the image, set `imagePullPolicy: IfNotPresent`, which also uses an image that is already on the node");
}
