//! What happens to a CronJob: which runs start, and when.
//!
//! A simulation of the CronJob controller (`pkg/controller/cronjob`, Kubernetes 1.36) for given assumptions, checked
//! against recordings of it in `testdata/time/cron.json`.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::calendar::Calendar;
use super::retry::Millis;
use super::zone::timestamp;
use crate::manifest::workload::CronJob;

/// What happens when a run is due while another is active.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Concurrency {
    /// Both run.
    #[default]
    Allow,
    /// The new one waits, and may be skipped.
    Forbid,
    /// The old one is deleted.
    Replace,
}

/// The fields of a CronJob that decide what happens to it.
#[derive(Clone, Debug)]
pub struct CronJobPlan {
    /// `schedule` and `timeZone`
    pub calendar: Calendar,
    /// `concurrencyPolicy`
    pub concurrency: Concurrency,
    /// `startingDeadlineSeconds`
    pub starting_deadline: Option<i64>,
    /// `suspend`
    pub is_suspended: bool,
}

impl CronJobPlan {
    /// Reads a CronJob; `None` if the schedule or its zone cannot be used.
    pub fn for_cron_job(cron_job: CronJob<'_>) -> Option<CronJobPlan> {
        Some(CronJobPlan {
            calendar: Calendar::for_cron_job(cron_job)?,
            concurrency: match cron_job.concurrency_policy().text() {
                Some("Forbid") => Concurrency::Forbid,
                Some("Replace") => Concurrency::Replace,
                _ => Concurrency::Allow,
            },
            starting_deadline: cron_job.starting_deadline_seconds().integer(),
            is_suspended: cron_job.suspend().boolean().unwrap_or_default(),
        })
    }
}

/// What is assumed.
#[derive(Clone, Copy, Debug)]
pub struct CronJobAssumptions {
    /// When the CronJob is created.
    pub created: Timestamp,
    /// How long each run lasts.
    pub run_takes: Millis,
    /// A time without a controller.
    pub down: Option<(Timestamp, Timestamp)>,
    /// So many start times are looked at.
    pub runs: usize,
    /// No start times after this.
    pub until: Timestamp,
}

/// Why a run does not start.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SkippedRun {
    /// `suspend` is set.
    Suspended,
    /// Another run is active, and `concurrencyPolicy` is `Forbid`.
    ActiveRule,
    /// `startingDeadlineSeconds` have passed.
    TooLate,
    /// Only the latest of several missed start times is made up for.
    Superseded,
    /// A run of the same minute has its name.
    SameMinute,
}

impl SkippedRun {
    /// Returns why, in a few words.
    pub fn describe(self) -> &'static str {
        match self {
            SkippedRun::Suspended => "the CronJob is suspended",
            SkippedRun::ActiveRule => "another run is active",
            SkippedRun::TooLate => "`startingDeadlineSeconds` have passed",
            SkippedRun::Superseded => "a later start time was due too",
            SkippedRun::SameMinute => "a run of the same minute has its name",
        }
    }
}

/// A start time, and what becomes of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ScheduledRun {
    /// When it is due.
    pub scheduled: Timestamp,
    /// When it starts, in milliseconds since 1970.
    pub started: Option<Millis>,
    /// When it ends, or is deleted by the next one.
    pub ended: Option<Millis>,
    /// Whether the next run deletes it.
    pub is_replaced: bool,
    /// Why it does not start.
    pub skipped: Option<SkippedRun>,
}

/// How late a healthy controller is (`nextScheduleDelta`).
const PADDING: Millis = 100;

/// More missed start times make the controller warn.
const MANY: i64 = 100;

/// What `mostRecentScheduleTime` returns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Missed {
    /// From when on start times count.
    pub earliest: i64,
    /// The latest that is due.
    pub most_recent: Option<i64>,
    /// How many were missed, as the controller estimates it.
    pub count: i64,
    /// The schedule has no second date: nothing is started.
    pub is_invalid: bool,
}

