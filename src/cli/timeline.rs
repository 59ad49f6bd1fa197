//! `timeline`: what will happen to the Jobs and CronJobs of a file.
#![expect(clippy::disallowed_methods, reason = "the terminal is asked here")]

use crate::cli::terminal::{DEFAULT_WIDTH, supports_unicode, terminal_width};
use crate::text::phrases;
use std::path::PathBuf;

use jiff::Timestamp;
use serde_json::Value;

use super::manifests::Manifests;
use crate::chart::{self, Chart, ChartOptions};
use crate::cli::exit::Exit;
use crate::cli::options::Color;
use crate::cli::terminal::note;
use crate::cli::terminal::{print, use_color};
use crate::manifest::workload::{CronJob, Job, Kind, Object};
use crate::text::nearest::nearest;
use crate::text::span::Span;
use crate::time::calendar::Calendar;
use crate::time::cron::Schedule;
use crate::time::cron::meant::meant;
use crate::time::retry::{self, ContainerRun, Intervention, JobAssumptions, Millis, PendingRun, PlanError};
use crate::time::run::{Bound, longest_run};
use crate::time::{cron_job, format, nearest_zone, zone_in_any_case};
use crate::value::duration;

/// Draw the timeline of a Job, or the next runs of a CronJob
///
/// For a Job: its attempts, the waits between them, its deadline, its end and its deletion, as Kubernetes' controllers
/// compute them. For a CronJob: its next runs in its zone and in UTC, which of them overlap, start late or are skipped,
/// and the nights when the clock changes. Nothing is run: how long an attempt takes, and how it ends, is assumed.
#[derive(Debug, clap::Args)]
pub(crate) struct TimelineArgs {
    /// The manifest, `-` for standard input
    #[arg(value_name = "FILE")]
    file: PathBuf,

    /// Only the object of this name
    #[arg(long, value_name = "NAME")]
    name: Option<String>,

    /// How to draw
    #[arg(long, short, value_enum, default_value_t, value_name = "FORMAT")]
    format: DrawFormat,

    /// How long an attempt runs: `5s`, `1h30m`
    #[arg(long, value_name = "DURATION", default_value = "5s", value_parser = milliseconds)]
    attempt: Millis,

    /// The exit code of every attempt
    #[arg(long, value_name = "CODE", default_value_t = 1)]
    exit_code: i64,

    /// This attempt of the Job, or of each index, exits with 0, and no other
    #[arg(long, value_name = "K")]
    succeed_on: Option<usize>,

    /// How long a pod takes to start
    #[arg(long, value_name = "DURATION", default_value = "0s", value_parser = milliseconds)]
    pod_starts_in: Millis,

    /// How long a deleted pod takes to end
    #[arg(long, value_name = "DURATION", default_value = "2s", value_parser = milliseconds)]
    pod_ends_in: Millis,

    /// Suspend the Job this long after its creation
    #[arg(long, value_name = "DURATION", value_parser = milliseconds)]
    suspend_at: Option<Millis>,

    /// Resume the Job this long after its creation
    #[arg(long, value_name = "DURATION", value_parser = milliseconds)]
    resume_at: Option<Millis>,

    /// When the CronJob is created: `2026-11-24` or `2026-11-24T03:00:00Z` [default: now]
    #[arg(long, value_name = "TIME", value_parser = moment)]
    as_of: Option<Timestamp>,

    /// How many start times of a CronJob to show [default: 10, or all of them with `--until`]
    #[arg(long, value_name = "N")]
    runs: Option<usize>,

    /// Show no start times of a CronJob after this
    #[arg(long, value_name = "TIME", value_parser = moment)]
    until: Option<Timestamp>,

    /// How long a run of a CronJob lasts [default: as long as it can, otherwise 30s]
    #[arg(long, value_name = "DURATION", value_parser = milliseconds)]
    run_takes: Option<Millis>,

    /// When to use colors
    #[arg(long, value_enum, default_value_t, value_name = "WHEN")]
    color: Color,
}

/// How a picture is drawn.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum DrawFormat {
    /// For a terminal
    #[default]
    Human,
    /// For programs
    Json,
    /// For documents
    Svg,
}

