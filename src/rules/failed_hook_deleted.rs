use crate::diagnostic::meta::{Category, Meta};
use crate::diagnostic::severity::{Confidence, Severity};
use crate::facts::gitops;
use crate::manifest::edit::{Edit, Safety};
use crate::manifest::hook::{self, Tool, Words};
use crate::manifest::workload::{Job, Kind};
use crate::rule::{Check, Reporter, Rule};

pub(super) static RULE: Rule = Rule {
    meta: Meta {
        id: "failed-hook-deleted",
        summary: "A hook that fails is deleted along with its logs",
        category: Category::Failure,
        severity: Severity::Warning,
        confidence: Confidence::High,
        since: "0.1.0",
        fix: Some(Safety::Unsafe),
        ..Meta::DEFAULT
    },
    check: Check::Job(check),
};

fn check(job: Job<'_>, reporter: &mut Reporter<'_>) {
    if job.object.kind != Kind::Job || !gitops::is_hook(job.object) {
        return;
    }
    for tool in Tool::ALL {
        let Some(words) = Words::of(job.object.node, tool.policy_key()) else { continue };
        let [before, _, failed] = *tool.policies();
        let reads = |word: &str, policy: &str| tool.reads(word, tool.policies()) == Some(policy);
        let Some(word) = words.iter().find(|it| reads(it, failed)) else { continue };
        // Helm prints the logs first.
        if tool == Tool::Helm && prints_logs(job) {
            continue;
        }
        let has_before = words.iter().any(|it| reads(it, before));
        let text = words.map(|it| match it {
            _ if !reads(it, failed) => Some(it),
            _ => (!has_before).then_some(before),
        });
        let message = format!(
            "the Job is deleted as soon as it fails, along with its status, its pods and their logs: `{word}` is one of its \
             delete policies"
        );
        let finding = reporter.report(words.entry.value, message);
        finding.condition = gitops::condition_of(words.entry.key);
        let logs = match tool {
            // Argo CD does not print logs.
            Tool::Helm if hook::is_of_chart(job.object.node) && !gitops::is_of_argo_cd(job.object) => {
                "; or add the annotation `helm.sh/hook-output-log-policy: hook-failed`, with which Helm 3.18 and later print \
                 the logs first"
            }
            _ => "",
        };
        let stays = match job.ttl_seconds_after_finished().integer() {
            Some(ttl) => format!("for {ttl} s, or until the hook runs again"),
            None => "until the hook runs again".to_owned(),
        };
        finding.help(format!("write `{text}`: a failed Job then stays {stays}{logs}")).fix(
            format!("write `{text}`"),
            Safety::Unsafe,
            Edit::replace_text(words.entry.value, &text),
        );
        if job.ttl_seconds_after_finished().is_set() {
            finding
                .related(job.ttl_seconds_after_finished(), "a failed Job is deleted before this TTL matters");
        }
    }
}

/// Whether Helm prints the logs of a failed hook before it deletes the hook (`outputLogsByPolicy`, since 3.18).
fn prints_logs(job: Job<'_>) -> bool {
    let words = Words::of(job.object.node, "helm.sh/hook-output-log-policy");
    words.is_some_and(|it| it.iter().any(|word| word.eq_ignore_ascii_case("hook-failed")))
}
