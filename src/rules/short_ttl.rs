use crate::finding::{Confidence, Severity};
use crate::rule::{Category, Check, OptionValue, Reporter, Rule, RuleOption};
use crate::workload::Job;

pub static RULE: Rule = Rule {
    id: "short-ttl",
    summary: "Status and logs are gone before anyone looks",
    category: Category::Lifetime,
    severity: Severity::Warning,
    confidence: Confidence::Medium,
    since: "0.1.0",
    page: include_str!("../../rules/short-ttl.md"),
    options: &[RuleOption {
        name: "minimum",
        summary: "A shorter TTL, in seconds, is reported",
        default: OptionValue::Integer(60),
    }],
    check: Check::Job(check),
    ..Rule::DEFAULT
};

/// Says whether a TTL, in seconds, is so short that this rule speaks; others are silent then.
pub fn is_short(ttl: i64, reporter: &Reporter<'_>) -> bool {
    (0..reporter.integer_of(&RULE, "minimum")).contains(&ttl)
}

fn check(job: Job<'_>, reporter: &mut Reporter<'_>) {
    let field = job.ttl_seconds_after_finished();
    let Some(ttl) = field.integer().filter(|&ttl| is_short(ttl, reporter)) else { return };
    let subject = job.title();
    let when = if ttl == 0 { "as soon as it ends".to_owned() } else { format!("{ttl} s after it ends") };
    let minimum = reporter.integer("minimum");
    reporter
        .report(field, format!("{subject} is deleted {when}, with its status, its pods and their logs"))
        .help(format!(
            "set `ttlSecondsAfterFinished` to the time in which somebody looks at a failure, at least {minimum}"
        ));
}