impl Missed {
    /// Whether the controller warns of too many.
    pub fn is_many(&self) -> bool {
        self.count > MANY
    }
}

/// Finds the latest start time that is due (`mostRecentScheduleTime`), with its estimates. Times are in seconds.
pub fn missed(calendar: &Calendar, last: i64, now: i64, deadline: Option<i64>) -> Missed {
    let earliest = deadline.map_or(last, |seconds| last.max(now.saturating_sub(seconds)));
    let next =
        |after: i64| calendar.schedule.next(timestamp(after), &calendar.zone).map(Timestamp::as_second);
    let mut missed = Missed { earliest, most_recent: None, count: 0, is_invalid: false };
    let first = next(earliest);
    let second = first.and_then(next);
    let (Some(first), Some(second)) = (first, second) else {
        missed.is_invalid = true;
        return missed;
    };
    if now < first {
        return missed;
    }
    if now < second {
        missed.most_recent = Some(first);
        return missed;
    }
    let interval = second - first;
    missed.count = (now - first) / interval + 1;
    let mut at = next(first + (missed.count - 2) * interval);
    while let Some(due) = at.filter(|&it| it <= now) {
        missed.most_recent = Some(due);
        at = next(due);
    }
    missed
}

/// Returns when the controller looks again (`nextScheduleTimeDuration`), in milliseconds since 1970.
pub fn requeue(calendar: &Calendar, last: i64, now: Millis) -> Option<Millis> {
    let seconds = now.div_euclid(1_000);
    let missed = missed(calendar, last, seconds, None);
    let from = match missed.most_recent {
        Some(recent) => recent,
        None if missed.is_invalid || missed.count > 0 => seconds,
        None => missed.earliest,
    };
    let next = calendar.schedule.next(timestamp(from), &calendar.zone)?;
    Some(next.as_millisecond() + PADDING)
}

/// Returns how long the controller waits after so many errors in a row (`DefaultTypedControllerRateLimiter`).
fn wait_after(errors: u32) -> Millis {
    5_i64.saturating_mul(1 << errors.saturating_sub(1).min(20)).min(1_000_000)
}

/// Finds out what becomes of the start times of a CronJob.
pub fn simulate(plan: &CronJobPlan, assumptions: &CronJobAssumptions) -> Vec<ScheduledRun> {
    let created = assumptions.created;
    let times = plan.calendar.schedule.runs(created, &plan.calendar.zone);
    let times = times.take_while(|&it| it <= assumptions.until).take(assumptions.runs);
    let due =
        |scheduled| ScheduledRun { scheduled, started: None, ended: None, is_replaced: false, skipped: None };
    let mut runs: BTreeMap<i64, ScheduledRun> = times.map(|it| (it.as_second(), due(it))).collect();
    let Some(&last) = runs.keys().next_back() else { return Vec::new() };
    if plan.is_suspended {
        runs.values_mut().for_each(|it| it.skipped = Some(SkippedRun::Suspended));
        return runs.into_values().collect();
    }
    let mut controller = Controller {
        plan,
        assumptions,
        last: created.as_second(),
        active: Vec::new(),
        named: None,
        errors: 0,
        retry: None,
        runs,
    };
    controller.run(last);
    controller.explain();
    controller.runs.into_values().collect()
}

struct Controller<'a> {
    plan: &'a CronJobPlan,
    assumptions: &'a CronJobAssumptions,
    /// `lastScheduleTime`, or the creation.
    last: i64,
    /// The start times and the ends of active runs.
    active: Vec<(i64, Millis)>,
    /// The minute that the latest Job is named after.
    named: Option<i64>,
    /// How many looks in a row have ended with an error, and when the next is to come.
    errors: u32,
    retry: Option<Millis>,
    runs: BTreeMap<i64, ScheduledRun>,
}

