use crate::diagnostic::condition::Condition;
use crate::diagnostic::meta::{Category, Meta};
use crate::diagnostic::severity::{Confidence, Severity};
use crate::facts::gitops;
use crate::manifest::workload::{Job, Kind};
use crate::rule::{Check, Reporter, Rule};
use crate::time::format;

pub(super) static RULE: Rule = Rule {
    meta: Meta {
        id: "ttl-recreates-job",
        summary: "GitOps runs the Job again after its TTL has deleted it",
        category: Category::Lifetime,
        severity: Severity::Info,
        confidence: Confidence::Medium,
        since: "0.1.0",
        page: include_str!("../../rules/ttl-recreates-job.md"),
        ..Meta::DEFAULT
    },
    check: Check::Job(check),
};

fn check(job: Job<'_>, reporter: &mut Reporter<'_>) {
    let field = job.ttl_seconds_after_finished();
    let Some(ttl) = field.integer().filter(|_| job.object.kind == Kind::Job) else { return };
    let (tool, cause) = match gitops::applied_by(job.object) {
        Some((tool, entry)) => (tool, Some(entry)),
        // With `generateName` nothing is applied, only created.
        None if job.object.name().is_set() && gitops::can_be_applied(job.object) => ("GitOps", None),
        None => return,
    };
    let is_known = cause.is_some() || reporter.is_gitops();
    let run = if tool == "Flux" { "reconciliation" } else { "sync" };
    let after = format::duration(ttl);
    let message = format!(
        "the TTL deletes the Job {after} after it ends, and the next {tool} {run} creates it again and runs it once more"
    );
    let finding = reporter.report(field, message);
    finding.help(match tool {
        "Argo CD" => {
            "remove `ttlSecondsAfterFinished`, or make the Job a hook that runs once per sync \
                          (the annotation `argocd.argoproj.io/hook: PostSync`)"
        }
        // It has no hooks.
        "Flux" => {
            "remove `ttlSecondsAfterFinished`: the finished Job then stays; for Flux to replace it when its manifest \
             changes, add the annotation `kustomize.toolkit.fluxcd.io/force: enabled`"
        }
        _ => {
            "remove `ttlSecondsAfterFinished`, or, if the tool has hooks, make the Job one that runs once \
             per change (`argocd.argoproj.io/hook`, `helm.sh/hook`)"
        }
    });
    // Other files tell.
    finding.condition = (!is_known).then_some(Condition::Applied);
    if let Some(cause) = cause {
        finding.related(cause, format!("this shows that {tool} applies the Job"));
    }
}
