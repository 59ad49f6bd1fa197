use crate::finding::{Confidence, Severity};
use crate::rule::{Admission, Category, Check, Reporter, Rule};
use crate::workload::CronJob;

pub static RULE: Rule = Rule {
    id: "suspended",
    summary: "The CronJob starts no runs",
    category: Category::Schedule,
    severity: Severity::Info,
    confidence: Confidence::Medium,
    admission: Admission::Same,
    since: "0.1.0",
    page: include_str!("../../rules/suspended.md"),
    options: &[],
    fix: None,
    check: Check::CronJob(check),
};

fn check(cron_job: CronJob<'_>, reporter: &mut Reporter<'_>) {
    if cron_job.suspend().boolean() != Some(true) || is_template(cron_job) {
        return;
    }
    let schedule = cron_job.schedule().text().map(|text| format!(" at `{text}`")).unwrap_or_default();
    reporter
        .report(cron_job.suspend(), format!("the CronJob is suspended: no run starts{schedule}"))
        .help("take `suspend` away once the pause is over, or delete a CronJob nobody needs any more");
}

/// Says whether the name tells that people start it, with `kubectl create job --from`.
fn is_template(cron_job: CronJob<'_>) -> bool {
    let name = cron_job.object.name().text().unwrap_or_default();
    name.split(['-', '.']).any(|word| matches!(word, "template" | "manual" | "ondemand" | "demand"))
}