impl Controller<'_> {
    /// Lets the controller look whenever a run is due or ends, until the last start time is decided.
    fn run(&mut self, last: i64) {
        let down = self.assumptions.down.map(|(from, to)| (from.as_millisecond(), to.as_millisecond()));
        let mut now = self.assumptions.created.as_millisecond();
        // Each start time and each end is looked at once or twice, but for those after an error.
        for _ in 0..self.runs.len() * 24 + 16 {
            if let Some((_, to)) = down.filter(|&(from, to)| (from..to).contains(&now)) {
                now = to;
            }
            self.active.retain(|&(_, end)| end > now);
            self.sync(now);
            let end = self.active.iter().map(|&(_, end)| end).min();
            let wake = self.retry.or_else(|| requeue(&self.plan.calendar, self.last, now));
            let Some(next) = [end, wake].into_iter().flatten().min() else { break };
            let waits = self.plan.concurrency == Concurrency::Forbid && end.is_some();
            let is_late = self.last < last && (waits || self.retry.is_some());
            if next > last * 1_000 + PADDING && !is_late && self.active.is_empty() {
                break;
            }
            now = next.max(now + 1);
        }
    }

    fn sync(&mut self, now: Millis) {
        let (errors, retry) = (std::mem::take(&mut self.errors), self.retry.take());
        // The deadline counts from now, with its fractions: a start time has to be later than that.
        let deadline = self.plan.starting_deadline.map(|it| self.last.max(ceil(now) - it));
        let seconds = now.div_euclid(1_000);
        let missed = missed(&self.plan.calendar, deadline.unwrap_or(self.last), seconds, None);
        let Some(scheduled) = missed.most_recent.filter(|_| !missed.is_invalid) else { return };
        if scheduled == self.last || !self.runs.contains_key(&scheduled) {
            return;
        }
        if self.plan.concurrency == Concurrency::Forbid && !self.active.is_empty() {
            return;
        }
        let replaced = match self.plan.concurrency {
            Concurrency::Replace => std::mem::take(&mut self.active),
            Concurrency::Allow | Concurrency::Forbid => Vec::new(),
        };
        for (run, _) in &replaced {
            self.runs.entry(*run).and_modify(|it| (it.ended, it.is_replaced) = (Some(now), true));
        }
        // A Job is named after the minute of its start time (`getJobName`). The controller looks for the one of that name in
        // no namespace, does not find it, and takes that for an error.
        let minute = Some(scheduled.div_euclid(60));
        if self.named == minute && replaced.is_empty() {
            self.runs.entry(scheduled).and_modify(|it| it.skipped = Some(SkippedRun::SameMinute));
            self.errors = errors + 1;
            // What the end of a run brings forward leaves the next look where it was.
            let again = now + wait_after(self.errors);
            self.retry = Some(retry.filter(|&it| it > now).map_or(again, |it| it.min(again)));
            return;
        }
        self.named = minute;
        let end = now.saturating_add(self.assumptions.run_takes);
        self.runs.entry(scheduled).and_modify(|it| (it.started, it.ended) = (Some(now), Some(end)));
        self.active.push((scheduled, end));
        self.last = scheduled;
    }

    /// Records for each start time without a run why it has none.
    fn explain(&mut self) {
        // With `Forbid` runs follow each other: the latest one that started before is the only one to be active.
        let spans: BTreeMap<Millis, Option<Millis>> =
            self.runs.values().filter_map(|it| Some((it.started?, it.ended))).collect();
        let deadline = self.plan.starting_deadline;
        for run in self.runs.values_mut().filter(|it| it.started.is_none() && it.skipped.is_none()) {
            let due = run.scheduled.as_millisecond() + PADDING;
            let before = spans.range(..=due).next_back();
            let is_active = before.is_some_and(|(_, end)| end.is_none_or(|end| due < end));
            let is_active = is_active && self.plan.concurrency == Concurrency::Forbid;
            run.skipped = Some(match deadline {
                _ if is_active => SkippedRun::ActiveRule,
                Some(_) => SkippedRun::TooLate,
                None => SkippedRun::Superseded,
            });
        }
    }
}

fn ceil(now: Millis) -> i64 {
    now.div_euclid(1_000) + i64::from(now.rem_euclid(1_000) > 0)
}
