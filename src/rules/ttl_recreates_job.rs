use crate::diagnostic::condition::Condition;
use crate::diagnostic::finding::Finding;
use crate::diagnostic::meta::{Category, Meta};
use crate::diagnostic::severity::{Confidence, Severity};
use crate::facts::gitops;
use crate::manifest::document::Entry;
use crate::manifest::workload::{Job, Kind};
use crate::rule::{Check, Reporter, Rule};
use crate::text::word_list::says_any;
use crate::time::format;

pub(super) static RULE: Rule = Rule {
    meta: Meta {
        id: "ttl-recreates-job",
        summary: "GitOps runs the Job again after its TTL has deleted it",
        category: Category::Lifetime,
        severity: Severity::Info,
        confidence: Confidence::Medium,
        since: "0.1.0",
        ..Meta::DEFAULT
    },
    check: Check::Job(check),
};

/// How many bytes of a file are its top: all of it would be read for each of its Jobs.
const TOP: usize = 4_096;

fn check(job: Job<'_>, reporter: &mut Reporter<'_>) {
    let field = job.ttl_seconds_after_finished();
    let Some(ttl) = field.integer().filter(|_| job.object.kind == Kind::Job) else { return };
    if is_meant_to_run_again(job) {
        return;
    }
    let is_known = reporter.is_gitops();
    let mut report = |tool, cause: Option<Entry<'_>>, condition| {
        let finding = report(reporter, job, ttl, tool);
        // Other files tell.
        finding.condition = condition;
        if let Some(cause) = cause {
            finding.related(cause, format!("this shows that {tool} applies the Job"));
        }
    };
    match gitops::applied_by(job.object) {
        // Its annotations stay in repositories that Flux applies by now.
        Some((tool @ "Argo CD", cause)) => {
            report(tool, Some(cause), Some(Condition::NotByFlux));
            report("Flux", None, Some(Condition::AppliedByFlux));
        }
        Some((tool, cause)) => report(tool, Some(cause), Some(Condition::NotLeftOut)),
        // With `generateName` nothing is applied, only created.
        None if job.object.name().is_missing() || !gitops::can_be_applied(job.object) => {}
        None if is_known => report("GitOps", None, None),
        None => {
            report("Argo CD", None, Some(Condition::AppliedByArgoCd));
            report("Flux", None, Some(Condition::AppliedByFlux));
        }
    }
}

/// Reports that a tool runs the Job once more, after so many seconds.
fn report<'r>(reporter: &'r mut Reporter<'_>, job: Job<'_>, ttl: i64, tool: &str) -> &'r mut Finding {
    let run = if tool == "Flux" { "reconciliation" } else { "sync" };
    let after = format::duration(ttl);
    let message = format!(
        "the TTL deletes the Job {after} after it ends, and the next {tool} {run} creates it again and runs it once more"
    );
    let finding = reporter.report(job.ttl_seconds_after_finished(), message);
    finding.help(match tool {
        "Argo CD" => {
            "remove `ttlSecondsAfterFinished`, or make the Job a hook that runs once per sync \
                          (the annotation `argocd.argoproj.io/hook: PostSync`)"
        }
        // It has no hooks.
        "Flux" if job.object.annotation("kustomize.toolkit.fluxcd.io/force") == Some("enabled") => {
            "remove `ttlSecondsAfterFinished`: the finished Job then stays, and Flux replaces it when its manifest changes"
        }
        "Flux" => {
            "remove `ttlSecondsAfterFinished`: the finished Job then stays; for Flux to replace it when its manifest \
             changes, add the annotation `kustomize.toolkit.fluxcd.io/force: enabled`"
        }
        _ => {
            "remove `ttlSecondsAfterFinished`, or, if the tool has hooks, make the Job one, which runs once \
             per sync (`argocd.argoproj.io/hook`) or release (`helm.sh/hook`)"
        }
    });
    finding
}

/// Whether a comment at the top of the file says that the work may run again: `# Idempotent, so that Flux can recreate the Job`.
fn is_meant_to_run_again(job: Job<'_>) -> bool {
    let text = &job.object.node.document.source.text;
    let top = &text[..text.floor_char_boundary(TOP)];
    let mut comments = top.lines().filter_map(|it| it.trim_start().strip_prefix('#'));
    comments.any(|it| says_any("idempotent", it))
}
