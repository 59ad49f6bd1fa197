use crate::diagnostic::meta::Meta;
use crate::diagnostic::meta::{Category, OptionValue, RuleOption};
use crate::diagnostic::practice::Yield;
use crate::diagnostic::severity::{Confidence, Severity};
use crate::facts::gitops;
use crate::manifest::workload::Job;
use crate::rule::{Check, Reporter, Rule};
use crate::time::history;

pub(super) static RULE: Rule = Rule {
    meta: Meta {
        id: "short-ttl",
        summary: "Status and logs are deleted before anyone can read them",
        category: Category::Lifetime,
        severity: Severity::Warning,
        confidence: Confidence::Medium,
        yields_to: &[Yield::in_object("ttl-races-hook"), Yield::at_field("value-out-of-range")],
        since: "0.1.0",
        options: &[RuleOption {
            name: "minimum",
            summary: "The smallest TTL, in seconds, that is not reported",
            default: OptionValue::Integer(120),
        }],
        ..Meta::DEFAULT
    },
    check: Check::Job(check),
};

fn check(job: Job<'_>, reporter: &mut Reporter<'_>) {
    let field = job.ttl_seconds_after_finished();
    let minimum = reporter.integer("minimum");
    let Some(ttl) = field.integer().filter(|it| (0..minimum).contains(it)) else { return };
    let subject = job.title();
    let when = if ttl == 0 { "as soon as it ends".to_owned() } else { format!("{ttl} s after it ends") };
    reporter
        .report(
            field,
            format!(
                "{subject} is deleted {when}, along with its status, its pods and their logs: \
                 `ttlSecondsAfterFinished` is {ttl}"
            ),
        )
        .help(help(job, minimum));
}

fn help(job: Job<'_>, minimum: i64) -> String {
    if job.cron_job().is_some() {
        return history::ADVICE.to_owned();
    }
    if gitops::applied_by(job.object).is_some() {
        return gitops::TTL_ADVICE.to_owned();
    }
    let deadline = job.active_deadline_seconds().integer().filter(|&it| it >= minimum);
    let least = deadline.map_or(format!("at least {minimum}"), |it| format!("above the deadline of {it} s"));
    format!(
        "set `ttlSecondsAfterFinished` to the number of seconds someone needs to look at a failure, such as 86400 for a \
         day, and {least}"
    )
}
