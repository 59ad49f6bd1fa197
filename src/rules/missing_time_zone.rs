use crate::diagnostic::meta::{Category, Meta};
use crate::diagnostic::severity::{Confidence, Severity};
use crate::manifest::workload::{CronJob, Job, Pod};
use crate::rule::{Check, Reporter, Rule};
use crate::time::calendar::never_fires;
use crate::time::{nearest_zone, zone, zone_in_any_case};

pub(super) static RULE: Rule = Rule {
    meta: Meta {
        id: "missing-time-zone",
        summary: "The schedule runs in the controller's time zone",
        category: Category::Schedule,
        severity: Severity::Info,
        confidence: Confidence::Medium,
        since: "0.1.0",
        ..Meta::DEFAULT
    },
    check: Check::CronJob(check),
};

fn check(cron_job: CronJob<'_>, reporter: &mut Reporter<'_>) {
    let (field, schedule_field) = (cron_job.time_zone(), cron_job.schedule());
    let Some(schedule) = schedule_field.text().filter(|text| field.is_missing() && names_hours(text)) else {
        return;
    };
    // No zone makes a date of one that does not exist.
    if never_fires(cron_job, reporter.as_of()) {
        return;
    }
    if report_variable(cron_job, schedule, reporter) {
        return;
    }
    let message = format!(
        "`{schedule}` is interpreted in the time zone of the controller manager, usually UTC: `timeZone` is not set"
    );
    let hours = if schedule.starts_with('@') {
        "the schedule starts runs at midnight"
    } else {
        "the schedule names hours of the day"
    };
    reporter
        .report(field, message)
        .related(schedule_field, hours)
        .help("set `timeZone` to the intended zone, such as `Etc/UTC`");
}

/// Reports `CRON_TZ` in the variables of a container that starts no cron of its own; returns whether there is one.
fn report_variable(cron_job: CronJob<'_>, schedule: &str, reporter: &mut Reporter<'_>) -> bool {
    let containers = || cron_job.object.job().and_then(Job::pod).into_iter().flat_map(Pod::containers);
    let words = || containers().flat_map(|it| it.command().items().chain(it.args().items()));
    let is_cron = |it: &str| it.split_whitespace().any(|it| it.contains("cron") && !it.contains("CRON_TZ"));
    let mut variables = containers().flat_map(|it| it.env().items());
    let Some(variable) = variables.find(|it| it.field("name").is("CRON_TZ")) else { return false };
    let Some(text) = variable.field("value").text().filter(|it| !it.is_empty()) else { return false };
    if words().filter_map(|it| it.text()).any(is_cron) {
        return false;
    }
    let message = format!(
        "`{schedule}` is interpreted in the time zone of the controller manager, usually UTC: the container's variable \
         `CRON_TZ` does not change that"
    );
    let finding = reporter.report(variable, message);
    // The API server rejects other names, and `Local`.
    let is_name = zone(text).is_some() && text != "Local";
    let meant =
        if is_name { Some(text.to_owned()) } else { zone_in_any_case(text).or_else(|| nearest_zone(text)) };
    finding.help(match meant {
        Some(name) => format!("set `timeZone: {name}` next to `schedule`, and remove the variable"),
        None => "set `timeZone`, next to `schedule`, to the zone that the variable means, such as `Europe/Paris`, and remove the \
            variable"
            .to_owned(),
    });
    finding.related(cron_job.schedule(), "only `timeZone` says in which zone these hours are");
    true
}

/// Whether a schedule names hours of the day, and not only how far they are apart.
///
/// A zone before the fields (`TZ=`) is rejected by the API server.
fn names_hours(schedule: &str) -> bool {
    let fields: Vec<_> = schedule.split_whitespace().collect();
    match fields[..] {
        [name] => matches!(name, "@yearly" | "@annually" | "@monthly" | "@weekly" | "@daily" | "@midnight"),
        [_, hours, ..] if fields.len() == 5 => hours.split(',').all(|part| {
            let (range, step) = part.split_once('/').unwrap_or((part, ""));
            let is_start = !range.contains('-') && !step.is_empty();
            !is_start && range != "0-23" && range.bytes().next().is_some_and(|it| it.is_ascii_digit())
        }),
        _ => false,
    }
}
