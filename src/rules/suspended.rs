use crate::diagnostic::condition::Condition;
use crate::diagnostic::meta::{Category, Meta};
use crate::diagnostic::severity::{Confidence, Severity};
use crate::manifest::workload::CronJob;
use crate::rule::{Check, Reporter, Rule};
use crate::time::calendar::never_fires;

pub(super) static RULE: Rule = Rule {
    meta: Meta {
        id: "suspended",
        summary: "The CronJob starts no runs",
        category: Category::Schedule,
        severity: Severity::Info,
        confidence: Confidence::Medium,
        since: "0.1.0",
        ..Meta::DEFAULT
    },
    check: Check::CronJob(check),
};

fn check(cron_job: CronJob<'_>, reporter: &mut Reporter<'_>) {
    if cron_job.suspend().boolean() != Some(true) || is_template(cron_job) {
        return;
    }
    let schedule = cron_job.schedule().text().map(|text| format!("`{text}`"));
    let never_fires = never_fires(cron_job, reporter.as_of());
    let message = match schedule {
        Some(schedule) if never_fires => {
            format!(
                "the CronJob is suspended, and would start no runs even without `suspend`: {schedule} matches no date"
            )
        }
        Some(schedule) => format!("the CronJob is suspended: it starts no runs on its schedule, {schedule}"),
        None => "the CronJob is suspended: it starts no runs".to_owned(),
    };
    let finding = reporter.report(cron_job.suspend(), message);
    finding.condition = cron_job.object.name().text().map(|it| Condition::NotResumedByPatch(it.into()));
    finding.help(if never_fires {
        "correct `schedule` and remove `suspend`, or delete the CronJob if it is no longer needed"
    } else {
        "remove `suspend` once the pause is over, or delete the CronJob if it is no longer needed"
    });
}

/// Whether the name tells that people start it, with `kubectl create job --from`.
fn is_template(cron_job: CronJob<'_>) -> bool {
    let name = cron_job.object.name().text().unwrap_or_default();
    name.split(['-', '.']).any(|word| matches!(word, "template" | "manual" | "ondemand" | "demand"))
}