/// How long a run without any bound is assumed to last: less than the shortest interval of five fields.
const UNBOUNDED_RUN: Millis = 30_000;

/// More start times than this are not looked at.
const MAX_RUNS: usize = 10_000;

/// Reads a duration as Go writes it, in milliseconds.
fn milliseconds(text: &str) -> Result<Millis, String> {
    match duration::parse_go(text)? / 1_000_000 {
        negative if negative < 0 => Err("a duration must not be negative".to_owned()),
        milliseconds => Ok(milliseconds),
    }
}

/// Reads a date or a time; without an offset it is in UTC.
fn moment(text: &str) -> Result<Timestamp, String> {
    let civil = || text.parse::<jiff::civil::DateTime>();
    let date = || text.parse::<jiff::civil::Date>().map(|it| it.to_datetime(jiff::civil::Time::midnight()));
    let local = |it: jiff::civil::DateTime| jiff::tz::TimeZone::UTC.to_timestamp(it);
    text.parse::<Timestamp>()
        .or_else(|_| civil().or_else(|_| date()).and_then(local))
        .map_err(|_| "expected a date or time such as 2026-11-24 or 2026-11-24T03:00:00Z".to_owned())
}

/// Returns the time, in whole seconds, as a CronJob's `creationTimestamp` has it.
fn now() -> Timestamp {
    let now = Timestamp::now();
    Timestamp::from_second(now.as_second()).unwrap_or(now)
}

/// Returns what a terminal takes.
pub(crate) fn options(color: Color) -> ChartOptions {
    ChartOptions {
        color: use_color(color),
        unicode: supports_unicode(),
        width: terminal_width().unwrap_or(DEFAULT_WIDTH),
    }
}

/// Draws what the arguments name, as far as it can be read.
pub(crate) fn run(arguments: &TimelineArgs) -> Result<Exit, String> {
    let manifests = Manifests::read(std::slice::from_ref(&arguments.file), None)?;
    let objects = named(manifests.objects(), arguments);
    let objects = match objects {
        Err(_) if manifests.is_incomplete() => return Ok(Exit::Failure),
        other => other.map_err(|error| manifests.hide_secrets(error))?,
    };
    let (mut drawn, mut exit) = (Vec::new(), manifests.exit());
    for object in objects {
        let result = match object.kind {
            Kind::Job => draw_job(object, arguments),
            Kind::CronJob => draw_cron_job(object, arguments),
        };
        match result {
            Ok(drawing) => drawn.push(drawing),
            Err(error) => {
                note(&manifests.hide_secrets(format!("error: {error}")));
                exit = Exit::Failure;
            }
        }
    }
    if drawn.is_empty() {
        return Ok(exit);
    }
    let text = match arguments.format {
        DrawFormat::Human => {
            let options = options(arguments.color);
            drawn.iter().map(|(chart, _)| chart.to_text(&options)).collect::<Vec<_>>().join("\n")
        }
        DrawFormat::Svg => match &drawn[..] {
            [(chart, _)] => chart.to_svg(),
            _ => return Err("the file has several objects: pick one with `--name`".to_owned()),
        },
        DrawFormat::Json => {
            let mut values: Vec<Value> = drawn.into_iter().map(|(_, value)| value).collect();
            let value = if values.len() == 1 { values.remove(0) } else { Value::Array(values) };
            serde_json::to_string_pretty(&value).map_err(|error| error.to_string())? + "\n"
        }
    };
    print(manifests.hide_secrets(text).as_bytes())?;
    Ok(exit)
}

/// Returns the objects that are asked for: all of them, or those of a name.
fn named<'d>(objects: Vec<Object<'d>>, arguments: &TimelineArgs) -> Result<Vec<Object<'d>>, String> {
    let file = arguments.file.display();
    let Some(name) = arguments.name.as_deref() else {
        let nothing = format!("{file}: it contains no Job or CronJob");
        return if objects.is_empty() { Err(nothing) } else { Ok(objects) };
    };
    let (found, others): (Vec<_>, Vec<_>) = objects.into_iter().partition(|it| it.name().is(name));
    if !found.is_empty() {
        return Ok(found);
    }
    let names = || others.iter().filter_map(|it| it.name().text());
    let hint = match nearest(name, names()) {
        Some(near) => format!("; did you mean `{near}`?"),
        None if names().next().is_none() => String::new(),
        None => {
            format!("; it has {}", phrases::list(&names().map(|it| format!("`{it}`")).collect::<Vec<_>>()))
        }
    };
    Err(format!("{file}: there is no Job or CronJob `{name}`{hint}"))
}

