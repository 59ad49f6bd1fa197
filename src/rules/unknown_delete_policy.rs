use crate::diagnostic::meta::{Category, Meta};
use crate::diagnostic::severity::{Confidence, Severity};
use crate::facts::{gitops, job_name};
use crate::manifest::edit::{Edit, Safety};
use crate::manifest::hook::{self, Tool, Words};
use crate::manifest::workload::{Job, Kind, Object};
use crate::rule::{Check, Reporter, Rule};
use crate::text::nearest::nearest;
use crate::time::format;

pub(super) static RULE: Rule = Rule {
    meta: Meta {
        id: "unknown-delete-policy",
        summary: "A hook has a delete policy that Helm or Argo CD does not support",
        category: Category::Lifetime,
        severity: Severity::Warning,
        confidence: Confidence::High,
        since: "0.1.0",
        fix: Some(Safety::Unsafe),
        ..Meta::DEFAULT
    },
    check: Check::Job(check),
};

fn check(job: Job<'_>, reporter: &mut Reporter<'_>) {
    let object = job.object;
    if object.kind != Kind::Job || !gitops::is_hook(object) {
        return;
    }
    for tool in Tool::ALL {
        let Some(words) = Words::of(object.node, tool.policy_key()) else { continue };
        let known: Vec<&str> = words.iter().filter_map(|it| tool.reads(it, tool.policies())).collect();
        let is_unknown = |it: &&str| !it.is_empty() && tool.reads(it, tool.policies()).is_none();
        let unknown = words.iter().find(is_unknown);
        // Argo CD follows Helm's annotations, too, but has a default whatever they say.
        let is_of_helm = tool == Tool::Helm && object.annotation(tool.hook_key()).is_some();
        let loses_default = is_of_helm && known.is_empty();
        let has_default = !is_of_helm && !has_known(object);
        let what = match unknown {
            Some(word) => format!("{} has no delete policy `{word}`", tool.as_str()),
            None if loses_default => format!("`{}` is empty", tool.policy_key()),
            None => continue,
        };
        let message = match (loses_default, has_default) {
            (true, _) => {
                format!(
                    "{}: {what}, and any value replaces the default, `before-hook-creation`",
                    left_behind(job)
                )
            }
            (_, true) => format!("Argo CD deletes the Job only before the hook runs again: {what}"),
            _ if known.is_empty() => format!("{} ignores the annotation: {what}", tool.as_str()),
            _ => format!("{} deletes the Job only as `{}` says: {what}", tool.as_str(), known.join(",")),
        };
        let node = words.entry.value;
        let finding = reporter.report(node, message);
        finding.condition = gitops::condition_of(words.entry.key);
        let near = |word: &str| nearest(word, tool.policies().iter().copied());
        if unknown.is_none() {
            finding.help("remove the annotation: Helm then deletes the Job before the hook runs again").fix(
                "remove the annotation",
                Safety::Unsafe,
                Edit::remove(words.entry),
            );
        } else if words.iter().filter(is_unknown).any(|it| near(it).is_none()) {
            // The first one alone leaves no Job behind that the next run meets.
            let before = tool.policies()[0];
            let added = (is_of_helm && !known.contains(&before)).then_some(before);
            let kept: Vec<&str> = added.into_iter().chain(known.iter().copied()).collect();
            finding.help(if known.is_empty() {
                format!("write `{before}`, or remove the annotation")
            } else {
                format!("write `{}`", kept.join(","))
            });
        } else {
            let mut text = words.map(|it| tool.reads(it, tool.policies()).map_or(near(it), |_| Some(it)));
            // What deletes the Job after one outcome leaves it after the other, and the next run meets it.
            let before = tool.policies()[0];
            let has_before = text.split(',').any(|it| tool.reads(it.trim(), tool.policies()) == Some(before));
            if is_of_helm && job_name::is_fixed(job) && !has_before {
                text = format!("{before},{}", text.trim());
            }
            finding.help(format!("write `{text}`")).fix(
                format!("write `{text}`"),
                Safety::Unsafe,
                Edit::replace_text(node, &text),
            );
        }
    }
}

/// Whether Argo CD has any of the policies: it reads the lists of both tools (`gitops-engine/pkg/sync/hook/delete_policy.go`).
fn has_known(object: Object<'_>) -> bool {
    Tool::ALL.into_iter().any(|tool| {
        let mut words = Words::of(object.node, tool.policy_key()).into_iter().flat_map(Words::iter);
        words.any(|it| tool.reads(it, tool.policies()).is_some())
    })
}

/// Returns what happens to a Job of Helm that no policy deletes.
fn left_behind(job: Job<'_>) -> String {
    let next = hook::operation(&hook::hooks_of(job.object.node, Tool::Helm));
    let ttl = job.ttl_seconds_after_finished().integer();
    match (job_name::is_fixed(job), ttl) {
        (true, None) => {
            format!("Helm never deletes the Job, and the next {next} fails because the Job exists")
        }
        (true, Some(..60)) => "only its TTL deletes the Job".to_owned(),
        (true, Some(ttl)) => {
            let ttl = format::duration(ttl);
            format!(
                "the Job stays for {ttl} after it ends, and until then the next {next} fails because the Job exists"
            )
        }
        (false, None) => "Helm never deletes the Job".to_owned(),
        (false, Some(_)) => "only its TTL deletes the Job".to_owned(),
    }
}
