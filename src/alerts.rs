//! Alerting rules for Prometheus, made from what a manifest says of its runs: on the series of kube-state-metrics.

use std::fmt::Write as _;

use crate::manifest::workload::{Kind, Object};
use crate::time::calendar::Calendar;
use crate::time::format;
use crate::time::run::longest_run;

/// What a rule file is written for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum RuleFileFormat {
    /// An object for the Prometheus operator.
    #[default]
    Object,
    /// A group for Prometheus' own rule files.
    Group,
}

/// An alert.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Alert {
    /// The alert's name.
    pub name: &'static str,
    /// The expression, in lines.
    pub expression: String,
    /// How long it has to hold, in seconds.
    pub holds: i64,
    /// What happened, in a sentence.
    pub summary: String,
}

/// Late starts, image pulls and scrapes are no reason to wake anyone.
const SLACK: i64 = 300;

const DAY: i64 = 86_400;

/// Returns the alerts for an object; `namespace` stands where it names none. None without a name to look for.
pub fn alerts(object: Object<'_>, namespace: &str, as_of: jiff::civil::Date) -> Vec<Alert> {
    let namespace = object.namespace().text().unwrap_or(namespace);
    match object.kind {
        Kind::CronJob => for_cron_job(object, namespace, as_of),
        Kind::Job => for_job(object, namespace),
    }
}

fn for_cron_job(object: Object<'_>, namespace: &str, as_of: jiff::civil::Date) -> Vec<Alert> {
    let (Some(cron_job), Some(name)) = (object.cron_job(), object.name().text()) else { return Vec::new() };
    let calendar = Calendar::for_cron_job(cron_job);
    let intervals = calendar.and_then(|it| it.intervals(as_of));
    let longest_run = cron_job.job().and_then(longest_run);
    let cron = format!("{{namespace={},cronjob={}}}", quote(namespace), quote(name));
    let space = format!("{{namespace={}}}", quote(namespace));
    let owner =
        format!("{{namespace={},owner_kind=\"CronJob\",owner_name={}}}", quote(namespace), quote(name));
    let mut alerts = Vec::new();
    if let Some((shortest, most)) = intervals {
        let limit = 2 * most + longest_run.map_or(most.min(3_600), |it| it.seconds) + SLACK;
        alerts.push(Alert {
            name: "CronJobWithoutSuccess",
            expression: format!(
                "(\n  time() - max by (namespace, cronjob) (\n    kube_cronjob_status_last_successful_time{cron}\n    \
                 or kube_cronjob_created{cron}\n  ) > {limit}\n)\n\
                 and on (namespace, cronjob) kube_cronjob_spec_suspend{cron} == 0"
            ),
            holds: SLACK,
            summary: format!(
                "CronJob {name} has not succeeded for over {}: two intervals and a run",
                format::duration(limit)
            ),
        });
        // A run that reaches its deadline ends by itself; one that outlasts the interval is in the way of the next.
        let limit = longest_run.map_or(shortest, |it| it.seconds.max(shortest)) + SLACK;
        alerts.push(Alert {
            name: "CronJobRunTooLong",
            expression: format!(
                "(\n  time() - max by (namespace, job_name) (kube_job_status_start_time{space})\n  \
                 and on (namespace, job_name) (kube_job_status_active{space} > 0)\n  \
                 and on (namespace, job_name) kube_job_owner{owner}\n) > {limit}"
            ),
            holds: 60,
            summary: format!(
                "A run of CronJob {name} has taken over {}, longer than its schedule allows",
                format::duration(limit)
            ),
        });
    }
    alerts.push(Alert {
        name: "CronJobRunFailed",
        // Failed Jobs stay for the history: one that a success has followed is not news.
        expression: format!(
            "(\n  max by (namespace, job_name) (kube_job_status_start_time{space})\n  \
             and on (namespace, job_name) (kube_job_failed{{namespace={0},condition=\"true\"}} == 1)\n  \
             and on (namespace, job_name) kube_job_owner{owner}\n)\n> on (namespace) group_left ()\n\
             max by (namespace) (\n  kube_cronjob_status_last_successful_time{cron}\n  \
             or kube_cronjob_created{cron}\n)",
            quote(namespace)
        ),
        holds: 0,
        summary: format!("A run of CronJob {name} has failed, and none has succeeded since"),
    });
    let long = intervals.map_or(DAY, |(_, most)| (2 * most).max(DAY));
    alerts.push(Alert {
        name: "CronJobSuspended",
        expression: format!("max by (namespace, cronjob) (kube_cronjob_spec_suspend{cron}) == 1"),
        holds: long,
        summary: format!("CronJob {name} has been suspended for {}", format::duration(long)),
    });
    alerts
}