fn title(object: Object<'_>) -> String {
    let name = object.name().text().or(object.generate_name().text()).unwrap_or_default();
    format!("{} {name}", object.kind_name())
}

fn place(object: Object<'_>) -> String {
    format!("{}: {}", position(object, object.node.span()), title(object))
}

/// Returns the file, line and column of a place in an object.
fn position(object: Object<'_>, span: Span) -> String {
    let source = &object.node.document.source;
    let start = source.positions(span).0;
    format!("{}:{}:{}", source.name, start.line, start.column)
}

fn draw_job(object: Object<'_>, arguments: &TimelineArgs) -> Result<(Chart, Value), String> {
    let job = object.job().ok_or_else(|| format!("{}: it has no `spec`", place(object)))?;
    let at = |error: PlanError| format!("{}: {}: {error}", position(object, error.span), title(object));
    let (plan, timeline) = simulate(job, arguments).map_err(at)?;
    let mut value = chart::job::to_json(&timeline);
    let (assumed, notes) = (assumed(arguments), notes(job));
    value["notes"] = notes.clone().into();
    Ok((chart::job::chart(title(object), assumed, &plan, &timeline, notes), value))
}

/// Finds out what happens to a Job under the assumptions of the arguments.
fn simulate(job: Job<'_>, arguments: &TimelineArgs) -> Result<(retry::JobPlan, retry::Timeline), PlanError> {
    let plan = retry::JobPlan::for_job(job)?;
    let run = |attempt: PendingRun| {
        let succeeds = arguments.succeed_on == Some(attempt.number);
        ContainerRun { takes: arguments.attempt, exit_code: if succeeds { 0 } else { arguments.exit_code } }
    };
    let suspend = arguments.suspend_at.map(|at| (at, Intervention::Suspend(true)));
    let resume = arguments.resume_at.map(|at| (at, Intervention::Suspend(false)));
    let interventions: Vec<_> = suspend.into_iter().chain(resume).collect();
    let assumptions = JobAssumptions {
        run: &run,
        pod_starts_in: arguments.pod_starts_in,
        pod_ends_in: arguments.pod_ends_in,
        interventions: &interventions,
    };
    let timeline = retry::simulate(&plan, &assumptions);
    Ok((plan, timeline))
}

fn assumed(arguments: &TimelineArgs) -> String {
    let time = |time: Millis| match time % 1_000 {
        0 => format::duration(time / 1_000),
        _ => format!("{} s", time as f64 / 1e3),
    };
    let takes = time(arguments.attempt);
    let ends = match (arguments.succeed_on, arguments.exit_code) {
        (_, 0) => "succeeds".to_owned(),
        (Some(number), code) => format!("exits with {code}, except number {number}, which succeeds"),
        (None, code) => format!("exits with {code}"),
    };
    let (starts_in, ends_in) = (time(arguments.pod_starts_in), time(arguments.pod_ends_in));
    format!(
        "Assumed: each attempt runs {takes} and {ends}; a pod starts in {starts_in}, a deleted one ends in {ends_in}."
    )
}

/// Returns what the simulation leaves out, where the Job has it.
fn notes(job: Job<'_>) -> Vec<String> {
    let mut notes = Vec::new();
    if job.managed_by().is_set() && !job.managed_by().is("kubernetes.io/job-controller") {
        notes.push(
            "Not simulated: `managedBy` names another controller, which may act differently.".to_owned(),
        );
    }
    let containers = || job.pod().into_iter().flat_map(|pod| pod.containers().collect::<Vec<_>>());
    if containers().any(|container| {
        container.node.field("restartPolicyRules").is_set()
            || (container.restart_policy().is_set() && !container.is_sidecar())
    }) {
        notes.push("Not simulated: containers have a `restartPolicy` of their own.".to_owned());
    }
    if containers().count() > 1 {
        notes.push("Not simulated: of several containers, one is assumed to decide.".to_owned());
    }
    let ends = match job.active_deadline_seconds().integer() {
        Some(deadline) => format!("only the deadline ends the Job, after {}", format::duration(deadline)),
        None => "without `activeDeadlineSeconds` it waits until someone deletes it".to_owned(),
    };
    notes.push(format!(
        "A pod that cannot start, because its image or a Secret is missing, is not counted: {ends}."
    ));
    notes
}

