use crate::diagnostic::condition::Condition;
use crate::diagnostic::meta::{Category, Meta};
use crate::diagnostic::severity::{Confidence, Severity};
use crate::manifest::edit::{Edit, Safety};
use crate::manifest::hook::{Tool, hooks_of, is_of_chart, is_release_output};
use crate::manifest::workload::{Job, Kind};
use crate::rule::{Check, Reporter, Rule};
use crate::time::format;

pub(super) static RULE: Rule = Rule {
    meta: Meta {
        id: "ttl-races-hook",
        summary: "The TTL deletes a hook before Helm or Argo CD has seen it end",
        category: Category::Lifetime,
        severity: Severity::Warning,
        confidence: Confidence::Medium,
        since: "0.1.0",
        fix: Some(Safety::Unsafe),
        ..Meta::DEFAULT
    },
    check: Check::Job(check),
};

/// A tool sees within these seconds that a Job has ended, even if its watch has to start again.
const ENOUGH: i64 = 60;

fn check(job: Job<'_>, reporter: &mut Reporter<'_>) {
    let field = job.ttl_seconds_after_finished();
    let Some(ttl) = field.integer().filter(|it| (0..ENOUGH).contains(it)) else { return };
    let is_run_by = |tool: &Tool| !matches!(hooks_of(job.object.node, *tool)[..], [] | ["Skip"]);
    // If it is a hook of both, Argo CD runs it.
    let tool = [Tool::ArgoCd, Tool::Helm].into_iter().find(is_run_by);
    let Some(tool) = tool.filter(|_| job.object.kind == Kind::Job) else { return };
    // Who applies the file decides which hooks count: Argo CD runs those of Helm as its own, Flux none.
    let object = job.object.node;
    let is_template = is_of_chart(object) && !is_release_output(&object.document.source);
    match tool {
        Tool::ArgoCd => {
            report(job, ttl, tool, (!is_template).then_some(Condition::NotByFlux), reporter);
        }
        Tool::Helm => {
            let condition = if is_template { Condition::NotByArgoCd } else { Condition::NotApplied };
            report(job, ttl, tool, Some(condition), reporter);
            report(job, ttl, Tool::ArgoCd, Some(Condition::AppliedByArgoCd), reporter);
        }
    }
}

/// Reports that a tool can miss the end of the Job.
fn report(job: Job<'_>, ttl: i64, tool: Tool, condition: Option<Condition>, reporter: &mut Reporter<'_>) {
    let field = job.ttl_seconds_after_finished();
    let when = match ttl {
        0 => "as soon as it ends".to_owned(),
        _ => format!("{} after it ends", format::duration(ttl)),
    };
    let effect = match tool {
        Tool::Helm => {
            "Helm 4 can miss the end of the Job, and then waits for its whole `--timeout` and fails"
        }
        Tool::ArgoCd => {
            "Argo CD before 3.0 can miss the end of the Job, and then waits until someone terminates the sync"
        }
    };
    let [_, succeeded, _] = tool.policies();
    // Releases of Argo CD that do so get no fixes any more.
    let is_mild = matches!(tool, Tool::ArgoCd);
    let finding = reporter.report_milder(is_mild, field, format!("{effect}: the TTL deletes the Job {when}"));
    finding.condition = condition;
    finding.help(format!(
        "remove `ttlSecondsAfterFinished`: {} deletes its hooks itself, by default before it runs them again, and as \
         soon as they succeed if `{}` includes `{succeeded}`",
        tool.as_str(),
        tool.policy_key()
    ));
    if let Some(entry) = field.parent.entries().find(|it| it.key == field.name()) {
        finding.fix("remove `ttlSecondsAfterFinished`", Safety::Unsafe, Edit::remove(entry));
    }
}