fn for_job(object: Object<'_>, namespace: &str) -> Vec<Alert> {
    // Names hold letters, digits, `-` and `.` only.
    let generated = object
        .generate_name()
        .text()
        .map(|it| format!("=~{}", quote(&format!("{}.+", it.replace('.', "\\.")))));
    let Some(name) = object.name().text().map(|it| format!("={}", quote(it))).or(generated) else {
        return Vec::new();
    };
    let title = object.name().text().or(object.generate_name().text()).unwrap_or_default();
    let job = format!("namespace={},job_name{name}", quote(namespace));
    let mut alerts = vec![Alert {
        name: "JobFailed",
        expression: format!(
            "max by (namespace, job_name) (kube_job_failed{{{job},condition=\"true\"}}) == 1"
        ),
        holds: 0,
        summary: format!("Job {title} has failed"),
    }];
    if let Some(run) = object.job().and_then(longest_run) {
        let limit = run.seconds + SLACK;
        alerts.push(Alert {
            name: "JobTooLong",
            expression: format!(
                "(\n  time() - max by (namespace, job_name) (kube_job_status_start_time{{{job}}})\n  \
                 and on (namespace, job_name) (kube_job_status_active{{{job}}} > 0)\n) > {limit}"
            ),
            holds: 60,
            summary: format!("Job {title} has run for over {}", format::duration(limit)),
        });
    }
    alerts
}

/// Writes the alerts of an object as YAML; empty for none.
pub fn to_yaml(object: Object<'_>, alerts: &[Alert], namespace: &str, shape: RuleFileFormat) -> String {
    if alerts.is_empty() {
        return String::new();
    }
    let name = object.name().text().or(object.generate_name().text()).unwrap_or_default();
    let kind = object.kind_name().to_lowercase();
    let group = format!("{kind}-{}", name.trim_end_matches('-'));
    let namespace = object.namespace().text().unwrap_or(namespace);
    let mut yaml = String::new();
    let indent = if shape == RuleFileFormat::Object { "  " } else { "" };
    if shape == RuleFileFormat::Object {
        let _ = write!(
            yaml,
            "apiVersion: monitoring.coreos.com/v1\nkind: PrometheusRule\nmetadata:\n  name: {}\n  \
             namespace: {}\nspec:\n  groups:\n",
            quote(&group),
            quote(namespace)
        );
    }
    let _ = writeln!(yaml, "{indent}- name: {}\n{indent}  rules:", quote(&format!("{namespace}/{group}")));
    for alert in alerts {
        let _ = writeln!(yaml, "{indent}  - alert: {}\n{indent}    expr: |-", alert.name);
        alert.expression.lines().for_each(|line| {
            let _ = writeln!(yaml, "{indent}      {line}");
        });
        if alert.holds > 0 {
            let _ = writeln!(yaml, "{indent}    for: {}s", alert.holds);
        }
        let _ = writeln!(yaml, "{indent}    labels:\n{indent}      severity: warning");
        for (label, value) in labels(object, namespace) {
            let _ = writeln!(yaml, "{indent}      {label}: {}", quote(value));
        }
        let _ = writeln!(yaml, "{indent}    annotations:\n{indent}      summary: {}", quote(&alert.summary));
    }
    yaml
}

/// Returns the labels that tell the alerts of an object from those of others, the same as those of its series.
///
/// A `job_name` of its own would take the place of the names that a generated Job's series have.
fn labels<'d>(object: Object<'d>, namespace: &'d str) -> impl Iterator<Item = (&'static str, &'d str)> {
    let label = match (object.kind, object.name().text()) {
        (Kind::CronJob, Some(name)) => Some(("cronjob", name)),
        (Kind::Job, Some(name)) => Some(("job_name", name)),
        (_, None) => object.generate_name().text().map(|prefix| ("job_generate_name", prefix)),
    };
    std::iter::once(("namespace", namespace)).chain(label)
}

/// Quotes for YAML and for PromQL, which agree on this.
fn quote(text: &str) -> String {
    let mut quoted = String::from("\"");
    for char in text.chars() {
        match char {
            '"' | '\\' => quoted.extend(['\\', char]),
            char if char.is_control() => quoted.push(' '),
            char => quoted.push(char),
        }
    }
    quoted + "\""
}
