use crate::diagnostic::meta::{Category, Meta};
use crate::diagnostic::severity::{Confidence, Severity};
use crate::facts::job_name;
use crate::manifest::edit::{Edit, Safety};
use crate::manifest::hook::{self, Tool, Words};
use crate::manifest::workload::{Job, Kind};
use crate::rule::{Check, Reporter, Rule};
use crate::time::format;

pub(super) static RULE: Rule = Rule {
    meta: Meta {
        id: "hook-left-behind",
        summary: "A Job that Helm leaves behind makes the next upgrade fail",
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
    let hooks = hook::hooks_of(job.object.node, Tool::Helm);
    let Some(words) = Words::of(job.object.node, Tool::Helm.policy_key()) else { return };
    if job.object.kind != Kind::Job || hooks.is_empty() || !job_name::is_fixed(job) {
        return;
    }
    let policies = Tool::Helm.policies();
    let [before, succeeded, failed] = *policies;
    let has = |policy: &str| words.iter().any(|it| Tool::Helm.reads(it, policies) == Some(policy));
    let (outcome, policy) = match (has(before), has(succeeded), has(failed)) {
        (false, true, false) => ("failed", succeeded),
        (false, false, true) => ("successful", failed),
        // Any run is deleted, or `unknown-delete-policy` reports it.
        _ => return,
    };
    let next = hook::operation(&hooks);
    let stays = match job.ttl_seconds_after_finished().integer() {
        // It is gone before anyone tries again.
        Some(..600) => return,
        Some(ttl) => format!("stays for {}, and until then", format::duration(ttl)),
        None => "stays, and".to_owned(),
    };
    // `failed-hook-deleted` reports `hook-failed`, unless Helm prints the logs first.
    let is_reported = policy == failed && job.object.annotation("helm.sh/hook-output-log-policy").is_none();
    let text = if is_reported { before.to_owned() } else { format!("{before},{}", words.text.trim()) };
    reporter
        .report(
            words.entry.value,
            format!(
                "after a {outcome} run the Job {stays} the next {next} cannot create it again: `{policy}` replaces \
                 the default, `{before}`"
            ),
        )
        .help(format!("write `{text}`"))
        .fix(format!("write `{text}`"), Safety::Unsafe, Edit::replace_text(words.entry.value, &text));
}
