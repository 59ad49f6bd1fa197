use crate::diagnostic::meta::{Category, Meta, OptionValue, RuleOption};
use crate::diagnostic::severity::{Confidence, Severity};
use crate::manifest::document::Field;
use crate::manifest::live;
use crate::manifest::workload::Object;
use crate::rule::{Check, Reporter, Rule};
use crate::text::pattern::steps_for;
use crate::text::phrases;
use crate::text::placeholder::is_placeholder;

pub(super) static RULE: Rule = Rule {
    meta: Meta {
        id: "unlisted-value",
        summary: "A time zone, service account or priority class is not on the team's list",
        category: Category::Security,
        severity: Severity::Warning,
        confidence: Confidence::High,
        since: "0.1.0",
        options: &[
            option("priorityClassName", "The allowed priority classes; an empty list allows all"),
            option("serviceAccountName", "The allowed service accounts; an empty list allows all"),
            option("timeZone", "The allowed time zones of CronJobs; an empty list allows all"),
        ],
        ..Meta::DEFAULT
    },
    check: Check::Object(check),
};

const fn option(name: &'static str, summary: &'static str) -> RuleOption {
    RuleOption { name, summary, default: OptionValue::Patterns(Vec::new()) }
}

fn check(object: Object<'_>, reporter: &mut Reporter<'_>) {
    let is_stored = live::is_live(object);
    let mut check = |field: Field<'_>, option: &str, default: Option<&str>| {
        let value = if field.is_set() { field.text() } else { default };
        if let Some(value) = value.filter(|it| is_stored || !is_placeholder(it)) {
            check_value(field, option, value, reporter);
        }
    };
    if let Some(cron_job) = object.cron_job() {
        check(cron_job.time_zone(), "timeZone", None);
    }
    if let Some(pod) = object.job().and_then(|it| it.pod()) {
        check(pod.priority_class_name(), "priorityClassName", None);
        check(pod.account(), "serviceAccountName", Some("default"));
    }
}

fn check_value(field: Field<'_>, option: &str, value: &str, reporter: &mut Reporter<'_>) {
    let allowed = reporter.patterns(option);
    let mut left = steps_for(value);
    if allowed.is_empty() || allowed.iter().any(|it| it.matches_value(value, &mut left) == Some(true)) {
        return;
    }
    let names: Vec<_> = allowed.iter().map(|it| format!("`{}`", it.as_str())).collect();
    let list = match names.len() {
        1..=3 => format!("a value that matches {}", phrases::alternatives(&names)),
        _ => format!("a value that matches a pattern of the option `{option}`"),
    };
    let name = field.name();
    let is =
        if field.is_set() { format!("is `{value}`") } else { format!("is not set, which means `{value}`") };
    reporter
        .report(field, format!("the configuration does not allow this value: `{name}` {is}"))
        .help(format!("set `{name}` to {list}"));
}
