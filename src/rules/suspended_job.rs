use crate::diagnostic::condition::Condition;
use crate::diagnostic::meta::{Category, Meta};
use crate::diagnostic::severity::{Confidence, Severity};
use crate::facts::queued::is_queued;
use crate::manifest::workload::{Kind, Object};
use crate::rule::{Check, Reporter, Rule};

pub(super) static RULE: Rule = Rule {
    meta: Meta {
        id: "suspended-job",
        summary: "The Job waits for someone to start it",
        category: Category::Lifetime,
        severity: Severity::Info,
        confidence: Confidence::Medium,
        since: "0.1.0",
        ..Meta::DEFAULT
    },
    check: Check::Object(check),
};

fn check(object: Object<'_>, reporter: &mut Reporter<'_>) {
    let Some(job) = object.job().filter(|_| object.kind == Kind::Job) else { return };
    let field = job.suspend();
    if field.boolean() == Some(true) && !is_queued(job) {
        let message =
            "the Job starts no pod until `suspend` is set to `false`: it names no queue that would do that";
        let finding = reporter.report(field, message);
        finding.condition = object.name().text().map(|it| Condition::NotResumedByPatch(it.into()));
        finding.help("remove `suspend`, or name the queue in the label `kueue.x-k8s.io/queue-name`");
    }
}
