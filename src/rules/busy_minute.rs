use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

use crate::diagnostic::finding::Finding;
use crate::diagnostic::meta::{Admission, Category, Meta, OptionValue, RuleOption, Scope};
use crate::diagnostic::severity::{Confidence, Severity};
use crate::manifest::document::Style;
use crate::manifest::edit::{Edit, Edits, Obstacle, Safety};
use crate::manifest::workload::{CronJob, Object};
use crate::neighbours::home::Home;
use crate::rule::fleet::{CronJobStarts, Draft, Fleet};
use crate::rule::{Check, Reporter, Rule};
use crate::text::phrases;
use crate::time::calendar::{ALL_HOURS, Calendar};
use crate::time::format;
use crate::time::spread::{Window, spread};
use crate::time::starts::{Starts, WEEK, common_zone, crowds, has_one_minute, some_week};

pub(super) static RULE: Rule = Rule {
    meta: Meta {
        id: "busy-minute",
        summary: "Many CronJobs start in the same minute",
        category: Category::Schedule,
        severity: Severity::Info,
        confidence: Confidence::Medium,
        admission: Admission::Never,
        scope: Scope::Fleet,
        fix: Some(Safety::Unsafe),
        since: "0.1.0",
        options: &[RuleOption {
            name: "minimum",
            summary: "The smallest number of CronJobs in one minute that is reported",
            default: OptionValue::Integer(5),
        }],
        ..Meta::DEFAULT
    },
    check: Check::Fleet { collect, check },
};

/// So many names stand in a message.
const NAMES: usize = 5;

fn collect(object: Object<'_>, reporter: &Reporter<'_>, fleet: &mut Fleet) {
    let Some(cron_job) = object.cron_job() else { return };
    // Which minute a schedule with many takes is no choice, and a suspended one takes none. What runs on days of the month is in one
    // week and not in the next.
    let calendar = Calendar::for_cron_job(cron_job).filter(|it| has_one_minute(it) && it.is_weekly());
    let Some(calendar) = calendar.filter(|_| cron_job.suspend().boolean() != Some(true)) else { return };
    let name = format!("`{}`", object.name().text().unwrap_or_default());
    fleet.cron_jobs.push(CronJobStarts {
        draft: reporter.draft(cron_job.schedule(), name),
        edits: edits(cron_job, &calendar),
        calendar,
        home: Home::of(object.node),
        minimum: reporter.integer("minimum"),
    });
}

/// Returns the edits that give a CronJob the minute that `calendar --spread` proposes.
fn edits(cron_job: CronJob<'_>, calendar: &Calendar) -> Edits {
    let proposed = cron_job.schedule().node().zip(spread(cron_job, calendar, Window::DEFAULT));
    proposed.map_or(Ok(Vec::new()), |(schedule, proposed)| match schedule.style() {
        Style::Plain => Edit::replace(schedule, proposed),
        _ => Edit::replace_text(schedule, &proposed),
    })
}

fn check(fleet: &Fleet) -> Vec<Draft> {
    let mut found: BTreeMap<_, Busy> = BTreeMap::new();
    for busy in fleet.cron_jobs_by_cluster().iter().flat_map(|all| busy_minutes(all)) {
        let Finding { source, place, .. } = &busy.draft.finding;
        let place = (source.name.clone(), place.span.start, busy.when.clone());
        // What belongs to several clusters is reported where most start.
        if found.get(&place).is_none_or(|it| it.count < busy.count) {
            found.insert(place, busy);
        }
    }
    found.into_values().map(|it| it.draft).collect()
}

/// A minute in which many CronJobs start.
struct Busy {
    count: usize,
    when: String,
    draft: Draft,
}