fn draw_cron_job(object: Object<'_>, arguments: &TimelineArgs) -> Result<(Chart, Value), String> {
    let cron_job = object.cron_job().ok_or_else(|| format!("{}: it has no `spec`", place(object)))?;
    let plan = cron_job::CronJobPlan::for_cron_job(cron_job).ok_or_else(|| refusal(cron_job))?;
    let created = arguments.as_of.unwrap_or_else(now);
    // A run lasts as its Job does, where something is said of its attempts.
    let of_job = || {
        let says_more = arguments.succeed_on.is_some() || arguments.exit_code == 0;
        let (_, timeline) = simulate(cron_job.job().filter(|_| says_more)?, arguments).ok()?;
        timeline.end.map(|end| end.at)
    };
    let stated = arguments.run_takes.or_else(of_job).map(|takes| (takes, ""));
    let at_most = || {
        let longest = longest_run(cron_job.job()?)?;
        let why = match longest.bound {
            Bound::Deadline => ", its deadline",
            Bound::PodDeadline | Bound::Timeout => ", the longest that it can last",
        };
        Some((longest.seconds.saturating_mul(1_000), why))
    };
    let (run_takes, why) = stated
        .or_else(at_most)
        .unwrap_or((UNBOUNDED_RUN, ", because nothing bounds it: `--run-takes` sets another length"));
    let most = if arguments.until.is_some() { MAX_RUNS } else { 10 };
    let runs = arguments.runs.unwrap_or(most).min(MAX_RUNS);
    let until = arguments.until.unwrap_or(Timestamp::MAX);
    let runs = cron_job::simulate(
        &plan,
        &cron_job::CronJobAssumptions { created, run_takes, down: None, runs, until },
    );
    let takes = format::duration(run_takes / 1_000);
    let zone = cron_job.time_zone().text().unwrap_or("UTC, because `timeZone` is not set");
    let (schedule, policy) = (cron_job.schedule().text().unwrap_or_default(), cron_job.concurrency_policy());
    let policy = policy.text().unwrap_or("Allow");
    let subtitle = format!(
        "`{schedule}` in {zone}, `{policy}`. Assumed: created {created}, each run lasts {takes}{why}."
    );
    let day = plan.calendar.zone.to_datetime(created).date();
    let changes = if plan.calendar.has_zone { plan.calendar.clock_changes(day) } else { Vec::new() };
    let chart = chart::cron_job::chart(title(object), subtitle, &plan.calendar, &runs, &changes);
    Ok((chart, chart::cron_job::to_json(&runs)))
}

/// Returns why a schedule cannot be used, as the API server does.
fn refusal(cron_job: CronJob<'_>) -> String {
    let (schedule, zone) = (cron_job.schedule(), cron_job.time_zone());
    let text = schedule.text().unwrap_or_default();
    let near = |meant: Option<String>| meant.map(|it| format!("; did you mean `{it}`?")).unwrap_or_default();
    let (field, path, value, why) = match Schedule::parse(text) {
        _ if text.is_empty() => (schedule, "spec.schedule", String::new(), "must be a string".to_owned()),
        Err(why) => (schedule, "spec.schedule", format!("{text:?}: "), why + &near(meant(text))),
        Ok(_) if Calendar::parse(text, zone.text()).is_none() => {
            let name = zone.text().unwrap_or_default();
            let hint = near(zone_in_any_case(name).or_else(|| nearest_zone(name)));
            (zone, "spec.timeZone", format!("{name:?}: "), format!("unknown time zone {name}{hint}"))
        }
        Ok(_) => (schedule, "spec.schedule", format!("{text:?}: "), "the schedule is incomplete".to_owned()),
    };
    format!("{}: {path}: Invalid value: {value}{why}", position(cron_job.object, field.span()))
}
