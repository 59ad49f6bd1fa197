//! The CronJob (`ValidateCronJobCreate`, and `ValidateCronJobUpdate` for one that is stored, in
//! `pkg/apis/batch/validation/validation.go`).

use std::collections::BTreeMap;

use super::api_field::ApiField;
use super::error::{BadValue, Errors};
use super::job;
use super::metadata::{self, selector_json};
use crate::kubernetes::verdict::model::JobSpec;
use crate::time::cron::Schedule;

/// Checks a CronJob.
pub fn check<'d>(object: ApiField<'d>, errors: &mut Errors<'d>) {
    let (metadata, spec) = (object.get("metadata"), object.get("spec"));
    metadata::check(metadata, None, errors);
    check_spec(spec, errors);
    let name = metadata::name(metadata);
    // Longer names are older than the limit.
    if name.len() > 52 && !errors.is_stored {
        let place = metadata.get(if metadata.get("name").is_set() { "name" } else { "generateName" });
        errors.invalid(place.with_path("metadata.name"), name.as_str(), "must be no more than 52 characters");
    }
}

/// Whether a server without a guard around the cron library stops: at a zone without a space after it.
pub fn makes_the_server_panic(schedule: ApiField<'_>, minor: u8) -> bool {
    let text = schedule.text();
    minor < 34
        && (text.starts_with("TZ=") || text.starts_with("CRON_TZ="))
        && Schedule::parse(text).is_err_and(|it| it.contains("runtime error"))
}

fn check_spec<'d>(spec: ApiField<'d>, errors: &mut Errors<'d>) {
    let schedule = spec.get("schedule");
    match schedule.text() {
        "" => errors.required(schedule, ""),
        text => {
            if let Err(reason) = Schedule::parse(text) {
                errors.invalid(schedule, text, reason);
            }
            // Servers took this once, and keep what they have.
            let reason = match (errors.is_stored, spec.get("timeZone").is_set()) {
                (false, _) => "cannot use TZ or CRON_TZ in schedule, use timeZone field instead",
                (true, true) => "cannot use both timeZone field and TZ or CRON_TZ in schedule",
                (true, false) => "",
            };
            if text.contains("TZ") && !reason.is_empty() {
                errors.invalid(schedule, text, reason);
            }
        }
    }
    errors.non_negative(spec.get("startingDeadlineSeconds"));
    check_time_zone(spec.get("timeZone"), errors);
    let concurrency = spec.get("concurrencyPolicy");
    if !concurrency.text().is_empty() {
        errors.one_of(concurrency, &["Allow", "Forbid", "Replace"]);
    }
    let template = spec.get("jobTemplate").get("spec");
    job::check_spec(JobSpec::from_template(template), None, errors);
    let (selector, manual) = (template.get("selector"), template.get("manualSelector"));
    if selector.is_set() {
        let labels: BTreeMap<&str, String> =
            selector.get("matchLabels").entries().map(|(key, it)| (key, it.text().to_owned())).collect();
        let bad = selector_json(&labels, selector.get("matchExpressions"));
        errors.invalid(selector, BadValue::Raw(bad), "`selector` will be auto-generated");
    }
    if manual.is_true() {
        errors.unsupported(manual, true, &["nil", "false"]);
    }
    errors.non_negative(spec.get("successfulJobsHistoryLimit"));
    errors.non_negative(spec.get("failedJobsHistoryLimit"));
}

/// `timeZone` is a name of the IANA database, in its upper and lower case (`validateTimeZone`).
fn check_time_zone<'d>(field: ApiField<'d>, errors: &mut Errors<'d>) {
    let Some(text) = field.opt_text() else { return };
    if text.is_empty() {
        errors.invalid(field, BadValue::Json(text), "timeZone must be nil or non-empty string");
        return;
    }
    let is_part = |part: &str| {
        (1..=14).contains(&part.len())
            && !matches!(part, "." | "..")
            && !part.starts_with('-')
            && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._-+".contains(&byte))
    };
    let unknown = || format!("unknown time zone {text}");
    if !text.split('/').all(is_part) {
        errors.invalid(field, BadValue::Json(text), unknown());
        return;
    }
    if text.eq_ignore_ascii_case("local") {
        let reason = "timeZone must be an explicit time zone as defined in https://www.iana.org/time-zones";
        errors.invalid(field, BadValue::Json(text), reason);
    }
    if let Some(reason) = zone_error(text) {
        errors.invalid(field, BadValue::Json(text), reason);
    }
}

/// Returns why a time zone cannot be loaded from the database, where there is one in files (Go's `time.LoadLocation`).
fn zone_error(name: &str) -> Option<String> {
    const OTHER_FILES: &[&str] =
        &["iso3166.tab", "leap-seconds.list", "leapseconds", "tzdata.zi", "zone.tab", "zone1970.tab"];
    const OTHER_ZONES: &[&str] = &["Factory", "localtime", "posixrules"];
    if name.contains("..") {
        return Some("time: invalid location name".to_owned());
    }
    // The files are there three times, in two directories with and without leap seconds.
    let plain =
        ["posix/", "right/"].iter().find_map(|directory| name.strip_prefix(directory)).unwrap_or(name);
    if crate::time::zone(plain).is_none() && !OTHER_ZONES.contains(&plain) {
        return Some(if OTHER_FILES.contains(&name) {
            "malformed time zone information".to_owned()
        } else if is_directory(name) {
            "is a directory".to_owned()
        } else {
            format!("unknown time zone {name}")
        });
    }
    None
}

fn is_directory(name: &str) -> bool {
    let is_above = |zone: &str| zone.strip_prefix(name).is_some_and(|rest| rest.starts_with('/'));
    matches!(name, "posix" | "right") || jiff::tz::db().available().any(|zone| is_above(zone.as_str()))
}