fn busy_minutes(all: &[&CronJobStarts]) -> Vec<Busy> {
    let Some(first) = all.first() else { return Vec::new() };
    let least = usize::try_from(first.minimum).unwrap_or(usize::MAX).max(2);
    if all.len() < least {
        return Vec::new();
    }
    let calendars: Vec<&Calendar> = all.iter().map(|it| &it.calendar).collect();
    let starts = Starts::count(calendars.iter().copied(), some_week(), WEEK);
    let (mut drafts, mut moved) = (Vec::new(), HashSet::new());
    for (members, minutes) in &crowds(&calendars, &starts, least) {
        let (zone, zone_name) = common_zone(members.iter().map(|&it| calendars[it]));
        let at = zone.to_datetime(starts.at(minutes[0]));
        let quieter = starts.quieter_minute(minutes[0], &zone);
        // Those whose hour someone chose come first: that of an hourly one is just one of many.
        let is_hourly = |&it: &usize| {
            all[it].calendar.fields().is_some_and(|fields| fields.hour & ALL_HOURS == ALL_HOURS)
        };
        let (hourly, mut members): (Vec<usize>, Vec<usize>) = members.iter().copied().partition(is_hourly);
        members.extend(hourly);
        let name = |&it: &usize| all[it].draft.finding.message.to_string();
        let mut names: Vec<String> = Vec::new();
        for name in members.iter().map(name) {
            if names.len() < NAMES && !names.contains(&name) {
                names.push(name);
            }
        }
        if members.len() > names.len() {
            names.push(format!("{} more", members.len() - names.len()));
        }
        let is_each = |count: usize, span: usize| {
            minutes.len() == count && minutes.iter().all(|it| it % span == minutes[0] % span)
        };
        let when = match format::clock(format::minute(at)) {
            _ if is_each(WEEK / 60, 60) => format!("minute {} of every hour", at.minute()),
            clock if is_each(7, 1_440) => format!("{clock}{zone_name} every day"),
            clock => {
                let same_time = minutes.iter().filter(|&it| it % 1_440 == minutes[0] % 1_440);
                let day = |&it: &usize| format::every_weekday(zone.to_datetime(starts.at(it)).date());
                format!("{clock}{zone_name} on {}", phrases::list(&same_time.map(day).collect::<Vec<_>>()))
            }
        };
        let (count, names) = (members.len(), phrases::list(&names));
        let mut draft = all[members[0]].draft.clone();
        draft.finding.message = format!("{count} CronJobs start at {when}: {names}").into();
        let source = &draft.finding.source;
        // Items of lists are read piece by piece, so that no fix covers several.
        let is_beside = |it: &Finding| it.item.is_none() && Arc::ptr_eq(&it.source, source);
        let are_beside = members.iter().all(|&it| is_beside(&all[it].draft.finding));
        let edits = if are_beside && !draft.is_suppressed {
            // A CronJob of several crowds moves once.
            members.retain(|&it| !all[it].draft.is_suppressed && moved.insert(it));
            all_edits(members.iter().map(|&it| &all[it].edits))
        } else {
            Err(Obstacle::Layout)
        };
        let can_move = edits.is_err() && members.iter().any(|&it| all[it].edits != Ok(Vec::new()));
        let tool = if can_move { "; `batchlint calendar --spread` proposes a minute for each" } else { "" };
        let help = format!(
            "give them different minutes in `schedule`; minute {quieter} of the hour, for example, has the fewest starts{tool}"
        );
        let title = format!("spread the CronJobs over {} minutes", Window::DEFAULT.minutes());
        draft.finding.help(help).fix(title, Safety::Unsafe, edits);
        drafts.push(Busy { count, when, draft });
    }
    drafts
}

/// Joins the edits that can be made; if there are none, returns why.
fn all_edits<'e>(all: impl Iterator<Item = &'e Edits>) -> Edits {
    let (made, obstacles): (Vec<_>, Vec<_>) = all.cloned().partition(Result::is_ok);
    let edits = Edit::all(made)?;
    if edits.is_empty() { Edit::all(obstacles) } else { Ok(edits) }
}
