use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

use crate::diagnostic::finding::Finding;
use crate::diagnostic::meta::{Admission, Category, Meta, OptionValue, RuleOption, Scope};
use crate::diagnostic::severity::{Confidence, Severity};
use crate::manifest::document::Style;
use crate::manifest::edit::{Edit, Edits, Obstacle, Safety};
use crate::manifest::workload::{CronJob, Object};
use crate::rule::fleet::{CronJobStarts, Draft, Fleet};
use crate::rule::{Check, Reporter, Rule};
use crate::text::phrases;
use crate::time::calendar::{ALL_HOURS, Calendar};
use crate::time::format;
use crate::time::spread::{Window, spread};
use crate::time::starts::{Starts, alike, has_one_minute};

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
        page: include_str!("../../rules/busy-minute.md"),
        options: &[RuleOption {
            name: "minimum",
            summary: "The smallest number of CronJobs in one minute that is reported",
            default: OptionValue::Integer(5),
        }],
        ..Meta::DEFAULT
    },
    check: Check::Fleet { collect, check },
};

const WEEK: usize = 7 * 1_440;

/// So many names stand in a message.
const NAMES: usize = 5;

fn collect(object: Object<'_>, reporter: &Reporter<'_>, fleet: &mut Fleet) {
    let Some(cron_job) = object.cron_job() else { return };
    // Which minute a schedule with many takes is no choice, and a suspended one takes none.
    let calendar = Calendar::for_cron_job(cron_job).filter(has_one_minute);
    let Some(calendar) = calendar.filter(|_| cron_job.suspend().boolean() != Some(true)) else { return };
    let name = format!("`{}`", object.name().text().unwrap_or_default());
    fleet.cron_jobs.push(CronJobStarts {
        draft: reporter.draft(cron_job.schedule(), name),
        edits: edits(cron_job, &calendar),
        calendar,
        minimum: reporter.integer("minimum"),
        from: reporter.as_of(),
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
    let all = &fleet.cron_jobs;
    let Some(first) = all.first() else { return Vec::new() };
    let least = usize::try_from(first.minimum).unwrap_or(usize::MAX).max(2);
    if all.len() < least {
        return Vec::new();
    }
    let starts = Starts::count(all.iter().map(|it| &it.calendar), format::midnight(first.from), WEEK);
    let (mut drafts, mut moved) = (Vec::new(), HashSet::new());
    for (members, minutes) in &crowds(all, &starts, least) {
        let at = jiff::tz::TimeZone::UTC.to_datetime(starts.at(minutes[0]));
        let quieter = starts.quietest_minute(at.minute().into(), Some(at.hour().into()));
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
        // Without `timeZone` the hour is that of the controller, UTC or not.
        let zone = if members.iter().all(|&it| all[it].calendar.has_zone) { " UTC" } else { "" };
        let when = match format::clock(format::minute(at)) {
            _ if is_each(WEEK / 60, 60) => format!("minute {} of every hour", at.minute()),
            clock if is_each(7, 1_440) => format!("{clock}{zone} every day"),
            clock => {
                let same_time = minutes.iter().filter(|&it| it % 1_440 == minutes[0] % 1_440);
                let day = |&it: &usize| {
                    format::weekday_name(jiff::tz::TimeZone::UTC.to_datetime(starts.at(it)).date())
                };
                format!("{clock}{zone} on {}", phrases::list(&same_time.map(day).collect::<Vec<_>>()))
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
        drafts.push(draft);
    }
    drafts
}

/// Joins the edits that can be made; if there are none, returns why.
fn all_edits<'e>(all: impl Iterator<Item = &'e Edits>) -> Edits {
    let (made, obstacles): (Vec<_>, Vec<_>) = all.cloned().partition(Result::is_ok);
    let edits = Edit::all(made)?;
    if edits.is_empty() { Edit::all(obstacles) } else { Ok(edits) }
}

/// Returns the CronJobs that start in the same minutes, with these minutes, in the order of the CronJobs; not those of which
/// all start together with others in another minute.
fn crowds(all: &[CronJobStarts], starts: &Starts, least: usize) -> Vec<(Vec<usize>, Vec<usize>)> {
    let groups = alike(all.iter().map(|it| &it.calendar));
    let mut by_minute: Vec<Vec<usize>> = vec![Vec::new(); WEEK];
    for (group, (calendar, _)) in groups.iter().enumerate() {
        starts.each_minute(calendar, &mut |minute| {
            if starts.counts[minute] as usize >= least && by_minute[minute].last() != Some(&group) {
                by_minute[minute].push(group);
            }
        });
    }
    let mut crowds: BTreeMap<Vec<usize>, Vec<usize>> = BTreeMap::new();
    for (minute, together) in by_minute.into_iter().enumerate().filter(|(_, together)| !together.is_empty()) {
        crowds.entry(together).or_default().push(minute);
    }
    // A larger crowd has all groups of a smaller one, also that which is in the fewest crowds.
    let mut with_group: Vec<Vec<&[usize]>> = vec![Vec::new(); groups.len()];
    crowds.keys().for_each(|crowd| crowd.iter().for_each(|&group| with_group[group].push(crowd)));
    let is_part = |one: &[usize]| {
        let rarest = one.iter().map(|&group| &with_group[group]).min_by_key(|it| it.len());
        let has_all = |other: &[usize]| one.iter().all(|it| other.binary_search(it).is_ok());
        rarest.is_some_and(|them| them.iter().any(|other| other.len() > one.len() && has_all(other)))
    };
    let largest = crowds.iter().filter(|(crowd, _)| !is_part(crowd));
    let members = |crowd: &[usize]| {
        let mut members: Vec<usize> = crowd.iter().flat_map(|&group| groups[group].1.clone()).collect();
        members.sort_unstable();
        members
    };
    let mut crowds: Vec<_> = largest.map(|(crowd, minutes)| (members(crowd), minutes.clone())).collect();
    crowds.sort();
    crowds
}
