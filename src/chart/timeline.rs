//! What will happen to one object of a manifest, drawn under assumptions: nothing is run.

use jiff::Timestamp;
use serde_json::Value;

use crate::chart::{Chart, cron_job, job};
use crate::manifest::workload::{CronJob, Job, Kind, Object};
use crate::text::span::Span;
use crate::time::calendar::Calendar;
use crate::time::cron::Schedule;
use crate::time::cron::meant::meant;
use crate::time::cron_job::{CronJobAssumptions, CronJobPlan};
use crate::time::retry::{self, ContainerRun, Intervention, JobAssumptions, Millis, PendingRun, PlanError};
use crate::time::run::{Bound, longest_run};
use crate::time::{format, nearest_zone, zone_in_any_case};

/// How long a run without any bound is assumed to last: less than the shortest interval of five fields.
const UNBOUNDED_RUN: Millis = 30_000;

/// More start times than this are not looked at.
const MAX_RUNS: usize = 10_000;

/// What is assumed of attempts, pods and runs.
#[derive(Clone, Debug)]
pub struct Assumed {
    /// How long an attempt runs.
    pub attempt: Millis,
    /// The exit code of every attempt.
    pub exit_code: i64,
    /// The attempt of the Job, or of each index, that exits with 0, and no other.
    pub succeed_on: Option<usize>,
    /// How long a pod takes to start.
    pub pod_starts_in: Millis,
    /// How long a deleted pod takes to end.
    pub pod_ends_in: Millis,
    /// How long after its creation the Job is suspended.
    pub suspend_at: Option<Millis>,
    /// How long after its creation the Job is resumed.
    pub resume_at: Option<Millis>,
    /// When a CronJob is created.
    pub created: Timestamp,
    /// How many start times of a CronJob are shown; 10, or all up to `until`, unless it is stated.
    pub runs: Option<usize>,
    /// The moment after which no start times are shown.
    pub until: Option<Timestamp>,
    /// How long a run of a CronJob lasts; as long as it can unless it is stated.
    pub run_takes: Option<Millis>,
    /// What sets the length of a run, such as a flag: it is named where nothing bounds one.
    pub hint: &'static str,
}

/// Draws the course of a Job or the runs of a CronJob, and returns it as data too; or says why it cannot be drawn.
pub fn draw(object: Object<'_>, assumed: &Assumed) -> Result<(Chart, Value), String> {
    match object.kind {
        Kind::Job => draw_job(object, assumed),
        Kind::CronJob => draw_cron_job(object, assumed),
    }
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

fn draw_job(object: Object<'_>, assumed: &Assumed) -> Result<(Chart, Value), String> {
    let job = object.job().ok_or_else(|| format!("{}: it has no `spec`", place(object)))?;
    let at = |error: PlanError| format!("{}: {}: {error}", position(object, error.span), title(object));
    let (plan, timeline) = simulate(job, assumed).map_err(at)?;
    let mut value = job::to_json(&timeline);
    let notes = notes(job);
    value["notes"] = notes.clone().into();
    Ok((job::chart(title(object), describe(assumed), &plan, &timeline, notes), value))
}

/// Finds out what happens to a Job under the assumptions.
fn simulate(job: Job<'_>, assumed: &Assumed) -> Result<(retry::JobPlan, retry::Timeline), PlanError> {
    let plan = retry::JobPlan::for_job(job)?;
    let run = |attempt: PendingRun| {
        let succeeds = assumed.succeed_on == Some(attempt.number);
        ContainerRun { takes: assumed.attempt, exit_code: if succeeds { 0 } else { assumed.exit_code } }
    };
    let suspend = assumed.suspend_at.map(|at| (at, Intervention::Suspend(true)));
    let resume = assumed.resume_at.map(|at| (at, Intervention::Suspend(false)));
    let interventions: Vec<_> = suspend.into_iter().chain(resume).collect();
    let assumptions = JobAssumptions {
        run: &run,
        pod_starts_in: assumed.pod_starts_in,
        pod_ends_in: assumed.pod_ends_in,
        interventions: &interventions,
    };
    let timeline = retry::simulate(&plan, &assumptions);
    Ok((plan, timeline))
}

/// Describes in one sentence what is assumed of a Job.
fn describe(assumed: &Assumed) -> String {
    let time = |time: Millis| match time % 1_000 {
        0 => format::duration(time / 1_000),
        _ => format!("{} s", time as f64 / 1e3),
    };
    let takes = time(assumed.attempt);
    let ends = match (assumed.succeed_on, assumed.exit_code) {
        (_, 0) => "succeeds".to_owned(),
        (Some(number), code) => format!("exits with {code}, except number {number}, which succeeds"),
        (None, code) => format!("exits with {code}"),
    };
    let (starts_in, ends_in) = (time(assumed.pod_starts_in), time(assumed.pod_ends_in));
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

fn draw_cron_job(object: Object<'_>, assumed: &Assumed) -> Result<(Chart, Value), String> {
    let cron_job = object.cron_job().ok_or_else(|| format!("{}: it has no `spec`", place(object)))?;
    let plan = CronJobPlan::for_cron_job(cron_job).ok_or_else(|| refusal(cron_job))?;
    let created = assumed.created;
    // A run lasts as its Job does, where something is said of its attempts.
    let of_job = || {
        let says_more = assumed.succeed_on.is_some() || assumed.exit_code == 0;
        let (_, timeline) = simulate(cron_job.job().filter(|_| says_more)?, assumed).ok()?;
        timeline.end.map(|end| end.at)
    };
    let stated = assumed.run_takes.or_else(of_job).map(|takes| (takes, ""));
    let at_most = || {
        let longest = longest_run(cron_job.job()?)?;
        let why = match longest.bound {
            Bound::Deadline => ", its deadline",
            Bound::PodDeadline | Bound::Timeout => ", the longest that it can last",
        };
        Some((longest.seconds.saturating_mul(1_000), why))
    };
    let unbounded = || format!(", because nothing bounds it: {} sets another length", assumed.hint);
    let known = stated.or_else(at_most).map(|(takes, why)| (takes, why.to_owned()));
    let (run_takes, why) = known.unwrap_or_else(|| (UNBOUNDED_RUN, unbounded()));
    let most = if assumed.until.is_some() { MAX_RUNS } else { 10 };
    let runs = assumed.runs.unwrap_or(most).min(MAX_RUNS);
    let until = assumed.until.unwrap_or(Timestamp::MAX);
    let runs = crate::time::cron_job::simulate(
        &plan,
        &CronJobAssumptions { created, run_takes, down: None, runs, until },
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
    let chart = cron_job::chart(title(object), subtitle, &plan.calendar, &runs, &changes);
    Ok((chart, cron_job::to_json(&runs)))
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
